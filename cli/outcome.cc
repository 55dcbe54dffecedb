#include "cli/outcome.h"

#include <iostream>

namespace newsmill::cli {

int explain_outcome(const consumer::Outcome& outcome, int otherwise) {
  std::cerr << "newsmill: " << outcome.reason << '\n';
  switch (outcome.fate) {
    case consumer::Fate::stop: return kConfiguration;
    case consumer::Fate::retry:
      std::cerr << "  hint: check kafka.brokers, the network, and security.protocol; `newsmill validate --connect` "
                   "asks step by step\n";
      return kUnavailable;
    default: return otherwise;
  }
}

}  // namespace newsmill::cli
