#include "consumer/kafka/lane_ports.h"

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "consumer/kafka/client.h"
#include "consumer/kafka/input.h"
#include "consumer/kafka/output.h"
#include "consumer/kafka/topics.h"

namespace newsmill::kafka {
namespace {

/// What all lanes of one open_ports() share.
struct Shared {
  explicit Shared(consumer::Logger& log) : contact(log) {}
  Contact contact;
  std::mutex mutex;
  std::set<std::string> told;  ///< findings; a lane that is opened again does not repeat them
};

consumer::Outcome look_at_topics(const config::Settings& settings, Shared& shared, consumer::Link& link,
                                 Limits& limits) {
  consumer::Logger& log = shared.contact.log();
  TopicPlan plan;
  if (auto outcome = plan_topics(settings, shared.contact, &link, plan); !outcome) return outcome;
  consumer::Outcome worst;
  for (const auto& finding : plan.findings) {
    if (!finding.refused) {
      const std::lock_guard lock(shared.mutex);
      if (shared.told.insert(sentence(finding)).second) log.warning("kafka-topic", sentence(finding));
      continue;
    }
    if (!worst.reason.empty()) worst.reason += "\n";
    worst.reason += sentence(finding);
    // A missing topic may be created while newsmill waits; a wrong setting is for the operator.
    const auto fate =
        finding.setting == "topic" && finding.found == "missing" ? consumer::Fate::rebuild : consumer::Fate::stop;
    if (worst.fate != consumer::Fate::stop) worst.fate = fate;
  }
  limits = limits_of(settings, plan);
  return worst;
}

}  // namespace

consumer::OpenPorts open_ports(const config::Settings& settings, consumer::Logger& log, TopicCheck check) {
  const auto shared = std::make_shared<Shared>(log);
  return [settings, shared, check](int lane, consumer::Membership& membership, consumer::Link& link,
                                   consumer::Ports& ports) -> consumer::Outcome {
    if (ports.output == nullptr) {
      Limits limits = limits_of(settings, {});
      if (check == TopicCheck::contract)
        if (auto outcome = look_at_topics(settings, *shared, link, limits); !outcome) return outcome;
      ports.output =
          std::make_unique<KafkaOutput>(settings, lane_id(settings, lane), std::move(limits), shared->contact, link);
    }
    auto& output = static_cast<KafkaOutput&>(*ports.output);
    if (!output.ready())
      if (auto outcome = output.recycle(); !outcome) return outcome;
    std::unique_ptr<KafkaInput> input;
    if (auto outcome = KafkaInput::open(settings, lane, membership, shared->contact, link, input); !outcome)
      return outcome;
    output.bind(*input);
    ports.input = std::move(input);
    return {};
  };
}

}  // namespace newsmill::kafka
