#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bench/fingerprint_stream.h"
#include "processors/dedup/log_codec.h"
#include "processors/dedup/referee.h"

namespace newsmill::bench {

/// A stretch of the dedup log as its reader gets it.
struct Stretch {
  struct Message {
    dedup::LogOffset offset;
    std::int64_t append_ms;
    std::size_t end;  ///< in `bytes`, where it ends and the next one begins
  };
  std::string bytes;
  std::vector<Message> messages;

  void clear() {
    bytes.clear();
    messages.clear();
  }
};

/// Whoever appends to a dedup log that is to be read: decides about articles without end, real ones of which
/// copies lie up to kSideBySide × as many articles apart, with a window that is as large as that.
class LogOwner {
 public:
  static constexpr std::int64_t kWindowMs = std::int64_t{72} * 3'600'000;
  static constexpr dedup::LogId kLog = 7;

  /// `live` articles come in kWindowMs, the first at `start_ms`; `batch` of them have their verdicts in one message.
  LogOwner(std::span<const Fingerprint> prints, std::uint64_t live, std::size_t batch, std::int64_t start_ms)
      : stream_(prints, kSideBySide),
        known_(std::min<std::uint64_t>(live, 2 * kSideBySide * prints.size())),
        step_ms_(static_cast<double>(kWindowMs) / static_cast<double>(live)),
        batch_(batch),
        start_ms_(start_ms),
        referee_({.window_ms = static_cast<std::int64_t>(static_cast<double>(known_) * step_ms_), .articles = known_}) {
  }

  /// Appends a batch and its verdicts to `stretch`.
  void append(Stretch& stretch) {
    own_.clear();
    std::int64_t now = 0;
    for (std::size_t i = 0; i < batch_; ++i) {
      now = start_ms_ + static_cast<std::int64_t>(static_cast<double>(articles_++) * step_ms_);
      print_.fingerprint = stream_.next();
      print_.fingerprint.arrival_ms = print_.clock_ms = print_.sent_ms = now;
      print_.log = kLog;
      referee_.apply(print_, next_, now);
      own_.push_back(next_);
      write(print_, now, stretch, print_bytes_);
    }
    dedup::VerdictsMessage verdicts{referee_.decide(own_).verdicts, now, kLog};
    referee_.apply(verdicts, next_, now);
    write(verdicts, now, stretch, verdict_bytes_);
    matched_ += static_cast<std::uint64_t>(
        std::ranges::count_if(verdicts.verdicts, [](const auto& row) { return row.verdict.canonical.has_value(); }));
    last_ = std::move(verdicts.verdicts);
  }

  std::uint64_t articles() const { return articles_; }
  std::uint64_t matched() const { return matched_; }  ///< articles with another one that they are copies or versions of
  std::uint64_t print_bytes() const { return print_bytes_; }
  std::uint64_t verdict_bytes() const { return verdict_bytes_; }
  /// Of the batch that was appended last.
  const std::vector<dedup::DecidedFingerprint>& last() const { return last_; }

 private:
  static constexpr std::uint64_t kSideBySide = 16;

  template <class Message>
  void write(const Message& message, std::int64_t now, Stretch& stretch, std::uint64_t& bytes) {
    const std::size_t before = stretch.bytes.size();
    dedup::encode(message, stretch.bytes);
    bytes += stretch.bytes.size() - before;
    stretch.messages.push_back({next_++, now, stretch.bytes.size()});
  }

  FingerprintStream stream_;
  const std::uint64_t known_;
  const double step_ms_;
  const std::size_t batch_;
  const std::int64_t start_ms_;
  dedup::Referee referee_;
  dedup::FingerprintMessage print_;
  std::vector<dedup::LogOffset> own_;
  std::vector<dedup::DecidedFingerprint> last_;
  dedup::LogOffset next_ = 0;
  std::uint64_t articles_ = 0, matched_ = 0, print_bytes_ = 0, verdict_bytes_ = 0;
};

}  // namespace newsmill::bench
