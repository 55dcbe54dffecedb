#pragma once
#include <chrono>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

namespace newsmill::text {

enum class Precision : std::uint8_t { year, month, day, minute, second };
enum class ZoneFrom : std::uint8_t { given, assumed, unknown };

/// A point in time as far as a source gives it. Parts that it does not give are filled with the
/// earliest value, and `precision` says so.
struct Instant {
  std::chrono::sys_time<std::chrono::milliseconds> utc{};
  Precision precision = Precision::day;
  ZoneFrom zone = ZoneFrom::unknown;
  std::int32_t offset_minutes = 0;  ///< offset of the zone at that instant
  std::string_view tz;   ///< IANA name or offset that was used, as shown in the record; may be empty
  std::string_view raw;  ///< what was parsed, as it stood
  bool ambiguous = false;  ///< day and month could be exchanged and nothing decides
};

/// How to read what a date leaves open.
struct InstantHints {
  std::string_view tz;        ///< IANA zone to assume where none is given; empty = none
  std::string_view language;  ///< of month names and of D/M order; empty = any
  std::string_view country;   ///< ISO 3166-1 alpha-2: decides IST, CST, …
};

/// Parses a whole string by fixed layouts: RFC 3339 and its sloppy relatives, RFC 5322 and ctime,
/// digits alone (epoch by size, or YYYY, YYYYMM, YYYYMMDD, YYYYMMDDhhmm, YYYYMMDDhhmmss), "29Jul2005",
/// figures (31/12/2021, 1. 12. 2021), and prose with month names, weekdays and halves of the day in
/// some 80 languages (CLDR through ICU), 年月日, 년월일, tháng. Digits of every script. Time before or
/// after the date; zone as offset, abbreviation or IANA name. Comments in parentheses at the end are
/// not read. Never guesses: nullopt when no layout covers the whole string.
///   day and month   a full stop between them: day first; else by `country`, else `language`; English
///                   without a country: month first, flagged; nothing known: day first, flagged
///   abbreviations   IST, CST, … : by `tz` if it uses that abbreviation then, else `country`, else
///                   `language`, else RFC 5322 for those of the United States; undecided or unknown
///                   ones are as if not written
///   years           two digits as in RFC 5322; Thai years of the Buddhist era with language th;
///                   Persian calendar years with language fa are refused
/// Views in the result live in `arena` or in static memory.
///   cost O(length), about 0.5 µs for RFC 3339; length over 100 bytes is refused; the first call
///   with a word in it reads the names from ICU (about 50 ms)
/// Thread safety: any thread.
std::optional<Instant> parse_instant(std::string_view raw, const InstantHints& hints,
                                     std::pmr::memory_resource& arena);

/// RFC 3339 with the instant's own offset ("2021-12-01T09:05:00+08:00"), "Z" when it is unknown
/// or zero. Milliseconds are left out. Parts beyond the precision are the earliest: a day is its
/// first second.
std::string rfc3339(const Instant& instant);
/// RFC 3339 in UTC: "2021-12-01T01:05:00Z".
std::string rfc3339_utc(std::chrono::sys_time<std::chrono::milliseconds> utc);

/// True when `name` is a zone of the system's tz database.
bool known_zone(std::string_view name);

}  // namespace newsmill::text
