#pragma once
#include <span>
#include <string_view>

#include "processors/core/result.h"

namespace newsmill {

/// One row of the table of docs/record.md, "Codes": what a dead letter's code means, for people.
struct CodeRow {
  Code code;
  std::string_view why, remedy;
};

/// In the order of Code; every code has a row.
std::span<const CodeRow> code_table();

}  // namespace newsmill
