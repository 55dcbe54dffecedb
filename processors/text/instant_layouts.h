#pragma once
#include <optional>
#include <string_view>

#include "processors/text/instant.h"
#include "processors/text/instant_pieces.h"

namespace newsmill::text {

/// A date and time as written: what the layouts find, before zones and calendars are applied.
struct Written {
  int year = 0, month = 1, day = 1;
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  Precision precision = Precision::day;
  bool ambiguous = false;

  enum class Zone { none, offset, abbreviation, iana } zone = Zone::none;
  int offset_minutes = 0;
  std::string_view zone_name;  ///< into the raw text
};

/// The one layout that covers all pieces, nullopt if there is none. Values are in range field by
/// field; whether the day exists in its month is for the caller.
std::optional<Written> match_layout(const Pieces& pieces, const InstantHints& hints);

}  // namespace newsmill::text
