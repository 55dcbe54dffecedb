// What becomes of bad input, through the real binary: a record that says what was wrong with it, or
// a dead letter that says why not. Never a crash and never a hang.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <zlib.h>

#include <optional>
#include <string>

#include "tests/support/child.h"
#include "tests/support/newsmill_process.h"

namespace newsmill {
namespace {

using namespace std::string_literals;

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
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

std::string times(std::size_t count, std::string_view piece) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

// An article whose body is long enough to be nothing but an article.
std::string article(const std::string& fields, const std::string& tail = "") {
  return "{" + fields + R"("title":"River level falls","body":"The river fell by 40 centimetres on Tuesday, the water )" +
         R"(authority said. Two bridges opened again, and the ferry between the two banks took up its service before )" +
         R"(noon. More rain is expected on Friday, when the level may rise for a day.)" + tail + R"("})";
}

struct Row {
  std::string about, bytes;
  std::string code;   ///< of the dead letter; empty = a record
  std::string says;   ///< what stands in the record, or in `found` of the dead letter
  std::string lacks = {};  ///< what does not stand in the record
};

std::vector<Row> rows() {
  return {
      {"nothing that is a format", "{\"title\": \"cut off", "malformed-json", "quotation mark"},
      {"text that begins like JSON", "{Photo} The river fell.", "malformed-json", "name"},
      {"JSON with a tail", article("") + " and more", "malformed-json", "root"},
      {"a list of articles", "[" + article("") + "]", "unknown-format", "a JSON array"},
      {"a number", "12", "unknown-format", "a JSON value that is no object"},
      {"a web page", "<!DOCTYPE html><html><body><p>River</p></body></html>", "unknown-format", "an HTML page"},
      {"an HTML body", article("", "<p>River</p>"), "unknown-format", "HTML body"},
      {"only HTML", R"({"title":"T","html":"<p>River</p>"})", "unknown-format", "HTML body"},
      {"billion laughs", "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]><lolz>&b;</lolz>",
       "unknown-format", "an XML document with the root element lolz"},
      {"an external entity", "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>",
       "unknown-format", "an XML document with the root element x"},

      {"no byte", "", "empty", "empty"},
      {"white space", " \n\t\n ", "empty", "white space"},
      {"only a mark", "\xEF\xBB\xBF", "empty", "white space"},
      {"an object without content", "{}", "no-content", "neither"},
      {"neither title nor body", R"({"id":"7","source":"x","title":"None","body":" "})", "no-content", "neither"},
      {"no body", R"({"title":"River level falls"})", "", R"("completeness":"none")"},
      {"a summary and no body", R"({"title":"River","summary":"The river fell."})", "", R"("completeness":"summary")"},
      {"a short body", R"({"title":"River","body":"The river fell."})", "", R"("short")"},

      {"one invalid byte", article("", " Caf\xFF. Zürich, Genève."), "", "Caf\uFFFD. Z", R"("encoding-damaged")"},
      {"damage over one percent", article("", times(10, "é\xFF ")), "", R"("encoding-damaged")"},
      {"damage over ten percent", times(400, "é\xFF "), "encoding-damaged", "400 of 1200 characters"},
      {"a program", "\x7F" "ELF" + times(300, "\x80\x81\xC0\x01\x02"), "unknown-format", "a program"},
      {"a PDF file", "%PDF-1.7\n" + times(300, "\x80\x81\xC0\x01\x02"), "unknown-format", "a PDF file"},
      {"noise", "\x7F" "noise" + times(300, "\x80\x81\xC0\x01\x02"), "encoding-damaged", "characters"},
      {"UTF-16 without a mark", times(40, "R\0i\0v\0e\0r\0"s), "encoding-damaged", "200 of 400"},
      {"UTF-16 with a mark", "\xFF\xFE"s + times(40, "R\0i\0v\0e\0r\0 \0"s), "", "River River"},
      {"windows-1252", article("", " Caf\xE9 \x93Z\xFCrich\x94."), "", R"("encoding-guessed")"},
      {"a lone surrogate", article("", R"( A \ud83d B)"), "", "A \uFFFD B"},
      {"an escaped NUL", article("", R"( A\u0000B)"), "", "A\uFFFDB"},
      {"raw controls in a string", article("", " A\nB"), "", "River"},
      {"two marks", "\xEF\xBB\xBF\xEF\xBB\xBF" + article(""), "", "River"},

      {"over the cap of a message", R"({"title":"T","body":")" + times(9 << 10, std::string(1024, 'a')) + R"("})",
       "too-large", "bytes"},
      {"over the cap of a body", R"({"title":"T","body":")" + times(40'000, "Thirty letters and no more now. ") + R"("})",
       "too-large", "bytes"},
      // A packed file is unpacked by whoever reads files, so the value that is packed lies in one.
      {"packed", gzip(gzip(article(""))), "", "River level falls"},
      {"packed and cut", gzip(gzip(article("")).substr(0, 100)), "bad-compression", "ends too early"},
      {"packed with a tail", gzip(gzip(article("")) + "tail"), "bad-compression", "behind the end"},
      {"packed twice", gzip(gzip(gzip(article("")))), "bad-compression", "gzip inside gzip"},
      {"a bomb", gzip(gzip(std::string(6 << 20, ' '))), "bad-compression", "bytes out of"},
      {"a bomb over the cap", gzip(gzip(std::string(50 << 20, ' '))), "bad-compression", "bytes"},
      {"a packed file that is cut", gzip(article("")).substr(0, 100), "bad-compression", "packed bytes"},
      {"a file that is a bomb", gzip(std::string(50 << 20, ' ')), "too-large", "bytes"},

      {"deep nesting", R"({"title":"T","x":)" + times(65, "[") + times(65, "]") + "}", "too-deep", "64"},
      {"bottomless nesting", R"({"title":"T","x":)" + times(1'000'000, "["), "too-deep", "64"},
      {"many values", R"({"title":"T","x":[0)" + times(100'000, ",0") + "]}", "too-large", "100000 JSON values"},
      {"duplicate keys", R"({"title":"First","title":"Second","body":"B."})", "", R"("duplicate-keys")", "Second"},
      {"unknown fields", article(R"("x":{"y":[1]},)"), "", "River", R"("field-dropped")"},
      {"a field of a wrong type", article(R"("summary":{"text":"x"},)"), "", R"("field-dropped")"},
      {"an id of a wrong type", article(R"("id":["7"],)"), "wrong-type", "an array"},
      {"an address of a wrong type", article(R"("url":{"href":"x"},)"), "wrong-type", "an object"},
      {"a number as id", article(R"("id":123456789012345678901,)"), "", R"("123456789012345678901")"},

      {"a date in the future", article(R"("published_at":"2026-03-10T08:00:00Z","received_at":"2026-03-01T08:00:00Z",)"),
       "", R"("future-dated")", "contentCreated"},
      {"a date of year 1", article(R"("published_at":"0001-01-01T00:00:00Z",)"), "", R"("published":null)"},
      {"the epoch", article(R"("published_at":"1970-01-01T00:00:00Z",)"), "", R"("date-implausible")", "contentCreated"},
      {"no time as a number", article(R"("published_at":0,)"), "", R"("published":null)", "contentCreated"},
      {"no date", article(R"("published_at":"yesterday",)"), "", R"("published-unknown")"},
      {"an embargo", article(R"("embargoed_until":"2031-03-20T09:00:00Z",)"), "",
       R"("embargoedUntil":"2031-03-20T09:00:00Z")"},
      {"a kill", R"({"id":"7","source":"x","status":"canceled"})", "", R"("pubStatus":"canceled")"},
      {"a kill with a body", article(R"("id":"7","status":"canceled",)"), "", R"("bodies":[])", "40 centimetres"},
      {"a kill of nobody knows what", R"({"status":"canceled"})", "no-content", "neither"},
      {"a consent wall", R"({"title":"Before you continue","body":"We use cookies. Accept all cookies to continue."})",
       "", R"("not-article")"},
      {"a page without script", R"({"title":"News","body":"Please enable JavaScript to view this page."})", "",
       R"("not-article")"},
      {"a page that is not there", R"({"title":"404","body":"Page not found"})", "", R"("not-article")"},
  };
}

TEST(BadInput, HasAFateAndAReason) {
  const test::TemporaryFolder folder;
  int number = 0;
  for (const Row& row : rows()) {
    // Only the reading of files looks at names; this one says nothing.
    const auto file = folder / ("input" + std::to_string(number++));
    test::write_file(file, row.bytes);
    const test::Processed processed = test::newsmill_process(NEWSMILL_BINARY, {"--split", "whole", file});
    if (row.code.empty()) {
      EXPECT_EQ(processed.code, 0) << row.about << ": " << processed.words;
      ASSERT_EQ(test::lines_of(processed.records).size(), 1u) << row.about << ": " << processed.dead_letters;
      EXPECT_NE(processed.records.find(row.says), std::string::npos) << row.about << ": " << processed.records;
      if (!row.lacks.empty()) {
        EXPECT_EQ(processed.records.find(row.lacks), std::string::npos) << row.about << ": " << processed.records;
      }
      continue;
    }
    EXPECT_EQ(processed.records, "") << row.about;
    ASSERT_EQ(test::lines_of(processed.dead_letters).size(), 1u) << row.about << ": " << processed.words;
    rapidjson::Document letter;
    letter.Parse(processed.dead_letters.c_str());
    ASSERT_FALSE(letter.HasParseError()) << row.about;
    EXPECT_EQ(letter["code"].GetString(), row.code) << row.about << ": " << processed.words;
    EXPECT_NE(std::string(letter["found"].GetString()).find(row.says), std::string::npos)
        << row.about << ": " << letter["found"].GetString();
    EXPECT_STRNE(letter["expected"].GetString(), "") << row.about;
  }
}

// One bad line in a file costs that line only.
TEST(BadInput, DoesNotStopWhatComesBehindIt) {
  const test::TemporaryFolder folder;
  std::string lines;
  std::size_t good = 0, bad = 0;
  for (const Row& row : rows()) {
    if (row.bytes.find('\n') != std::string::npos || row.bytes.empty() || row.bytes.size() > 1'000'000) continue;
    lines += row.bytes + "\n" + article("") + "\n";
    good += 1 + row.code.empty();
    bad += !row.code.empty();
  }
  test::write_file(folder / "lines", lines);
  const test::Processed processed = test::newsmill_process(NEWSMILL_BINARY, {"--split", "lines", folder / "lines"});
  EXPECT_EQ(processed.code, 0) << processed.words;
  EXPECT_EQ(test::lines_of(processed.records).size(), good);
  EXPECT_EQ(test::lines_of(processed.dead_letters).size(), bad);
}

}  // namespace
}  // namespace newsmill
