#pragma once

/// Exit codes of every command: BSD's sysexits.h where they fit.
namespace newsmill::cli {

enum Exit : int {
  kOk = 0,
  kFindings = 1,       ///< what was asked about is not so: warnings denied, a plan that is not empty
  kUsage = 64,         ///< the command line is wrong
  kBadData = 65,       ///< no article of the input could be processed
  kNoInput = 66,       ///< an input file is missing or cannot be read
  kUnavailable = 69,   ///< a broker or a running instance does not answer, or is not ready
  kInternal = 70,      ///< a defect of newsmill
  kIo = 74,            ///< a file cannot be written
  kAgain = 75,         ///< start me again
  kNoPermission = 77,  ///< the cluster refuses the right
  kConfiguration = 78, ///< the configuration has findings, or only an operator can mend it
};

}  // namespace newsmill::cli
