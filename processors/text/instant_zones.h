#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace newsmill::text {

/// Offset of a zone at a local time, and its name in static memory.
struct ZoneOffset {
  std::chrono::minutes offset{};
  std::string_view name;
};

/// What an IANA zone says about a local time: the earlier of two at the end of summer time, the
/// offset before the gap at its start. nullopt when the system's tz database has no such zone.
std::optional<ZoneOffset> zone_offset(std::string_view name, std::chrono::local_seconds local);

/// Offset that an abbreviation means. In order: the zone to assume, if it uses that abbreviation at
/// that time; the only meaning; the country; the language; RFC 5322 section 4.3 (EST … PDT are those
/// of the United States). nullopt when nothing decides or the abbreviation is unknown.
std::optional<ZoneOffset> abbreviation_offset(std::string_view abbreviation, std::chrono::local_seconds local,
                                              std::string_view tz, std::string_view country, std::string_view language);

/// True for a zone abbreviation of the table, whatever it means.
bool known_abbreviation(std::string_view abbreviation);

}  // namespace newsmill::text
