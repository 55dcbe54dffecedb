#pragma once
#include "cli/exit.h"
#include "consumer/ports.h"

namespace newsmill::cli {

/// What a question to the brokers came to when it went wrong: says so on standard error, with a hint when none
/// answered, and gives the exit code; `otherwise` when it is neither the configuration nor an outage.
int explain_outcome(const consumer::Outcome& outcome, int otherwise = kUnavailable);

}  // namespace newsmill::cli
