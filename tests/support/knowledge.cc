#include "tests/support/knowledge.h"

#include <iostream>
#include <stdexcept>

#include "config/load.h"
#include "consumer/knowledge.h"

namespace newsmill::test {

const Knowledge& builtin_knowledge() {
  static const consumer::LoadedKnowledge kLoaded = [] {
    config::Diagnostics diagnostics;
    auto loaded = consumer::load_knowledge(config::load({}, {}, diagnostics), diagnostics);
    if (diagnostics.has_errors()) {
      diagnostics.print(std::cerr);
      throw std::runtime_error("the built-in knowledge has errors");
    }
    return loaded;
  }();
  return *kLoaded.knowledge;
}

}  // namespace newsmill::test
