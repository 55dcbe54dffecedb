#include "processors/core/flag.h"

namespace newsmill {
namespace {

constexpr FlagRow kTable[] = {
    {"body-repeated", "A run of paragraphs stood in the body again and was removed; `removed` names it."},
    {"date-ambiguous", "Day and month of a date could be exchanged, and neither language nor country decides."},
    {"date-implausible", "A date lay before 1995 or was a placeholder such as 1970-01-01, and was not used."},
    {"duplicate-keys", "A JSON object named a key twice; the first value counts."},
    {"encoding-damaged", "More than 1 % of the characters, or more than 50, could not be decoded and became U+FFFD."},
    {"encoding-guessed", "The bytes were not UTF-8 and named no encoding; they were read as windows-1252."},
    {"field-dropped", "A field had a type or value that has no coercion, and was left out."},
    {"flattened", "A long body came without paragraphs."},
    {"future-dated", "The publication date lay more than 24 hours after arrival, and was not used."},
    {"mojibake-repaired", "UTF-8 that had been read as a single-byte encoding was put right."},
    {"not-article", "The text reads like a home page, a login or consent wall or an error page."},
    {"published-unknown", "No publication date was found."},
    {"short", "The body has fewer than 200 characters; alerts and flashes are news too."},
    {"tz-assumed", "A date came without zone; the zone of the source was assumed."},
    {"version-created-unknown", "No date at all was known; `versionCreated` is 1970-01-01T00:00:00Z."},
};
static_assert(std::size(kTable) == static_cast<std::size_t>(Flag::count_), "one row per Flag");

}  // namespace

std::span<const FlagRow> flag_table() { return kTable; }

}  // namespace newsmill
