#include "bench/memory_run.h"

#include <cstdio>
#include <utility>

#include "config/load.h"
#include "consumer/kafka/lane_ports.h"
#include "consumer/knowledge.h"
#include "consumer/service.h"
#include "consumer/signals.h"
#include "processors/catalogue.h"
#include "processors/score_topics/topics.h"

namespace newsmill::bench {

int memory_run(const std::string &config) {
  const consumer::Signals signals;
  config::Diagnostics diagnostics;
  const config::Loaded loaded = config::load({config}, {}, diagnostics);
  const consumer::LoadedKnowledge known = consumer::load_knowledge(loaded, diagnostics);
  if (diagnostics.has_errors()) {
    std::fprintf(stderr, "%s\n", diagnostics.all().front().message.c_str());
    return 78;
  }
  consumer::Logger log(loaded.settings.log);
  const auto &knowledge = known.knowledge;
  return consumer::serve({.settings = loaded.settings,
                          .open = kafka::open_ports(loaded.settings, log),
                          .chain =
                              [&] {
                                return consumer::Workers::Chain{knowledge, make_pipeline(loaded.settings, *knowledge)};
                              },
                          .signals = signals,
                          .log = log,
                          .known =
                              [&] {
                                return metrics::Registry::Known{knowledge->versions, knowledge->topics->ids()};
                              }});
}

}  // namespace newsmill::bench
