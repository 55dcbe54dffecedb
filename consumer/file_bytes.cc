#include "consumer/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace newsmill::consumer {
namespace {

constexpr std::size_t kBuffer = 256 * 1024;
constexpr int kMaxWindowLog = 27;  // 128 MiB, what the zstd program takes without being asked

constexpr std::string_view kZstd = "\x28\xB5\x2F\xFD", kGzip = "\x1F\x8B\x08";

}  // namespace

/// Packed bytes in, plain bytes out.
class FileBytes::Unpacker {
 public:
  virtual ~Unpacker() = default;
  /// Uses [in, in + used) and fills [out, out + made). False when the bytes are damaged.
  virtual bool step(const char* in, std::size_t size, std::size_t& used, char* out, std::size_t room,
                    std::size_t& made) = 0;
  /// True between frames or members, where a file may end.
  virtual bool whole() const = 0;
  virtual std::string words() const = 0;
};

class FileBytes::Zstd final : public Unpacker {
 public:
  Zstd() : stream_(ZSTD_createDStream(), ZSTD_freeDStream) {
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  }
  bool step(const char* in, std::size_t size, std::size_t& used, char* out, std::size_t room,
            std::size_t& made) override {
    ZSTD_inBuffer from{in, size, 0};
    ZSTD_outBuffer to{out, room, 0};
    const std::size_t result = ZSTD_decompressStream(stream_.get(), &to, &from);
    used = from.pos, made = to.pos;
    if (ZSTD_isError(result)) {
      words_ = ZSTD_getErrorName(result);
      return false;
    }
    whole_ = result == 0;
    return true;
  }
  bool whole() const override { return whole_; }
  std::string words() const override { return "zstd: " + words_; }

 private:
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
  bool whole_ = true;
  std::string words_;
};

class FileBytes::Gzip final : public Unpacker {
 public:
  Gzip() { sound_ = inflateInit2(&stream_, 15 + 16) == Z_OK; }
  ~Gzip() override {
    if (sound_) inflateEnd(&stream_);
  }
  bool step(const char* in, std::size_t size, std::size_t& used, char* out, std::size_t room,
            std::size_t& made) override {
    used = made = 0;
    if (!sound_) return false;
    if (whole_ && size > 0 && inflateReset(&stream_) != Z_OK) return false;  // the next member
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in));       // zlib does not write to it
    stream_.avail_in = static_cast<uInt>(size);
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(room);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    used = size - stream_.avail_in, made = room - stream_.avail_out;
    whole_ = result == Z_STREAM_END;
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
  }
  bool whole() const override { return whole_; }
  std::string words() const override { return std::string("gzip: ") + (stream_.msg ? stream_.msg : "damaged"); }

 private:
  z_stream stream_{};
  bool sound_ = false, whole_ = true;
};

FileBytes::FileBytes(const std::string& path) : buffer_(new char[kBuffer]) {
  if (path == "-") {
    file_ = STDIN_FILENO;
  } else {
    file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    own_ = true;
  }
  struct stat about {};
  if (file_ < 0 || ::fstat(file_, &about) != 0) {
    failure_ = std::strerror(errno);
  } else if (S_ISDIR(about.st_mode)) {
    failure_ = "is a folder";
  } else if (S_ISREG(about.st_mode)) {
    size_ = static_cast<std::uint64_t>(about.st_size);
  }
}

FileBytes::~FileBytes() {
  if (own_ && file_ >= 0) ::close(file_);
}

/// More bytes into the buffer, behind those that are there; false at the end.
bool FileBytes::fill() {
  if (ended_) return false;
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_, begin_ = 0;
  ssize_t got = 0;
  do got = ::read(file_, buffer_.get() + end_, kBuffer - end_);
  while (got < 0 && errno == EINTR);
  if (got < 0) failure_ = std::strerror(errno);
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  end_ += static_cast<std::size_t>(got), position_ += static_cast<std::uint64_t>(got);
  return true;
}

std::size_t FileBytes::refuse(const std::string& reason) {
  failure_ = reason;
  damaged_ = true;
  return 0;
}

std::size_t FileBytes::read(char* to, std::size_t size) {
  if (failed()) return 0;
  if (!started_) {
    started_ = true;
    while (end_ - begin_ < kZstd.size() && fill()) {}
    const std::string_view head(buffer_.get() + begin_, end_ - begin_);
    if (head.starts_with(kZstd)) unpacker_ = std::make_unique<Zstd>();
    if (head.starts_with(kGzip)) unpacker_ = std::make_unique<Gzip>();
  }
  for (;;) {
    if (begin_ == end_) fill();
    if (failed()) return 0;
    if (!unpacker_) {
      const std::size_t count = std::min(size, end_ - begin_);
      std::memcpy(to, buffer_.get() + begin_, count);
      begin_ += count;
      return count;
    }
    if (begin_ == end_ && unpacker_->whole()) return 0;
    std::size_t used = 0, made = 0;
    if (!unpacker_->step(buffer_.get() + begin_, end_ - begin_, used, to, size, made))
      return refuse(unpacker_->words());
    begin_ += used;
    if (made > 0) return made;
    if (used == 0 && begin_ == end_ && ended_) return refuse("the packed bytes end in the middle");
    if (used == 0 && begin_ != end_) return refuse(unpacker_->words());
  }
}

}  // namespace newsmill::consumer
