#include "consumer/kafka/log_mark.h"

#include <fmt/format.h>

#include <charconv>

namespace newsmill::kafka {
namespace {

constexpr std::string_view kBegin = "newsmill/1 ", kRebuilding = "rebuilding", kLog = "log=", kApplied = " applied=";
constexpr std::size_t kDigits = 16;

/// The whole of `text` as a number; nothing when there is anything else in it.
template <class Number>
std::optional<Number> number(std::string_view text, int base) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool take(std::string_view& text, std::string_view begin) {
  if (!text.starts_with(begin)) return false;
  text.remove_prefix(begin.size());
  return true;
}

}  // namespace

std::string mark_text(const LogMark& mark) {
  if (mark.rebuilding) return fmt::format("{}{}", kBegin, kRebuilding);
  return fmt::format("{}{}{:016x}{}{}", kBegin, kLog, mark.log, kApplied, mark.applied);
}

std::optional<LogMark> parse_mark(std::string_view text) {
  if (!take(text, kBegin)) return std::nullopt;
  if (text == kRebuilding) return LogMark{0, -1, true};
  if (!take(text, kLog) || text.size() < kDigits) return std::nullopt;
  const auto log = number<dedup::LogId>(text.substr(0, kDigits), 16);
  text.remove_prefix(kDigits);
  if (!log || *log == 0 || !take(text, kApplied)) return std::nullopt;
  // A later version may say more behind a space.
  const auto applied = number<dedup::LogOffset>(text.substr(0, text.find(' ')), 10);
  if (!applied || *applied < 0) return std::nullopt;
  return LogMark{*log, *applied, false};
}

std::optional<std::string> why_not_this_log(std::span<const LogMark> marks, const LogFound& found,
                                            std::string_view topic) {
  constexpr std::string_view kWaysOn =
      "put the log back, or make a new one of what was published: newsmill dedup rebuild";
  for (const LogMark& mark : marks)
    if (mark.rebuilding)
      return fmt::format("the dedup log \"{}\" is being made anew by `newsmill dedup rebuild`; when that was "
                         "interrupted, start it again", topic);
  for (const LogMark& mark : marks) {
    if (found.log != 0 && found.log != mark.log)
      return fmt::format("the dedup log \"{}\" is {:016x}, but what is committed rests on {:016x}: the topic was made "
                         "anew, or dedup.topic names another one; {}", topic, found.log, mark.log, kWaysOn);
    if (found.end <= mark.applied)
      return fmt::format("the dedup log \"{}\" ends at offset {}, but what is committed rests on it up to offset {}: "
                         "the topic was made anew or has lost its end; {}", topic, found.end, mark.applied, kWaysOn);
  }
  return std::nullopt;
}

}  // namespace newsmill::kafka
