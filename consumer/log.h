#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "config/settings.h"
#include "processors/core/delivery.h"

namespace newsmill::consumer {

/// One fact beside the sentence of a log line. Text is copied when the line is written and may hold
/// any bytes; both must live until then.
struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;

  Field(std::string_view field, std::string_view text) : name(field), value(text) {}
  Field(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  Field(std::string_view field, const std::string& text) : name(field), value(std::string_view(text)) {}
  template <class T> requires std::is_integral_v<T>
  Field(std::string_view field, T number) : name(field), value(static_cast<std::int64_t>(number)) {}
  Field(std::string_view field, double number) : name(field), value(number) {}
};

/// Text or JSON lines for the operator: UTC time, level, a sentence, the kind, fields. The field
/// `delivery` ("topic:partition:offset:16 hex digits", see delivery_text) names the message a line is
/// about; times, kinds and field names are stable, sentences are not.
///
///   2026-11-24T11:05:12.345Z WARNING the broker closed the connection kind=kafka-transport broker=10.0.0.4:9092
///   {"time":"2026-11-24T11:05:12.345Z","level":"warning","message":"the broker …","kind":"kafka-transport",…}
///
/// Levels say what a person does: info = the state changed, warning = odd but nothing is lost,
/// error = data is lost or somebody must act.
///
/// A kind is a short constant in the code, one per place that writes. Of each kind the first kBurst
/// lines pass, then one every kPeriod, which carries the number of lines that were suppressed since.
/// Kinds past kMaxKinds share one limit, so that memory stays bounded whatever the caller passes.
///
/// Thread-safe: librdkafka's callbacks, workers and the lane share one Logger, passed by reference.
/// A line is one write(2); an unwritable standard error loses lines, never blocks on a lock for long
/// and never throws. Cost: one atomic load below the level, a few µs above it.
class Logger {
 public:
  using Level = config::Settings::Log::Level;
  struct Time {
    std::chrono::system_clock::time_point wall;
    std::chrono::steady_clock::time_point steady;
  };
  using Now = std::function<Time()>;
  using Sink = std::function<void(std::string_view line)>;  ///< gets the line with its newline

  static constexpr int kBurst = 5;
  static constexpr std::chrono::seconds kPeriod{10};
  static constexpr std::size_t kMaxKinds = 256;

  /// Writes to standard error with the clocks of the machine.
  explicit Logger(const config::Settings::Log& settings);
  Logger(const config::Settings::Log& settings, Sink sink, Now now);
  /// Says how many lines of each kind were suppressed since the last one that passed.
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  bool enabled(Level level) const { return level >= level_; }
  void write(Level level, std::string_view kind, std::string_view message, std::span<const Field> fields = {});
  using Fields = std::initializer_list<Field>;
  void debug(std::string_view kind, std::string_view message, Fields fields = {}) {
    write(Level::debug, kind, message, fields);
  }
  void info(std::string_view kind, std::string_view message, Fields fields = {}) {
    write(Level::info, kind, message, fields);
  }
  void warning(std::string_view kind, std::string_view message, Fields fields = {}) {
    write(Level::warning, kind, message, fields);
  }
  void error(std::string_view kind, std::string_view message, Fields fields = {}) {
    write(Level::error, kind, message, fields);
  }

  /// Lines of this level since the start, suppressed and unwritten ones too.
  std::uint64_t count(Level level) const {
    return counts_[static_cast<std::size_t>(level)].load(std::memory_order_relaxed);
  }

 private:
  struct Limit {
    int left = kBurst;
    std::chrono::steady_clock::time_point refilled;
    std::uint64_t suppressed = 0;
    Level level = Level::info;  ///< of the last suppressed line
  };
  Limit& limit_of(std::string_view kind, std::chrono::steady_clock::time_point now);
  void put(Level level, const Time& time, std::string_view kind, std::string_view message,
           std::span<const Field> fields, std::uint64_t suppressed);

  const Level level_;
  const config::Settings::Log::Format format_;
  const Sink sink_;
  const Now now_;
  std::array<std::atomic<std::uint64_t>, 4> counts_{};
  std::mutex mutex_;
  std::map<std::string, Limit, std::less<>> limits_;
  std::string line_;
};

}  // namespace newsmill::consumer
