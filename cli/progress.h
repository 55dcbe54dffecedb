#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace newsmill::cli {

/// One line on standard error that is written over as long work goes on; nothing when standard error
/// is no terminal. One thread.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Progress(bool shown);
  Progress();  ///< shown when standard error is a terminal
  ~Progress();  ///< wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Asks `text` for the line, at most five times a second.
  void tick(const std::function<std::string()>& text);
  /// Wipes the line, before something else is written there.
  void wipe();
  double seconds() const;  ///< since the beginning

 private:
  const bool shown_;
  const Clock::time_point began_ = Clock::now();
  Clock::time_point next_ = began_;
  bool written_ = false;
};

/// "1,234,567"
std::string grouped(std::uint64_t number);
/// Number per second with three digits, or "-" before there is a tenth of a second.
std::string rate(std::uint64_t number, double seconds);

}  // namespace newsmill::cli
