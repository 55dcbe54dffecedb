#include "processors/encode/offsets.h"

#include "processors/text/utf8.h"

namespace newsmill::encode {
namespace {

// Unlike text::code_points, for any piece of a text: it counts the bytes that begin one.
std::uint32_t beginnings(std::string_view bytes) {
  std::uint32_t count = 0;
  for (const char c : bytes) count += static_cast<std::uint32_t>((static_cast<unsigned char>(c) & 0xC0) != 0x80);
  return count;
}

}  // namespace

void Offsets::reset(std::string_view text) {
  text_ = text;
  read_ = false;
}

void Offsets::read() {
  read_ = true;
  ascii_ = text::code_points(text_) == text_.size();
  if (ascii_) return;
  before_.clear();
  std::uint32_t count = 0;
  for (std::size_t at = 0; at <= text_.size(); at += kBlock) {
    before_.push_back(count);
    count += beginnings(text_.substr(at, kBlock));
  }
}

std::uint64_t Offsets::code_point(std::size_t byte) {
  if (!read_) read();
  if (ascii_) return byte;
  const std::size_t block = byte / kBlock;
  return before_[block] + beginnings(text_.substr(block * kBlock, byte - block * kBlock));
}

}  // namespace newsmill::encode
