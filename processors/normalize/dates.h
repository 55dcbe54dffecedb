#pragma once
#include <optional>
#include <string_view>

#include "processors/core/article.h"
#include "processors/text/instant.h"

namespace newsmill::normalize {

/// A date as a line of text gave it, not yet placed in a zone.
struct DateLine {
  std::string_view raw;       ///< the whole of it: "Updated: 2021-12-01 09:05"
  std::string_view date;      ///< "2021-12-01 09:05"
  std::string_view language;  ///< of the lexicon that knew it; empty = any
};

/// The date in `text`, when it is one with day, month and year. `hints` as of parse_instant().
std::optional<text::Instant> read_day(std::string_view text, const text::InstantHints& hints, Arena& arena);

/// What the head lines say about dates.
struct HeadDates {
  std::optional<DateLine> published, updated;
};

/// Fills `published`, `updated`, `embargoed` and `received` of the article and the flags on dates.
///  * A field of the delivery comes before a head line. "Updated" never fills `published`.
///  * A placeholder (year 1, 1970-01-01T00:00:00) is no date; a publication before 1995 or more
///    than 24 hours after arrival is not believed: the field stays absent and a flag says why.
///    Under an embargo a later publication is what the provider means, and stays.
///  * A date without zone gets `hints.tz`, flagged.
/// Arrival is the message's timestamp, else `received`; without either nothing is in the future.
/// `used` tells which head lines filled a field.
struct DatesUsed {
  bool published = false, updated = false;
};
DatesUsed read_dates(Article& article, const HeadDates& head, const text::InstantHints& hints, Arena& arena);

}  // namespace newsmill::normalize
