#include "processors/text/instant.h"

#include <algorithm>
#include <cstdlib>

#include "processors/text/arena_copy.h"
#include "processors/text/instant_layouts.h"
#include "processors/text/instant_pieces.h"
#include "processors/text/instant_zones.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v\"";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

/// What MongoDB's extended JSON wraps, as text: {"$date": 1474918718000}, also as Python prints it.
std::string_view unwrapped(std::string_view text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return text;
  text = text.substr(1, text.size() - 2);
  for (const std::string_view key : {"\"$date\":", "'$date':"})
    if (text.starts_with(key)) return trimmed(text.substr(key.size()));
  return {};
}

/// A text of digits alone: an epoch by its size, or a date written without separators.
///   4 digits a year, 6 year and month, 8 a day, 12 a minute, 14 a second;
///   9 and 10 seconds since 1970, 13 milliseconds, 16 microseconds
std::optional<Written> match_digits(const Piece& number, std::optional<milliseconds>& epoch) {
  Written written;
  std::int64_t rest = number.value;
  const auto cut = [&rest](int base) {
    const auto part = static_cast<int>(rest % base);
    rest /= base;
    return part;
  };
  switch (number.digits) {
    case 14:
      written.second = cut(100);
      [[fallthrough]];
    case 12:
      written.minute = cut(100);
      written.hour = cut(100);
      [[fallthrough]];
    case 8: written.day = cut(100); [[fallthrough]];
    case 6: written.month = cut(100); [[fallthrough]];
    case 4: written.year = static_cast<int>(rest); break;
    case 9:
    case 10: epoch = std::chrono::seconds(rest); return written;
    case 13: epoch = milliseconds(rest); return written;
    case 16: epoch = milliseconds(rest / 1000); return written;
    default: return std::nullopt;
  }
  written.precision = number.digits == 4    ? Precision::year
                      : number.digits == 6  ? Precision::month
                      : number.digits == 8  ? Precision::day
                      : number.digits == 12 ? Precision::minute
                                            : Precision::second;
  // Digits alone are anything, so only years of the press count, and "031231" is no year and month.
  if (written.year < 1600 || written.year > 2199 || written.month < 1 || written.month > 12 || written.hour > 23 ||
      written.minute > 59 || written.second > 59)
    return std::nullopt;
  return written;
}

/// "1571234567.123": seconds since 1970 as some languages print them.
bool is_epoch_with_fraction(const Pieces& pieces) {
  return pieces[0].kind == Piece::Kind::number && (pieces[0].digits == 9 || pieces[0].digits == 10) &&
         pieces[1].sign == '.' && pieces[2].kind == Piece::Kind::number;
}

/// Calendars that are not Gregorian: years of the Buddhist era are 543 ahead; Persian dates are not read.
bool to_gregorian(Written& written, std::string_view language) {
  if (language.starts_with("th") && written.year >= 2443 && written.year <= 2643) written.year -= 543;
  return !(language.starts_with("fa") && written.year < 1600);
}

/// Appends a number with at least `width` digits.
void put(std::string& text, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  text.append(width - std::min(width, digits.size()), '0').append(digits);
}

std::string offset_text(std::int32_t minutes_east) {
  std::string text(1, minutes_east < 0 ? '-' : '+');
  put(text, std::abs(minutes_east) / 60, 2);
  text.push_back(':');
  put(text, std::abs(minutes_east) % 60, 2);
  return text;
}

/// Fills offset, zone and tz by what is written and, failing that, by the hints.
void apply_zone(const Written& written, std::chrono::local_seconds local, const InstantHints& hints,
                std::pmr::memory_resource& arena, Instant& instant) {
  const auto given = [&](minutes offset, std::string_view name) {
    instant.zone = ZoneFrom::given;
    instant.offset_minutes = static_cast<std::int32_t>(offset.count());
    instant.tz = !name.empty() ? name
                 : offset.count() == 0 ? std::string_view("UTC")
                                       : arena_copy(offset_text(instant.offset_minutes), arena);
  };
  switch (written.zone) {
    case Written::Zone::offset: return given(minutes(written.offset_minutes), {});
    case Written::Zone::iana:
      if (const auto found = zone_offset(written.zone_name, local)) return given(found->offset, found->name);
      break;
    case Written::Zone::abbreviation:
      if (const auto found =
              abbreviation_offset(written.zone_name, local, hints.tz, hints.country,
                                  hints.language.substr(0, hints.language.find_first_of("-_"))))
        return given(found->offset, found->name);
      break;
    case Written::Zone::none: break;
  }
  if (const auto found = zone_offset(hints.tz, local)) {
    instant.zone = ZoneFrom::assumed;
    instant.offset_minutes = static_cast<std::int32_t>(found->offset.count());
    instant.tz = found->name;
  }
}

std::string rfc3339_at(std::chrono::sys_time<milliseconds> utc, std::int32_t offset_minutes, std::string_view zone) {
  const auto local = std::chrono::floor<std::chrono::seconds>(utc + minutes(offset_minutes));
  const auto days = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss time(local - days);
  std::string text;
  put(text, static_cast<int>(date.year()), 4);
  text.push_back('-');
  put(text, static_cast<unsigned>(date.month()), 2);
  text.push_back('-');
  put(text, static_cast<unsigned>(date.day()), 2);
  text.push_back('T');
  put(text, time.hours().count(), 2);
  text.push_back(':');
  put(text, time.minutes().count(), 2);
  text.push_back(':');
  put(text, time.seconds().count(), 2);
  return text.append(zone);
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view raw, const InstantHints& hints,
                                     std::pmr::memory_resource& arena) {
  raw = trimmed(raw);
  const std::string_view date_text = unwrapped(raw);
  if (date_text.empty() || raw.size() > kLongestDate || !valid_utf8(raw)) return std::nullopt;
  const Pieces pieces(date_text);
  std::optional<milliseconds> epoch;
  std::optional<Written> written;
  if (pieces.size() == 1 && pieces[0].kind == Piece::Kind::number) {
    written = match_digits(pieces[0], epoch);
  } else if (pieces.size() == 3 && is_epoch_with_fraction(pieces)) {
    epoch = std::chrono::seconds(pieces[0].value);
    written.emplace();
  } else {
    written = match_layout(pieces, hints);
  }
  if (!written) return std::nullopt;

  Instant instant;
  instant.raw = arena_copy(raw, arena);
  if (epoch) {
    instant.utc = std::chrono::sys_time<milliseconds>(*epoch);
    instant.precision = Precision::second;
    instant.zone = ZoneFrom::given;
    instant.tz = "UTC";
    return instant;
  }
  if (!to_gregorian(*written, hints.language)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(written->year),
                                         std::chrono::month(static_cast<unsigned>(written->month)),
                                         std::chrono::day(static_cast<unsigned>(written->day))};
  if (!date.ok() || written->year < 1 || written->year > 9998) return std::nullopt;
  const std::chrono::local_seconds local = std::chrono::local_days(date) + std::chrono::hours(written->hour) +
                                           minutes(written->minute) + std::chrono::seconds(written->second);
  instant.precision = written->precision;
  instant.ambiguous = written->ambiguous;
  apply_zone(*written, local, hints, arena, instant);
  instant.utc = std::chrono::sys_time<milliseconds>(local.time_since_epoch() - minutes(instant.offset_minutes) +
                                                    milliseconds(written->millisecond));
  return instant;
}

std::string rfc3339(const Instant& instant) {
  const bool east = instant.zone != ZoneFrom::unknown && instant.offset_minutes != 0;
  return rfc3339_at(instant.utc, east ? instant.offset_minutes : 0, east ? offset_text(instant.offset_minutes) : "Z");
}

std::string rfc3339_utc(std::chrono::sys_time<milliseconds> utc) { return rfc3339_at(utc, 0, "Z"); }

}  // namespace newsmill::text
