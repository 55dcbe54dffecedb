#include "processors/encode/offsets.h"

#include <gtest/gtest.h>

#include <string>

#include "processors/text/utf8.h"

namespace newsmill::encode {
namespace {

TEST(Offsets, AreBytesInAscii) {
  Offsets offsets;
  offsets.reset("abc");
  EXPECT_EQ(offsets.code_point(0), 0u);
  EXPECT_EQ(offsets.code_point(3), 3u);
}

TEST(Offsets, CountCodePointsWhereverTheBlocksEnd) {
  std::string text;
  for (int i = 0; i < 700; ++i) text += i % 3 == 0 ? "é" : i % 3 == 1 ? "語" : "😀";
  Offsets offsets;
  offsets.reset("another text");
  EXPECT_EQ(offsets.code_point(7), 7u);
  offsets.reset(text);
  std::size_t byte = 0;
  for (std::uint64_t count = 0; byte < text.size(); ++count) {
    ASSERT_EQ(offsets.code_point(byte), count) << byte;
    text::next(text, byte);
  }
  EXPECT_EQ(offsets.code_point(text.size()), 700u);
}

TEST(Offsets, AnswerAtTheEndOfATextThatFillsItsBlocks) {
  const std::string text = std::string(510, 'a') + "é";  // 512 bytes, two blocks
  Offsets offsets;
  offsets.reset(text);
  EXPECT_EQ(offsets.code_point(512), 511u);
}

}  // namespace
}  // namespace newsmill::encode
