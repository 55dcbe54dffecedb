#include "processors/encode/offsets.h"

#include "processors/text/utf8.h"

namespace newsmill::encode {

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
    count += static_cast<std::uint32_t>(text::code_points(text_.substr(at, kBlock)));
  }
}

std::uint64_t Offsets::code_point(std::size_t byte) {
  if (!read_) read();
  if (ascii_) return byte;
  const std::size_t block = byte / kBlock;
  return before_[block] + text::code_points(text_.substr(block * kBlock, byte - block * kBlock));
}

}  // namespace newsmill::encode
