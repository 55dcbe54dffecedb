#include "config/diagnostic.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "config/finding.h"
#include "config/json_text.h"

namespace newsmill::config {
namespace {

TEST(Diagnostics, PrintsInFileOrderWithASum) {
  Diagnostics diagnostics;
  diagnostics.add({.code = "E102", .file = "b.yaml", .line = 9, .column = 1, .message = "late", .source = "x"});
  diagnostics.add({.code = "E101",
                   .file = "b.yaml",
                   .line = 2,
                   .column = 3,
                   .message = "early",
                   .source = "  inpt:",
                   .hint = "did you mean \"input\"?"});
  diagnostics.add(
      {.severity = Diagnostic::Severity::warning, .code = "E001", .file = "a.yaml", .message = "whole file"});
  std::ostringstream out;
  diagnostics.print(out);
  EXPECT_EQ(out.str(),
            "b.yaml:2:3: error[E101]: early\n    inpt:\n    ^\n  hint: did you mean \"input\"?\n"
            "b.yaml:9:1: error[E102]: late\n  x\n  ^\n"
            "a.yaml: warning[E001]: whole file\n"
            "2 errors, 1 warning in 2 files\n");
}

TEST(Diagnostics, PutsTheCaretUnderWideCharacters) {
  Diagnostics diagnostics;
  diagnostics.add({.code = "E102", .file = "a", .line = 1, .column = 5, .message = "m", .source = "東京: x"});
  std::ostringstream out;
  diagnostics.print(out);
  EXPECT_EQ(out.str(), "a:1:5: error[E102]: m\n  東京: x\n        ^\n1 error in a\n");
}

TEST(Diagnostics, ShowsOfALongLineWhatIsNear) {
  Diagnostics diagnostics;
  diagnostics.add({.code = "E102",
                   .file = "a",
                   .line = 1,
                   .column = 201,
                   .message = "m",
                   .source = std::string(200, 'x') + "here" + std::string(200, 'y')});
  std::ostringstream out;
  diagnostics.print(out);
  EXPECT_EQ(out.str(), "a:1:201: error[E102]: m\n  …" + std::string(59, 'x') + "here" + std::string(38, 'y') + "…\n  " +
                           std::string(60, ' ') + "^\n1 error in a\n");
}

TEST(Diagnostics, ShowsNoControlCharacters) {
  Diagnostics diagnostics;
  diagnostics.add({.code = "E102",
                   .file = "a",
                   .line = 1,
                   .column = 1,
                   .message = "m\x1b[2J\n",
                   .source = "a\x1b[2Jb\x7f",
                   .hint = "\r"});
  std::ostringstream out;
  diagnostics.print(out);
  EXPECT_EQ(out.str(), "a:1:1: error[E102]: m?[2J?\n  a?[2Jb?\n  ^\n  hint: ?\n1 error in a\n");
}

TEST(Diagnostics, PrintsJson) {
  Diagnostics diagnostics;
  std::ostringstream none, one;
  diagnostics.print_json(none);
  EXPECT_EQ(none.str(), "[]\n");
  diagnostics.add(
      {.code = "E102", .file = "a\"b", .line = 1, .column = 2, .message = "tab\there", .hint = "back\\slash\x01"});
  diagnostics.print_json(one);
  EXPECT_EQ(one.str(),
            "[\n  {\"severity\": \"error\", \"code\": \"E102\", \"file\": \"a\\\"b\", \"line\": 1, \"column\": 2, "
            "\"message\": \"tab\\there\", \"hint\": \"back\\\\slash\\u0001\"}\n]\n");
}

TEST(JsonText, IsAlwaysWellFormed) {
  struct Row {
    std::string text, expect;
  };
  const Row rows[] = {{"", "\"\""}, {"a\"\\\n\x01", "\"a\\\"\\\\\\n\\u0001\""}, {"größe 東", "\"größe 東\""},
                      {"a\xff" "b\xc3", "\"a\xEF\xBF\xBD" "b\xEF\xBF\xBD\""}};
  for (const auto& row : rows) EXPECT_EQ(json_text(row.text), row.expect);
  EXPECT_EQ(json_text(std::string(100'000, '\xff')).size(), 300'002u);
}

TEST(Nearest, FindsTheSpellingThatWasMeant) {
  const std::vector<std::string> known = {"input", "output", "kafka", "http", "sources"};
  struct Row { const char *word, *expect; };
  const Row rows[] = {{"inpt", "input"}, {"inptu", "input"}, {"kakfa", "kafka"}, {"htp", "http"}, {"source", "sources"},
                      {"zebra", ""}, {"x", ""}, {"ouptut", "output"}, {"", ""}};
  for (const auto& row : rows) EXPECT_EQ(nearest(row.word, known), row.expect) << row.word;
  EXPECT_EQ(nearest(std::string(1 << 20, 'a'), known), "");
}

TEST(Findings, AreSortedAndExplained) {
  std::string last;
  for (const Finding& row : findings()) {
    EXPECT_LT(last, row.code);
    last = row.code;
    EXPECT_FALSE(row.title.empty()) << row.code;
    EXPECT_GT(row.help.size(), 40u) << row.code;
  }
  ASSERT_NE(finding("e102"), nullptr);
  EXPECT_EQ(finding("e102")->title, "wrong value");
  EXPECT_EQ(finding("E999"), nullptr);
}

/// Every code that the sources use stands in the table, and no row of the table is unused.
TEST(Findings, TableAndSourcesAgree) {
  std::set<std::string> used, known;
  for (const Finding& row : findings()) known.emplace(row.code);
  for (const char* folder : {"config", "processors", "consumer", "cli"}) {
    const auto root = std::filesystem::path(NEWSMILL_SOURCE_DIR) / folder;
    if (!std::filesystem::exists(root)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() != ".cc" || entry.path().filename() == "finding.cc") continue;
      std::ifstream in(entry.path());
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      for (std::size_t at = text.find("\"E"); at != std::string::npos; at = text.find("\"E", at + 1)) {
        if (at + 5 >= text.size() || text[at + 5] != '"') continue;
        const std::string code = text.substr(at + 1, 4);
        if (code.find_first_not_of("0123456789", 1) != std::string::npos) continue;
        used.insert(code);
        EXPECT_TRUE(known.contains(code))
            << entry.path() << " uses " << code << ", which config/finding.cc does not explain";
      }
    }
  }
  for (const auto& code : known) EXPECT_TRUE(used.contains(code)) << code << " is explained but never reported";
}

}  // namespace
}  // namespace newsmill::config
