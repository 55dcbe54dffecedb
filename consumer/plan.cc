#include "consumer/plan.h"

#include <algorithm>
#include <optional>

#include "processors/core/format.h"

namespace newsmill::consumer {

Plan Plan::of(const config::Settings& settings) {
  Plan plan;
  for (const auto& topic : settings.input.topics)
    plan.inputs[topic.name] = {format_of(topic.format).value_or(Format::automatic), topic.source};
  plan.enriched = settings.output.enriched;
  plan.deadletter = settings.output.deadletter;
  plan.instance = settings.instance;
  plan.window = settings.dedup.window;
  plan.buffer_bytes = settings.kafka.buffer_bytes;
  plan.transaction_interval = settings.kafka.transaction_interval;
  plan.transaction_records = static_cast<std::size_t>(std::max(1, settings.kafka.transaction_records));
  return plan;
}

}  // namespace newsmill::consumer
