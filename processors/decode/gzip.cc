#include "processors/decode/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <string>

namespace newsmill::decode {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

Error damaged(std::string found, std::size_t at) {
  return {Code::bad_compression, std::move(found), "one gzip stream (RFC 1952)", "byte " + std::to_string(at)};
}

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B\x08"); }

Result<std::string_view> gunzip(std::string_view bytes, std::size_t max_bytes, Scratch& scratch) {
  z_stream stream{};
  // 15 bits of window, as gzip writes them; + 16 takes the gzip format and no other.
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return damaged("no memory for the decompressor", 0);
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);

  // zlib reads only; its interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  const auto consumed = [&] { return bytes.size() - stream.avail_in; };

  std::string output;
  while (true) {
    const std::size_t before = output.size();
    // One byte more than allowed, so that reaching the cap and passing it are told apart.
    const std::size_t room = std::min(kChunkBytes, max_bytes + 1 - before);
    output.resize(before + room);
    stream.next_out = reinterpret_cast<Bytef*>(output.data() + before);
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    output.resize(output.size() - stream.avail_out);
    if (!scratch.budget.spend(output.size() - before))
      return Error{Code::budget, "too much work in decompression", "an article of ordinary size",
                   "byte " + std::to_string(consumed())};
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      return damaged(stream.msg ? std::string("gzip: ") + stream.msg : "gzip: damaged", consumed());
    if (output.size() > max_bytes)
      return Error{Code::bad_compression, "more than " + std::to_string(max_bytes) + " bytes after decompression",
                   "at most input.max_bytes", "byte " + std::to_string(consumed())};
    if (output.size() > kChunkBytes && output.size() / kMaxRatio > consumed())
      return Error{Code::bad_compression,
                   std::to_string(output.size()) + " bytes out of " + std::to_string(consumed()),
                   "at most " + std::to_string(kMaxRatio) + " times the compressed size",
                   "byte " + std::to_string(consumed())};
    if (status == Z_STREAM_END) {
      if (stream.avail_in == 0) break;
      if (!is_gzip(bytes.substr(consumed()))) return damaged("bytes behind the end of the stream", consumed());
      inflateReset(&stream);
      continue;
    }
    if (stream.avail_in == 0 && stream.avail_out != 0) return damaged("the stream ends too early", consumed());
  }
  return keep(output, scratch.arena);
}

}  // namespace newsmill::decode
