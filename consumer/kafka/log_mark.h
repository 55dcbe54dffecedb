#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "processors/dedup/log_messages.h"

namespace newsmill::kafka {

/// What newsmill commits beside its offsets: which dedup log they rest on. Somebody who finds the log made
/// anew or cut short can tell it by this, and does not publish a story a second time under another id.
struct LogMark {
  dedup::LogId log = 0;
  dedup::LogOffset applied = -1;  ///< the last message of the log that counted for the commit
  bool rebuilding = false;        ///< `newsmill dedup rebuild` is at work; the others are 0 and −1
  friend bool operator==(const LogMark&, const LogMark&) = default;
};

/// "newsmill/1 log=0123456789abcdef applied=4711", or "newsmill/1 rebuilding". Short: brokers take 4 KiB.
std::string mark_text(const LogMark& mark);
/// Nothing for an empty text and for one that is not ours: another tool may have set the offsets.
std::optional<LogMark> parse_mark(std::string_view text);

/// A log as it is found.
struct LogFound {
  dedup::LogId log = 0;       ///< 0 = it holds no message
  dedup::LogOffset end = 0;   ///< the offset of the next message
};
/// Why the offsets that `marks` were committed with do not rest on the log that is found, for an
/// operator; nothing when they do. `topic` is the log's.
std::optional<std::string> why_not_this_log(std::span<const LogMark> marks, const LogFound& found,
                                            std::string_view topic);

}  // namespace newsmill::kafka
