#include "consumer/files.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/support/child.h"

namespace newsmill::consumer {
namespace {

using test::TemporaryFolder;
using test::write_file;

std::string zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class Files : public testing::Test {
 protected:
  struct Read {
    std::int64_t offset;
    std::string value;
    std::optional<Error> error = {};
    std::string sha256 = {};
    bool operator==(const Read& other) const {
      return offset == other.offset && value == other.value && !error == !other.error;
    }
    friend void PrintTo(const Read& read, std::ostream* out) {
      *out << read.offset << ' ' << read.value.substr(0, 80) << (read.error ? " error" : "");
    }
  };
  std::vector<Read> read(const std::string& name, const std::string& bytes, Format format = Format::automatic,
                         Split split = Split::automatic, std::size_t max_bytes = 1000) {
    write_file(folder_ / name, bytes);
    defaults_.format = format;
    FileReader reader((folder_ / name).string(), defaults_, split, max_bytes);
    std::vector<Read> all;
    while (const auto message = reader.next()) {
      EXPECT_EQ(message->message.topic, (folder_ / name).string());
      EXPECT_EQ(message->message.partition, 0);
      EXPECT_EQ(message->message.defaults, &defaults_);
      EXPECT_FALSE(message->message.key);
      all.push_back({message->message.offset, std::string(*message->message.value), message->error,
                     hex(message->sha256.data(), message->sha256.size())});
    }
    failure_ = reader.bytes().failure();
    return all;
  }
  TemporaryFolder folder_;
  InputDefaults defaults_;
  std::string failure_;
};

TEST_F(Files, TakesOneArticleALineAndCountsEmptyLines) {
  const std::vector<Read> expect = {{0, "{\"a\":1}"}, {2, "{\"b\":2}"}, {4, "not json"}};
  EXPECT_EQ(read("a.jsonl", "{\"a\":1}\n\n{\"b\":2}\r\n  \t\nnot json\n"), expect);
  EXPECT_EQ(read("b.jsonl", "{\"a\":1}\n\n{\"b\":2}\r\n  \t\nnot json"), expect);
  EXPECT_TRUE(read("c.jsonl", "").empty());
  EXPECT_TRUE(read("d.jsonl", "\n\n").empty());
}

TEST_F(Files, TakesTextsWhole) {
  EXPECT_EQ(read("a.dat", "line\nline\n", Format::text), (std::vector<Read>{{0, "line\nline\n"}}));
  EXPECT_EQ(read("a.txt", "line\nline\n"), (std::vector<Read>{{0, "line\nline\n"}}));
  EXPECT_EQ(read("a.txt", ""), (std::vector<Read>{{0, ""}}));
  EXPECT_EQ(read("a.txt", std::string(100'000, 'x'), Format::text, Split::automatic, 200'000),
            (std::vector<Read>{{0, std::string(100'000, 'x')}}));
}

TEST_F(Files, DecidesByNameFormatAndFirstLine) {
  struct Row { const char* path; Format format; const char* first; bool whole; };
  const Row rows[] = {
      {"-", Format::automatic, "text", false},       {"-", Format::text, "text", true},
      {"a.jsonl", Format::automatic, "{", false},    {"a.jsonl", Format::text, "{", true},
      {"a.json", Format::automatic, "{", true},      {"a.json", Format::plain, "{\"a\": [", true},
      {"a.json", Format::automatic, " {\"a\":1} \r", false}, {"a.json.gz", Format::automatic, "{", true},
      {"a.txt.zst", Format::automatic, "{}", true},  {"a.html", Format::automatic, "<html>", true},
      {"a", Format::automatic, "{", false},          {"news.txt.bak", Format::automatic, "x", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(whole_file(row.path, row.format, row.first), row.whole) << row.path << ' ' << row.first;
  EXPECT_EQ(read("p.json", "{\n \"a\": 1\n}\n").size(), 1u);
  EXPECT_EQ(read("p.json", "{\n \"a\": 1\n}\n", Format::automatic, Split::lines).size(), 3u);
  EXPECT_EQ(read("l.jsonl", "{}\n{}\n", Format::automatic, Split::whole), (std::vector<Read>{{0, "{}\n{}\n"}}));
}

TEST_F(Files, KeepsStartAndHashOfALineOverTheCap) {
  const std::string large(1001, 'x'), huge(300'000, 'y'), fits(1000, 'z');
  const auto all = read("a.jsonl", "{}\n" + large + "\n" + huge + "\n" + fits + "\n{}");
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[1].error->code, Code::too_large);
  EXPECT_EQ(all[1].error->found, "1001 bytes");
  EXPECT_EQ(all[1].error->expected, "at most 1000 bytes");
  EXPECT_EQ(all[1].error->where, "line 2");
  EXPECT_EQ(all[1].value, large.substr(0, 1000));
  const Sha256 digest = sha256(huge);
  EXPECT_EQ(all[2].sha256, hex(digest.data(), digest.size()));
  EXPECT_EQ(all[2].value, huge.substr(0, 1000));
  EXPECT_EQ(all[3], (Read{3, fits}));
  EXPECT_EQ(all[4], (Read{4, "{}"}));
  const auto whole = read("a.txt", huge);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(whole[0].error->found, "300000 bytes");
  EXPECT_EQ(whole[0].sha256, hex(digest.data(), digest.size()));
}

TEST_F(Files, KeepsNoMoreThanAStartOfWhatIsTooLarge) {
  const auto all = read("a.jsonl", std::string(300'000, 'x'), Format::plain, Split::lines, 200'000);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].value.size(), FileReader::kStart);
}

TEST_F(Files, UnpacksWhatIsPackedWhateverItsName) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "{\"n\":" + std::to_string(i) + "}\n";
  for (const std::string& packed : {zstd(text), gzip(text), gzip(text.substr(0, 5000)) + gzip(text.substr(5000)),
                                    zstd(text.substr(0, 70)) + zstd(text.substr(70))}) {
    const auto all = read("packed", packed);
    ASSERT_EQ(all.size(), 20'000u);
    EXPECT_EQ(all[19'999], (Read{19'999, "{\"n\":19999}"}));
    EXPECT_EQ(failure_, "");
  }
  EXPECT_TRUE(read("empty", zstd("")).empty());
  EXPECT_EQ(failure_, "");
}

TEST_F(Files, GivesWhatCameBeforeDamage) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "{\"n\":" + std::to_string(i * 7919LL % 60013) + "}\n";
  for (std::string packed : {zstd(text), gzip(text)}) {
    packed.resize(packed.size() / 2);
    const auto all = read("cut", packed, Format::automatic, Split::lines, 1'000'000);
    EXPECT_EQ(failure_, "the packed bytes end in the middle");
    for (std::size_t i = 0; i + 1 < all.size(); ++i) EXPECT_FALSE(all[i].error);
    ASSERT_FALSE(all.empty());
    ASSERT_TRUE(all.back().error);
    EXPECT_EQ(all.back().error->code, Code::bad_compression);
  }
  std::string damaged = gzip(text);
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  damaged.resize(damaged.size() - 4);
  read("damaged", damaged);
  EXPECT_NE(failure_, "");
  read("garbage", zstd(text) + "garbage behind it");
  EXPECT_NE(failure_, "");
}

TEST_F(Files, KeepsMemoryBoundedWhenAFileUnpacksToMuch) {
  const std::string bomb = zstd(std::string(64u << 20, ' ') + "x");
  EXPECT_LT(bomb.size(), 16'384u);
  const auto all = read("bomb", bomb, Format::plain);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].error->found, "67108865 bytes");
  EXPECT_EQ(all[0].value.size(), 1000u);
}

TEST_F(Files, SaysWhyAFileCannotBeRead) {
  FileReader missing((folder_ / "gone").string(), defaults_, Split::automatic, 1000);
  EXPECT_FALSE(missing.next());
  EXPECT_EQ(missing.bytes().failure(), "No such file or directory");
  EXPECT_FALSE(missing.bytes().damaged());
  FileReader folder(folder_.path().string(), defaults_, Split::automatic, 1000);
  EXPECT_FALSE(folder.next());
  EXPECT_EQ(folder.bytes().failure(), "is a folder");
}

}  // namespace
}  // namespace newsmill::consumer
