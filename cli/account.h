#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "processors/core/batch.h"

namespace newsmill::cli {

/// What became of one article of the demo, for people.
struct AccountRow {
  std::string sample;    ///< name of the sample: "06-night-train-doubled"
  std::string headline;  ///< published, or what there is of the delivery
  std::string language, published;
  std::string fate;  ///< what was done to it, or why it is a dead letter
  bool dead = false;
};

/// Reads a committed item before its batch goes.
AccountRow account_of(const Batch::Item& item, std::string sample);

/// The rows as a table of at most `width` columns (at least 80), a blank line and the sum.
std::string account_table(const std::vector<AccountRow>& rows, std::size_t width);

}  // namespace newsmill::cli
