#pragma once
#include "cli/progress.h"
#include "consumer/kafka/log_reader.h"
#include "processors/dedup/log_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace newsmill::cli {

/// What reading a dedup log came to, beside its messages.
struct LogRead {
  std::uint64_t messages = 0, garbage = 0;
  std::string first_garbage;  ///< what is wrong with the first one, and where
};

/// Reads what the log held when `reader` was opened: message(message, offset, append_ms) for each
/// FingerprintMessage and VerdictsMessage, until it returns false. `doing` begins the progress line.
///   retry  no broker answers any more      stop  a message of a version that this build does not know
template <class EachMessage>
consumer::Outcome read_log(kafka::DedupLogReader& reader, const std::string& doing, Progress& progress, LogRead& read,
                           EachMessage&& message) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds kSilence{30};
  consumer::Outcome outcome;
  bool wanted = true;
  const auto take = [&](const kafka::LogMessage& raw) {
    if (!outcome || !wanted || raw.offset >= reader.end()) return;
    ++read.messages;
    const dedup::Decoded decoded = dedup::decode(raw.bytes);
    if (const auto* print = std::get_if<dedup::FingerprintMessage>(&decoded)) {
      wanted = message(*print, raw.offset, raw.append_ms);
    } else if (const auto* verdicts = std::get_if<dedup::VerdictsMessage>(&decoded)) {
      wanted = message(*verdicts, raw.offset, raw.append_ms);
    } else if (const auto* newer = std::get_if<dedup::NewerVersion>(&decoded)) {
      outcome = {consumer::Fate::stop,
                 fmt::format("the dedup log holds at offset {} a message of version {}, which this build of newsmill "
                             "cannot read; use a newer one", raw.offset, newer->major)};
    } else if (read.garbage++ == 0) {
      read.first_garbage = fmt::format("at offset {}: {}", raw.offset, std::get<dedup::Garbage>(decoded).found);
    }
  };
  const double total = static_cast<double>(std::max<dedup::LogOffset>(reader.end() - reader.start(), 1));
  for (auto heard = Clock::now(); outcome && wanted && !reader.done();) {
    if (reader.read(std::chrono::milliseconds(200), take) > 0) heard = Clock::now();
    else if (reader.failure()) return *reader.failure();
    else if (Clock::now() - heard > kSilence) return {consumer::Fate::retry, "no broker answers any more"};
    progress.tick([&] {
      return fmt::format("{}: {} messages, {:.0f} %, {}/s", doing, grouped(read.messages),
                         100.0 * static_cast<double>(reader.position() - reader.start()) / total,
                         rate(read.messages, progress.seconds()));
    });
  }
  progress.wipe();
  return outcome;
}

}  // namespace newsmill::cli
