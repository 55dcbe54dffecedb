#pragma once
#include <string>

namespace newsmill::bench {

/// The bare loop that `newsmill run` is compared with: one thread consumes a topic as a member of a group
/// and produces every message as it is to another, in transactions of at most 100 ms or 2,000 messages
/// that hold the offsets. Same client settings as newsmill's lanes; no processing, no order to keep, no
/// recovery. Runs until SIGTERM; the exit code.
int copy_loop(const std::string& bootstrap, const std::string& from, const std::string& to);

}  // namespace newsmill::bench
