#include "consumer/kafka/lane_ports.h"

#include <memory>

#include "consumer/kafka/client.h"
#include "consumer/kafka/input.h"
#include "consumer/kafka/output.h"
#include "consumer/kafka/topics.h"

namespace newsmill::kafka {
namespace {

consumer::Outcome look_at_topics(const config::Settings& settings, consumer::Logger& log, consumer::Link& link, Limits& limits) {
  TopicPlan plan;
  if (auto outcome = plan_topics(settings, log, &link, plan); !outcome) return outcome;
  consumer::Outcome worst;
  for (const auto& finding : plan.findings) {
    if (!finding.refused) {
      log.warning("kafka-topic", sentence(finding));
      continue;
    }
    if (!worst.reason.empty()) worst.reason += "\n";
    worst.reason += sentence(finding);
    // A missing topic may be created while newsmill waits; a wrong setting is for the operator.
    const auto fate = finding.setting == "topic" && finding.found == "missing" ? consumer::Fate::rebuild : consumer::Fate::stop;
    if (worst.fate != consumer::Fate::stop) worst.fate = fate;
  }
  limits = limits_of(settings, plan);
  return worst;
}

}  // namespace

consumer::OpenPorts open_ports(const config::Settings& settings, consumer::Logger& log, TopicCheck check) {
  const auto contact = std::make_shared<Contact>(log);
  return [settings, &log, contact, check](int lane, consumer::Membership& membership, consumer::Link& link,
                                   consumer::Ports& ports) -> consumer::Outcome {
    if (ports.output == nullptr) {
      Limits limits = limits_of(settings, {});
      if (check == TopicCheck::contract)
        if (auto outcome = look_at_topics(settings, log, link, limits); !outcome) return outcome;
      ports.output = std::make_unique<KafkaOutput>(settings, lane_id(settings, lane), std::move(limits), *contact, link);
    }
    auto& output = static_cast<KafkaOutput&>(*ports.output);
    if (!output.ready())
      if (auto outcome = output.recycle(); !outcome) return outcome;
    std::unique_ptr<KafkaInput> input;
    if (auto outcome = KafkaInput::open(settings, lane, membership, *contact, link, input); !outcome) return outcome;
    output.bind(*input);
    ports.input = std::move(input);
    return {};
  };
}

}  // namespace newsmill::kafka
