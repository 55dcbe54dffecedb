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

/// Parses a whole string by fixed layouts: RFC 3339 and its sloppy relatives, RFC 5322, epoch
/// seconds or milliseconds by size, "Tue Jan 28 15:28:56 CET 2020", "29Jul2005", month names of
/// about 20 languages, and the other layouts that docs/record.md lists. Never guesses: nullopt
/// when no layout covers the whole string. Views in the result live in `arena` or in static memory.
///   cost O(length); length over 100 bytes is refused
std::optional<Instant> parse_instant(std::string_view raw, const InstantHints& hints,
                                     std::pmr::memory_resource& arena);

/// RFC 3339 with the instant's own offset ("2021-12-01T09:05:00+08:00"), "Z" when it is unknown
/// or zero. Milliseconds are left out.
std::string rfc3339(const Instant& instant);
/// RFC 3339 in UTC: "2021-12-01T01:05:00Z".
std::string rfc3339_utc(std::chrono::sys_time<std::chrono::milliseconds> utc);

/// True when `name` is a zone of the system's tz database.
bool known_zone(std::string_view name);

}  // namespace newsmill::text
