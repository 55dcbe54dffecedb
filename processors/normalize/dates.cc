#include "processors/normalize/dates.h"

#include <chrono>

namespace newsmill::normalize {
namespace {

using namespace std::chrono_literals;
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

constexpr Time kFirstYear = std::chrono::sys_days{std::chrono::year{2} / 1 / 1};     // before it: 0001-01-01, "no date"
constexpr Time kFirstNews = std::chrono::sys_days{std::chrono::year{1995} / 1 / 1};  // the web's first newspapers
constexpr auto kAhead = 24h;

/// Year 1 in any zone, or the zero of Unix time: what a program writes when it has no date.
bool is_placeholder(Time utc) { return utc < kFirstYear || utc == Time{}; }

std::optional<text::Instant> read(std::string_view raw, const text::InstantHints& hints, Article& article, Arena& arena) {
  if (raw.empty()) return std::nullopt;
  std::optional<text::Instant> instant = text::parse_instant(raw, hints, arena);
  if (!instant) { article.flags.set(Flag::field_dropped); return std::nullopt; }
  if (is_placeholder(instant->utc)) { article.flags.set(Flag::date_implausible); return std::nullopt; }
  return instant;
}

std::optional<text::Instant> read_line(const DateLine& line, text::InstantHints hints, Arena& arena) {
  if (hints.language.empty()) hints.language = line.language;
  std::optional<text::Instant> instant = read_day(line.date, hints, arena);
  if (instant) instant->raw = line.raw;
  return instant;
}

}  // namespace

std::optional<text::Instant> read_day(std::string_view text, const text::InstantHints& hints, Arena& arena) {
  std::optional<text::Instant> instant = text::parse_instant(text, hints, arena);
  if (!instant || instant->precision < text::Precision::day || is_placeholder(instant->utc)) return std::nullopt;
  return instant;
}

DatesUsed read_dates(Article& article, const HeadDates& head, const text::InstantHints& hints, Arena& arena) {
  const Given& given = article.given;
  DatesUsed used;
  if (auto instant = read(given.received_at, hints, article, arena)) article.received = {*instant, DateFrom::field};
  if (auto instant = read(given.embargoed_until, hints, article, arena)) article.embargoed = {*instant, DateFrom::field};

  std::optional<Time> arrival;
  if (article.message.timestamp_ms >= 0) arrival = Time(std::chrono::milliseconds(article.message.timestamp_ms));
  else if (article.received) arrival = article.received->instant.utc;
  const auto ahead = [&](const text::Instant& instant) { return arrival && instant.utc > *arrival + kAhead; };

  const auto publish = [&](std::optional<text::Instant> instant, DateFrom from) {
    if (!instant) return false;
    if (instant->utc < kFirstNews) { article.flags.set(Flag::date_implausible); return false; }
    if (ahead(*instant) && !article.embargoed) { article.flags.set(Flag::future_dated); return false; }
    article.published = {*instant, from};
    return true;
  };
  const bool field = publish(read(given.published_at, hints, article, arena), DateFrom::field);
  if (!field && given.published_at.empty() && head.published) {
    used.published = publish(read_line(*head.published, hints, arena), DateFrom::head_line);
  }

  const auto update = [&](std::optional<text::Instant> instant, DateFrom from) {
    if (!instant) return false;
    // An update from the future would outlive every later one.
    if (ahead(*instant)) { article.flags.set(Flag::future_dated); return false; }
    article.updated = {*instant, from};
    return true;
  };
  if (!update(read(given.updated_at, hints, article, arena), DateFrom::field) && given.updated_at.empty() && head.updated) {
    used.updated = update(read_line(*head.updated, hints, arena), DateFrom::head_line);
  }

  for (const auto* date : {&article.published, &article.updated, &article.embargoed, &article.received}) {
    if (!*date) continue;
    if ((*date)->instant.zone == text::ZoneFrom::assumed) article.flags.set(Flag::tz_assumed);
    if ((*date)->instant.ambiguous) article.flags.set(Flag::date_ambiguous);
  }
  if (!article.published) article.flags.set(Flag::published_unknown);
  return used;
}

}  // namespace newsmill::normalize
