#include "processors/dedup/log_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include "tests/support/log_bytes.h"
#include "tests/support/referee_log.h"

namespace newsmill::dedup {
namespace {

using test::bytes_of;
using test::sealed;
using test::unsealed;

ArticleId id_of_byte(std::uint8_t byte) {
  ArticleId id;
  id.bytes.fill(byte);
  return id;
}

FingerprintMessage one_fingerprint() {
  FingerprintMessage message;
  message.log = 0x1122334455667788;
  message.clock_ms = std::numeric_limits<std::int64_t>::min();  // of an empty state
  message.sent_ms = 1'700'000'000'003;
  Fingerprint& its = message.fingerprint;
  its.delivery = {0xa1a2a3a4a5a6a7a8, 0xb1b2b3b4b5b6b7b8, 0x0102030405060708, -2};
  for (std::uint8_t i = 0; i < 16; ++i) its.article.bytes[i] = static_cast<std::uint8_t>(0x10 + i);
  its.arrival_ms = 1'700'000'000'001;
  its.may_lead = true;
  its.status = Fingerprint::Status::withheld;
  its.version = 7;
  its.updated_ms = 1'700'000'000'004;
  its.source = 0xc1c2c3c4c5c6c7c8;
  its.text = 0xd1d2d3d4d5d6d7d8;
  its.skeleton = 0xe1e2e3e4e5e6e7e8;
  its.headline = 0xf1f2f3f4f5f6f7f8;
  its.correction = true;
  its.sketch.key_count = 2;
  its.sketch.keys[0] = 0x31323334, its.sketch.keys[1] = 0x41424344;
  for (std::uint8_t i = 0; i < 32; ++i) its.sketch.min_hash[i] = static_cast<std::uint8_t>(0x60 + i);
  its.sketch.numbers.set(0), its.sketch.numbers.set(63), its.sketch.numbers.set(70);
  its.sketch.shingles = 300, its.sketch.tokens = 302;
  return message;
}

VerdictsMessage three_verdicts() {
  const ArticleId a = id_of_byte(0xaa), b = id_of_byte(0xbb), c = id_of_byte(0xcc);
  VerdictsMessage message;
  message.log = 0x1122334455667788;
  message.sent_ms = 1'700'000'000'003;
  message.verdicts = {
      {5000, {Relation::original, b, 1'700'000'000'000, std::nullopt, -1, {}, 0}},
      {5002, {Relation::near, a, 1'699'999'999'000, b, 0.75f, {c}, 1}},
      {5001, {Relation::repeat, b, 1'700'000'000'000, b, 1, {}, 0}},
  };
  return message;
}

// Written by hand from the table in the header: what is in topics already must be read for ever.
constexpr std::string_view kFingerprintBytes =
    "460100038877665544332211a8a7a6a5a4a3a2a1feffffff0807060504030201b8b7b6b5b4b3b2b11011121314151617"
    "18191a1b1c1d1e1f0168e5cf8b01000000000000000000800368e5cf8b01000007000000000000000468e5cf8b010000"
    "c8c7c6c5c4c3c2c1d8d7d6d5d4d3d2d1e8e7e6e5e4e3e2e1010900f8f7f6f5f4f3f2f101023d00023433323144434241"
    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f01000000000000804000000000000000"
    "2c012e0163a918b8de878970";
constexpr std::string_view kVerdictsBytes =
    "5601000088776655443322110368e5cf8b0100000300aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbb"
    "bbbbbbbbbbbbcccccccccccccccccccccccccccccccc881300000000000003000000010504e300cf0f0000403f010102"
    "015101d00f017c53ed621f669169";

std::string hex_of(std::string_view bytes) {
  return hex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  return bytes;
}

bool is_garbage(std::string_view bytes) { return std::holds_alternative<Garbage>(decode(bytes)); }

TEST(LogCodec, WritesTheFrozenBytesAndReadsThem) {
  EXPECT_EQ(hex_of(bytes_of(one_fingerprint())), kFingerprintBytes);
  EXPECT_EQ(hex_of(bytes_of(three_verdicts())), kVerdictsBytes);
  EXPECT_EQ(std::get<FingerprintMessage>(decode(from_hex(kFingerprintBytes))), one_fingerprint());
  EXPECT_EQ(std::get<VerdictsMessage>(decode(from_hex(kVerdictsBytes))), three_verdicts());
}

TEST(LogCodec, AppendsToWhatIsThere) {
  std::string bytes = "before";
  encode(one_fingerprint(), bytes);
  EXPECT_EQ(bytes, "before" + bytes_of(one_fingerprint()));
  encode(three_verdicts(), bytes);
  EXPECT_EQ(bytes, "before" + bytes_of(one_fingerprint()) + bytes_of(three_verdicts()));
}

/// Messages with everything at random, the extremes often.
class AnyMessage {
 public:
  explicit AnyMessage(std::uint64_t seed) : random_(seed) {}

  FingerprintMessage fingerprint() {
    FingerprintMessage message{{}, time(), time(), number()};
    Fingerprint& its = message.fingerprint;
    its.delivery = {number(), number(), time(), static_cast<std::int32_t>(number())};
    its.article = id();
    its.arrival_ms = time(), its.updated_ms = time();
    its.may_lead = below(2), its.correction = below(2);
    its.status = static_cast<Fingerprint::Status>(below(3));
    its.version = number(), its.source = number(), its.text = number();
    its.headline = number(), its.skeleton = number();
    if (below(4) == 0) return message;  // without a text
    its.sketch.key_count = static_cast<std::uint8_t>(below(Sketch::kKeys + 1));
    for (std::size_t i = 0; i < its.sketch.key_count; ++i) its.sketch.keys[i] = static_cast<std::uint32_t>(number());
    for (auto& byte : its.sketch.min_hash) byte = static_cast<std::uint8_t>(random_());
    for (int i = 0; i < 5; ++i) its.sketch.numbers.set(below(128));
    its.sketch.shingles = static_cast<std::uint16_t>(number());
    its.sketch.tokens = static_cast<std::uint16_t>(number());
    return message;
  }
  VerdictsMessage verdicts() {
    VerdictsMessage message{{}, time(), number()};
    std::vector<ArticleId> ids(1 + below(300));
    for (ArticleId& each : ids) each = id();
    message.verdicts.resize(below(20) == 0 ? kMostVerdicts : below(70));
    for (DecidedFingerprint& row : message.verdicts) {
      row.offset = time();
      Verdict& its = row.verdict;
      its.relation = static_cast<Relation>(below(static_cast<std::size_t>(Relation::unchecked) + 1));
      its.story = ids[below(ids.size())];
      its.since_ms = time();
      if (below(2)) its.canonical = ids[below(ids.size())];
      const float similarities[] = {-1, 0, 1, 0.3f, std::nextafter(1.0f, 0.0f), 1e-45f};
      its.similarity = similarities[below(std::size(similarities))];
      its.related_count = static_cast<std::uint8_t>(below(3) ? 0 : below(Verdict::kRelated + 1));
      for (std::size_t i = 0; i < its.related_count; ++i) its.related[i] = ids[below(ids.size())];
    }
    return message;
  }
  std::size_t below(std::size_t count) { return random_() % count; }

 private:
  std::uint64_t number() {
    const std::uint64_t extremes[] = {0, 1, ~std::uint64_t{0}, std::uint64_t{1} << 63, random_()};
    return extremes[below(5)];
  }
  std::int64_t time() {
    if (below(3) == 0) return static_cast<std::int64_t>(number());
    return 1'700'000'000'000 + static_cast<std::int64_t>(below(100'000));
  }
  ArticleId id() {
    ArticleId id;
    for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random_());
    return id;
  }
  std::mt19937_64 random_;
};

TEST(LogCodec, GivesBackWhatItWasGiven) {
  AnyMessage any(1);
  for (int i = 0; i < 2000; ++i) {
    const FingerprintMessage f = any.fingerprint();
    ASSERT_EQ(std::get<FingerprintMessage>(decode(bytes_of(f))), f);
    const VerdictsMessage v = any.verdicts();
    ASSERT_EQ(std::get<VerdictsMessage>(decode(bytes_of(v))), v);
  }
  EXPECT_EQ(std::get<VerdictsMessage>(decode(bytes_of(VerdictsMessage()))), VerdictsMessage());
}

TEST(LogCodec, IsNeverTooLongForItself) {
  VerdictsMessage most;
  for (std::size_t i = 0; i < kMostVerdicts; ++i) {
    const auto id = [&](std::size_t nth) { return test::id_of(std::to_string(i) + ':' + std::to_string(nth)); };
    const bool odd = i % 2;
    most.verdicts.push_back({odd ? std::numeric_limits<std::int64_t>::min() : 0,
                             {Relation::superset, id(0), odd ? 0 : std::numeric_limits<std::int64_t>::min(), id(1),
                              0.5f, {id(2), id(3), id(4), id(5)}, 4}});
  }
  const std::string bytes = bytes_of(most);
  EXPECT_LE(bytes.size(), kMostMessageBytes);
  EXPECT_EQ(std::get<VerdictsMessage>(decode(bytes)), most);
}

TEST(LogCodec, WritesNothingThatNobodyCouldRead) {
  VerdictsMessage message;
  message.verdicts.resize(kMostVerdicts + 1);
  std::string bytes;
  EXPECT_THROW(encode(message, bytes), std::length_error);
  EXPECT_EQ(bytes, "");
}

TEST(LogCodec, IsAsShortAsTheHeaderSays) {
  FingerprintMessage f = one_fingerprint();
  f.fingerprint.sketch.key_count = Sketch::kKeys;
  EXPECT_LE(bytes_of(f).size(), 240u);
  VerdictsMessage opens, joins;
  opens.sent_ms = joins.sent_ms = 1'700'000'000'000;
  for (int i = 0; i < 1000; ++i) {
    const ArticleId own = test::id_of(std::to_string(i)), story = test::id_of("story" + std::to_string(i % 20));
    opens.verdicts.push_back({1000 + i, {Relation::original, own, opens.sent_ms - 40 + i / 64, {}, -1, {}, 0}});
    joins.verdicts.push_back({1000 + i, {Relation::near, story, opens.sent_ms - 977 * (i % 20), story, 0.8f, {}, 0}});
  }
  EXPECT_LE(bytes_of(opens).size(), 22 * 1000u);
  EXPECT_LE(bytes_of(joins).size(), 13 * 1000u);
}

// ---- Bytes that are no message

TEST(LogCodec, CallsRandomBytesGarbage) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 400, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (i % 2 && bytes.size() > 3) bytes.replace(0, 3, i % 4 == 1 ? std::string("F\1\0", 3) : std::string("V\1\0", 3));
    ASSERT_TRUE(is_garbage(bytes));
  }
}

TEST(LogCodec, CallsGarbageWhatIsCutOrLongerOrChangedByOneBit) {
  for (const std::string& whole : {bytes_of(one_fingerprint()), bytes_of(three_verdicts())}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_TRUE(is_garbage(whole.substr(0, length))) << length;
      EXPECT_TRUE(is_garbage(whole.substr(whole.size() - length))) << length;
    }
    EXPECT_TRUE(is_garbage(whole + '\0'));
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      std::string flipped = whole;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
      EXPECT_TRUE(is_garbage(flipped)) << "bit " << bit;
    }
  }
}

TEST(LogCodec, SaysWhatIsWrongWithGarbage) {
  const auto found = [](std::string_view bytes) { return std::get<Garbage>(decode(bytes)).found; };
  EXPECT_EQ(found(""), "0 bytes, where a message has 11 at least");
  EXPECT_EQ(found(std::string(kMostMessageBytes + 1, 'F')), "1048577 bytes, where a message has 1048576 at most");
  EXPECT_THAT(found("a line of somebody's log"), testing::HasSubstr("not written by newsmill"));
  EXPECT_THAT(found(sealed(std::string("X\1\0", 3))), testing::HasSubstr("kind 0x58 in major version 1"));
  EXPECT_THAT(found(sealed(std::string("F\0\0", 3))), testing::HasSubstr("major version 0"));
}

// With a checksum that fits, as only a defect of some build could write it.
TEST(LogCodec, CallsWholeButWrongMessagesGarbage) {
  const std::string f = unsealed(bytes_of(one_fingerprint())), v = unsealed(bytes_of(three_verdicts()));
  const std::size_t f_head = 120, first_row = 4 + 8 + 8 + 2 + 3 * 16 + 8 + 2;
  struct Row { std::string_view what; std::string_view from; std::size_t at; std::string bytes; };
  const std::string nan("\0\0\xc0\x7f", 4), two("\0\0\0\x40", 4), many("\xff\xff", 2);
  for (const Row& row : {
           Row{"status 3", f, 3, "\x06"},
           Row{"a section longer than what is left", f, f_head + 1, many},
           Row{"a section of another length", f, f_head + 1, std::string("\x08\0", 2)},
           Row{"twelve keys", f, f_head + 12 + 3, "\x0c"},
           Row{"more ids than bytes", v, 20, many},
           Row{"more rows than bytes", v, first_row - 2, many},
           Row{"relation 15", v, first_row + 1, "\x0f"},
           Row{"similarity of no kind", v, first_row + 1, "\x30"},
           Row{"a story beyond the ids", v, first_row + 2, "\x03"},
           Row{"a number that is no similarity", v, first_row + 4 + 5, nan},
           Row{"a similarity of 2", v, first_row + 4 + 5, two},
           Row{"no related where some are", v, first_row + 4 + 10, std::string(1, '\0')},
           Row{"five related", v, first_row + 4 + 10, "\x05"},
       }) {
    std::string changed(row.from);
    changed.replace(row.at, row.bytes.size(), row.bytes);
    EXPECT_TRUE(is_garbage(sealed(changed))) << row.what;
  }
  std::string too_many;
  VerdictsMessage message;
  message.verdicts.resize(kMostVerdicts);
  too_many = unsealed(bytes_of(message));
  const std::string one_row = too_many.substr(too_many.size() - 4);
  too_many[4 + 8 + 8 + 2 + 16 + 8] = 1;  // 4,097
  EXPECT_TRUE(is_garbage(sealed(too_many + one_row)));
}

TEST(LogCodec, ReadsWhateverHasAFittingChecksumWithoutHarm) {
  AnyMessage any(3);
  std::size_t messages = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string content = unsealed(i % 2 ? bytes_of(one_fingerprint()) : bytes_of(three_verdicts()));
    for (std::size_t changes = 1 + any.below(4); changes > 0; --changes) {
      const std::size_t at = 3 + any.below(content.size() - 3);
      switch (any.below(4)) {
        case 0: content.resize(at); break;
        case 1: content.insert(at, 1, static_cast<char>(any.below(256))); break;
        default: content[at] = static_cast<char>(any.below(256)); break;
      }
      if (content.size() == 3) break;
    }
    const Decoded decoded = decode(sealed(content));
    if (const auto* f = std::get_if<FingerprintMessage>(&decoded)) {
      ASSERT_EQ(std::get<FingerprintMessage>(decode(bytes_of(*f))), *f);
      ++messages;
    } else if (const auto* v = std::get_if<VerdictsMessage>(&decoded)) {
      ASSERT_EQ(std::get<VerdictsMessage>(decode(bytes_of(*v))), *v);
      ++messages;
    } else {
      ASSERT_TRUE(std::holds_alternative<Garbage>(decoded));
    }
  }
  EXPECT_GT(messages, 10'000u) << "or this tests nothing";
}

// ---- Other versions

TEST(LogCodec, StopsAtANewerMajorVersionWhateverFollows) {
  using namespace std::string_literals;
  for (const std::string& content : {"F\2\0"s, "Q\xff\7 and what nobody knows yet"s}) {
    const Decoded decoded = decode(sealed(content));
    ASSERT_TRUE(std::holds_alternative<NewerVersion>(decoded));
    EXPECT_EQ(std::get<NewerVersion>(decoded).major, static_cast<std::uint8_t>(content[1]));
  }
  EXPECT_TRUE(is_garbage("F\2\0 without a checksum that fits"s));
}

TEST(LogCodec, PassesOverWhatANewerMinorVersionAdds) {
  for (const std::string& addition :
       {test::section(77, "two more"), test::section(0, ""), test::section(3, std::string(60'000, 'x'))}) {
    EXPECT_EQ(std::get<FingerprintMessage>(decode(test::of_newer_minor(bytes_of(one_fingerprint()), addition))),
              one_fingerprint());
    EXPECT_EQ(std::get<VerdictsMessage>(decode(test::of_newer_minor(bytes_of(three_verdicts()), addition))),
              three_verdicts());
  }
}

TEST(LogCodec, ReadsTheHeadOfAnFWhoseSketchIsOfAnotherKind) {
  FingerprintMessage without = one_fingerprint();
  without.fingerprint.sketch = {};
  const Decoded decoded = decode(test::of_newer_minor(bytes_of(without), test::section(9, std::string(130, 's'))));
  EXPECT_EQ(std::get<FingerprintMessage>(decoded), without);
}

}  // namespace
}  // namespace newsmill::dedup
