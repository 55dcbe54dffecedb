#pragma once
#include <map>
#include <memory>
#include <string>

#include "tests/support/child.h"

namespace newsmill::test {

/// Debian's Prometheus with the given rules, scraping the given ports of this machine once a second.
class Prometheus {
 public:
  /// Returns when it is ready. Throws with its log when it does not start.
  Prometheus(const std::map<std::string, int>& jobs, const std::string& rules);
  /// The member `data` of an answer of its API; throws when it does not answer with success.
  std::string ask(const std::string& path, const std::string& query = {});
  /// The value of an expression that has exactly one; throws else.
  double value(const std::string& expression);
  void stop();

 private:
  TemporaryFolder folder_;
  int port_;
  std::unique_ptr<Child> child_;
};

}  // namespace newsmill::test
