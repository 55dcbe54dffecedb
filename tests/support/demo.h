#pragma once
#include <memory>
#include <string>

#include "tests/support/child.h"
#include "tests/support/terminal.h"

namespace newsmill::test {

/// `newsmill demo`: the real consumer with real librdkafka, serving /metrics until it is stopped.
class Demo {
 public:
  explicit Demo(std::string binary);
  int port() const { return port_; }
  std::string metrics() const;  ///< empty when it does not answer
  /// Waits until every sample article is through. Throws with what the program said when it does not.
  void wait_until_done();
  /// SIGTERM; the exit code.
  int stop();

 private:
  int port_;
  TemporaryFolder folder_;
  Terminal terminal_;
  std::unique_ptr<Child> child_;
};

}  // namespace newsmill::test
