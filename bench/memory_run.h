#pragma once
#include <string>

namespace newsmill::bench {

/// `newsmill run --config FILE` whose dedup log is in its memory: the same chain and the same stories, as long as
/// there is one instance, and no other process is asked. Until SIGTERM; the exit code.
int memory_run(const std::string& config);

}  // namespace newsmill::bench
