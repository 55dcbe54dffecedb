#pragma once
#include <optional>
#include <string_view>

#include "processors/normalize/lexicon.h"

namespace newsmill::normalize {

/// "LONDON, March 3 (Reuters) - ", "Luxembourg (dpa) – ", "Madrid, 3 mar (EFE).- ", "(CNN) — ":
/// where and by which agency a report was filed.
struct Dateline {
  std::string_view place;   ///< as written, "LONDON"; may be empty
  std::string_view date;    ///< as written, "March 3"; may be empty
  std::string_view agency;  ///< "Reuters"
  std::size_t end = 0;      ///< bytes up to the first word of the report
};

/// Reads the dateline at the start of a paragraph: `PLACE[, date] (AGENCY) [.]-`, where the agency
/// is one of the lexicons' and the place looks like one; without a place the dash may be missing.
/// A paragraph that would be left with fewer than 20 letters has none. Views into `paragraph`.
std::optional<Dateline> parse_dateline(std::string_view paragraph, const Lexicons& lexicons);

}  // namespace newsmill::normalize
