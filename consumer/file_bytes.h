#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace newsmill::consumer {

/// The bytes of a file or of standard input, unpacked when they begin as a zstd frame (RFC 8878) or
/// a gzip member (RFC 1952) does. Memory is bounded whatever the file holds: bytes come out in
/// pieces, and a zstd window over 128 MiB is refused. One thread.
class FileBytes {
 public:
  /// "-" is standard input. A file that cannot be opened has failed().
  explicit FileBytes(const std::string& path);
  ~FileBytes();
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  /// Up to `size` bytes; 0 at the end, or when failed().
  std::size_t read(char* to, std::size_t size);

  /// Why reading ended early: words of the operating system, or what is damaged. Empty = it did not.
  const std::string& failure() const { return failure_; }
  bool failed() const { return !failure_.empty(); }
  /// True when the packed bytes are damaged or cut, false when it is the reading that failed.
  bool damaged() const { return damaged_; }
  /// Bytes of the file itself that were read, and its size (0 = not known), for a progress bar.
  std::uint64_t position() const { return position_; }
  std::uint64_t size() const { return size_; }

 private:
  class Unpacker;
  class Zstd;
  class Gzip;
  bool fill();
  std::size_t refuse(const std::string& reason);

  int file_ = -1;
  bool own_ = false;
  std::string failure_;
  bool damaged_ = false;
  std::uint64_t position_ = 0, size_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< of what is in buffer_ and not used
  bool ended_ = false, started_ = false;
  std::unique_ptr<Unpacker> unpacker_;
};

}  // namespace newsmill::consumer
