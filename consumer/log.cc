#include "consumer/log.h"

#include <errno.h>
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory_resource>
#include <utility>

#include "processors/text/utf8.h"

namespace newsmill::consumer {
namespace {

using Format = config::Settings::Log::Format;
constexpr std::string_view kOtherKinds = "other";

std::string_view level_name(Logger::Level level, Format format) {
  static constexpr std::string_view kText[] = {"DEBUG", "INFO", "WARNING", "ERROR"};
  static constexpr std::string_view kJson[] = {"debug", "info", "warning", "error"};
  return (format == Format::text ? kText : kJson)[static_cast<std::size_t>(level)];
}

/// Well-formed UTF-8 in which a control character is an escape that JSON and people read alike, so
/// that no byte of an article can end the line or move the cursor of a terminal.
void append_escaped(std::string& line, std::string_view bytes) {
  std::array<std::byte, 1024> block;
  std::pmr::monotonic_buffer_resource arena(block.data(), block.size());
  const std::string_view text = text::repair_utf8(bytes, arena).text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = text::next(text, at);
    switch (c) {
      case '"': line += "\\\""; break;
      case '\\': line += "\\\\"; break;
      case '\n': line += "\\n"; break;
      case '\r': line += "\\r"; break;
      case '\t': line += "\\t"; break;
      default: {
        // C0 and DEL, C1, line and paragraph separator, and the controls of direction.
        const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
                             (c >= 0x2066 && c <= 0x2069);
        if (control)
          fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<std::uint32_t>(c));
        else
          line.append(text, begin, at - begin);
      }
    }
  }
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  append_escaped(line, text);
  line += '"';
}

/// A word as it is, anything else in quotes.
void append_value(std::string& line, std::string_view text) {
  const bool word = !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
  });
  if (word)
    line += text;
  else
    append_quoted(line, text);
}

void append_time(std::string& line, std::chrono::system_clock::time_point wall) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(wall.time_since_epoch()).count();
  const time_t seconds = static_cast<time_t>(ms / 1000);
  tm utc{};
  gmtime_r(&seconds, &utc);
  fmt::format_to(std::back_inserter(line), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                 utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms % 1000);
}

void write_stderr(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // closed or full: a log must not stop the work
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

Logger::Time machine_time() { return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()}; }

}  // namespace

Logger::Logger(const config::Settings::Log& settings) : Logger(settings, write_stderr, machine_time) {}

Logger::Logger(const config::Settings::Log& settings, Sink sink, Now now)
    : level_(settings.level), format_(settings.format), sink_(std::move(sink)), now_(std::move(now)) {}

Logger::~Logger() {
  const Time time = now_();
  for (auto& [kind, limit] : limits_)
    if (limit.suppressed > 0) put(limit.level, time, kind, "lines of this kind were suppressed", {}, limit.suppressed);
}

Logger::Limit& Logger::limit_of(std::string_view kind, std::chrono::steady_clock::time_point now) {
  auto found = limits_.find(kind);
  if (found == limits_.end()) {
    const std::string_view name = limits_.size() + 1 < kMaxKinds ? kind : kOtherKinds;
    found = limits_.try_emplace(std::string(name), Limit{.refilled = now}).first;
  }
  Limit& limit = found->second;
  // A bucket of kBurst lines that regains one every kPeriod.
  const auto periods = (now - limit.refilled) / kPeriod;
  if (periods > 0) {
    limit.left = static_cast<int>(std::min<std::int64_t>(kBurst, limit.left + periods));
    limit.refilled += periods * kPeriod;
  }
  return limit;
}

void Logger::write(Level level, std::string_view kind, std::string_view message, std::span<const Field> fields) {
  counts_[static_cast<std::size_t>(level)].fetch_add(1, std::memory_order_relaxed);
  if (!enabled(level)) return;
  const Time time = now_();
  const std::lock_guard lock(mutex_);
  Limit& limit = limit_of(kind, time.steady);
  if (limit.left == 0) {
    ++limit.suppressed;
    limit.level = level;
    return;
  }
  --limit.left;
  put(level, time, kind, message, fields, std::exchange(limit.suppressed, 0));
}

void Logger::put(Level level, const Time& time, std::string_view kind, std::string_view message,
                 std::span<const Field> fields, std::uint64_t suppressed) {
  const bool json = format_ == Format::json;
  line_.clear();
  line_ += json ? "{\"time\":\"" : "";
  append_time(line_, time.wall);
  line_ += json ? "\",\"level\":\"" : " ";
  line_ += level_name(level, format_);
  line_ += json ? "\",\"message\":\"" : " ";
  append_escaped(line_, message);
  line_ += json ? "\",\"kind\":" : " kind=";
  json ? append_quoted(line_, kind) : append_value(line_, kind);
  const auto name = [&](std::string_view field) {
    line_ += json ? "," : " ";
    if (json) append_quoted(line_, field);
    else append_value(line_, field);
    line_ += json ? ':' : '=';
  };
  for (const Field& field : fields) {
    name(field.name);
    if (const auto* text = std::get_if<std::string_view>(&field.value)) {
      json ? append_quoted(line_, *text) : append_value(line_, *text);
    } else if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
      fmt::format_to(std::back_inserter(line_), "{}", *number);
    } else {
      const double real = std::get<double>(field.value);
      // JSON has no word for infinity and not-a-number.
      line_ += std::isfinite(real) ? fmt::format("{}", real) : "null";
    }
  }
  if (suppressed > 0) {
    name("suppressed");
    fmt::format_to(std::back_inserter(line_), "{}", suppressed);
  }
  line_ += json ? "}\n" : "\n";
  sink_(line_);
}

}  // namespace newsmill::consumer
