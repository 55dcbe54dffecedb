#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "consumer/file_bytes.h"
#include "processors/core/format.h"
#include "processors/core/id.h"
#include "processors/core/message.h"
#include "processors/core/result.h"

namespace newsmill::consumer {

/// How a file is taken apart.
enum class Split : std::uint8_t {
  automatic,  ///< see whole_file()
  lines,      ///< one message a line; empty lines are none
  whole,      ///< the file is one message
};

/// Whether `automatic` takes the file at `path` as one message: always for bare text, never for
/// standard input and unknown names; ".txt", ".text", ".htm" and ".html" are texts whatever the
/// format says, and ".json" is one article unless its first line is a whole object. What packs a
/// file (".zst", ".gz") does not count as its name.
bool whole_file(const std::string& path, Format format, std::string_view first_line);

/// One message of a file, as the delivery rules for files say (docs/record.md, "Ids"): topic = the
/// path as typed, partition 0, offset = the line's number from 0, or 0 for a whole file.
struct FileMessage {
  Message message;  ///< views are valid until the next call
  /// Set when the file gave no whole message: over the cap, or the packed bytes are damaged. `value`
  /// then holds its start, `sha256` is the hash of all its bytes that could be read.
  std::optional<Error> error;
  Sha256 sha256{};
  std::uint64_t bytes = 0;  ///< of the whole value
};

/// Reads a file or standard input in messages. Keeps one message of at most `max_bytes` in memory,
/// whatever the file holds. One thread.
class FileReader {
 public:
  /// `defaults` outlives the reader; its format decides with the name how the file is split.
  FileReader(std::string path, const InputDefaults& defaults, Split split, std::size_t max_bytes);

  /// The next message; nothing at the end, or when the file could not be read on (failure()).
  std::optional<FileMessage> next();

  const std::string& path() const { return path_; }
  const FileBytes& bytes() const { return bytes_; }
  /// What of a message over the cap is kept for its dead letter.
  static constexpr std::size_t kStart = 64 * 1024;

 private:
  bool more();
  void take(std::string_view bytes);
  std::optional<FileMessage> finish();

  const std::string path_;
  const InputDefaults& defaults_;
  Split split_;
  const std::size_t max_bytes_;
  FileBytes bytes_;
  std::string block_;      ///< read and not yet used from at_
  std::size_t at_ = 0;
  std::string value_;      ///< the message so far
  std::uint64_t size_ = 0;  ///< of the message so far
  std::unique_ptr<Sha256Stream> hash_;  ///< once the message is over the cap
  std::int64_t line_ = 0;
  bool ended_ = false;
};

}  // namespace newsmill::consumer
