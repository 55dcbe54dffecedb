#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "processors/core/batch.h"
#include "processors/core/verdict.h"

namespace newsmill::cli {

/// What became of one article of the demo, for people.
struct AccountRow {
  std::string sample;    ///< name of the sample: "06-night-train-doubled"
  std::string headline;  ///< published, or what there is of the delivery
  std::string language;
  ArticleId article;
  std::optional<Verdict> verdict;  ///< absent while nothing is compared
  std::string topics;              ///< "port-strikes 0.71, …", the highest score first
  std::string names;               ///< "Rotterdam (gn:2747891), …", the most salient first
  std::string cleaned;             ///< what was taken out, and the flags
  std::string failure;             ///< why it is a dead letter; empty = a record
  std::size_t linked = 0, scored = 0;  ///< number of names with an id, of topics
};

/// Reads a committed item before its batch goes.
AccountRow account_of(const Batch::Item& item, std::string sample);

/// The rows as a table of at most `width` columns (at least 80), a blank line and the sum. Articles are
/// numbered from 1, and a copy names the number of the article it was matched with.
std::string account_table(const std::vector<AccountRow>& rows, std::size_t width);

}  // namespace newsmill::cli
