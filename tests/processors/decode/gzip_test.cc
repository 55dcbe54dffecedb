#include "processors/decode/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "tests/support/work.h"

namespace newsmill::decode {
namespace {

constexpr std::size_t kCap = 8 << 20;

std::string gzip(std::string_view text, int level = 9) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string output(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  output.resize(stream.total_out);
  deflateEnd(&stream);
  return output;
}

std::string random_letters(std::size_t size) {
  std::mt19937 random(7);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

TEST(Gzip, GivesBackWhatWasPutIn) {
  for (const std::size_t size : {0u, 1u, 65'535u, 65'536u, 65'537u, 300'000u}) {
    test::Work work;
    const std::string text = random_letters(size);
    const auto result = gunzip(gzip(text), kCap, work.scratch);
    ASSERT_TRUE(result.has_value()) << size << ": " << result.error().found;
    EXPECT_EQ(result.value(), text) << size;
  }
}

TEST(Gzip, ReadsSeveralMembersAsOneText) {
  test::Work work;
  const auto result = gunzip(gzip("first ") + gzip("") + gzip("second"), kCap, work.scratch);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result.value(), "first second");
}

TEST(Gzip, RefusesWhatIsDamagedOrOverACap) {
  const std::string good = gzip(random_letters(50'000));
  std::string flipped = good;
  flipped[good.size() / 2] ^= 0x20;
  const struct {
    std::string about, bytes;
    std::size_t cap;
    std::string found;
  } rows[] = {
      {"cut", good.substr(0, good.size() / 2), kCap, "ends too early"},
      {"head only", "\x1F\x8B\x08", kCap, "ends too early"},
      {"a flipped bit", flipped, kCap, "gzip: "},
      {"bytes behind the end", good + "tail", kCap, "behind the end"},
      {"a zero behind the end", good + std::string(1, '\0'), kCap, "behind the end"},
      {"one byte over the cap", good, 49'999, "more than 49999 bytes"},
      {"a bomb", gzip(std::string(4 << 20, 'a')), kCap, "bytes out of"},
  };
  for (const auto& row : rows) {
    test::Work work;
    const auto result = gunzip(row.bytes, row.cap, work.scratch);
    ASSERT_FALSE(result.has_value()) << row.about;
    EXPECT_EQ(result.error().code, Code::bad_compression) << row.about;
    EXPECT_NE(result.error().found.find(row.found), std::string::npos) << row.about << ": " << result.error().found;
  }
}

TEST(Gzip, TakesWhatIsExactlyAtTheCap) {
  test::Work work;
  EXPECT_TRUE(gunzip(gzip(random_letters(50'000)), 50'000, work.scratch).has_value());
}

TEST(Gzip, SpendsFromTheBudget) {
  test::Work work;
  work.budget = Budget(10'000);
  const auto result = gunzip(gzip(random_letters(50'000)), kCap, work.scratch);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::budget);
}

}  // namespace
}  // namespace newsmill::decode
