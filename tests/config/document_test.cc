#include "config/document.h"

#include <gtest/gtest.h>

#include <sstream>

namespace newsmill::config {
namespace {

/// Everything that parsing `text` prints.
std::string printed(const std::string& text) {
  Diagnostics diagnostics;
  Document::parse("a.yaml", text, diagnostics);
  std::ostringstream out;
  diagnostics.print(out);
  return out.str();
}

std::string levels(std::size_t count) { return "a: " + std::string(count, '[') + std::string(count, ']') + "\n"; }

TEST(Document, KnowsLineAndColumnOfKeysAndValues) {
  Diagnostics diagnostics;
  const auto document = Document::parse("a.yaml", "kafka:\n  brokers: here:9092\n  lanes:   2\n", diagnostics);
  ASSERT_TRUE(diagnostics.all().empty());
  const Node* kafka = document.root().find("kafka");
  ASSERT_NE(kafka, nullptr);
  ASSERT_EQ(kafka->entries.size(), 2u);
  EXPECT_EQ(kafka->entries[1].first.line, 3u);
  EXPECT_EQ(kafka->entries[1].first.column, 3u);
  EXPECT_EQ(kafka->entries[1].second.column, 12u);
  EXPECT_EQ(kafka->find("brokers")->text, "here:9092");
  EXPECT_EQ(kafka->find("nothing"), nullptr);
}

TEST(Document, CountsColumnsInCharacters) {
  Diagnostics diagnostics;
  const auto document = Document::parse("a.yaml", "{größe: 1, 東京: x}\n", diagnostics);
  ASSERT_EQ(document.root().entries.size(), 2u);
  EXPECT_EQ(document.root().entries[1].first.column, 12u);
  EXPECT_EQ(document.root().entries[1].second.column, 16u);
}

TEST(Document, LeavesScalarsAsTheyAreWritten) {
  Diagnostics diagnostics;
  const auto document =
      Document::parse("a.yaml", "- no\n- 0x10\n- 'yes'\n- ~\n- 1e3\n- |\n  two\n  lines\n", diagnostics);
  const auto& items = document.root().items;
  ASSERT_EQ(items.size(), 6u);
  EXPECT_EQ(items[0].text, "no");
  EXPECT_FALSE(items[0].quoted);
  EXPECT_EQ(items[1].text, "0x10");
  EXPECT_EQ(items[2].text, "yes");
  EXPECT_TRUE(items[2].quoted);
  EXPECT_EQ(items[3].kind, Node::Kind::null);
  EXPECT_EQ(items[5].text, "two\nlines\n");
  EXPECT_TRUE(diagnostics.all().empty());
}

TEST(Document, ReadsWindowsLineEndsAndByteOrderMark) {
  Diagnostics diagnostics;
  const auto document = Document::parse("a.yaml", "\xEF\xBB\xBF" "a: 1\r\nb: 2\r\n", diagnostics);
  EXPECT_TRUE(diagnostics.all().empty());
  ASSERT_EQ(document.root().entries.size(), 2u);
  EXPECT_EQ(document.root().entries[0].first.text, "a");
  EXPECT_EQ(document.root().entries[0].first.column, 1u);
  EXPECT_EQ(document.line(2), "b: 2");
}

TEST(Document, IsNullWhenTheTextIsEmptyOrOnlyComments) {
  for (const std::string text : {"", "\n\n", "# nothing\n", "---\n"}) {
    Diagnostics diagnostics;
    EXPECT_EQ(Document::parse("a.yaml", text, diagnostics).root().kind, Node::Kind::null) << text;
    EXPECT_TRUE(diagnostics.all().empty()) << text;
  }
}

TEST(Document, CopiesAliases) {
  Diagnostics diagnostics;
  const auto document = Document::parse("a.yaml", "a: &one {x: 1}\nb: *one\n", diagnostics);
  EXPECT_TRUE(diagnostics.all().empty());
  ASSERT_NE(document.root().find("b"), nullptr);
  ASSERT_NE(document.root().find("b")->find("x"), nullptr);
  EXPECT_EQ(document.root().find("b")->find("x")->text, "1");
}

TEST(Document, SaysWhatIsWrongWhereAndWhatToDo) {
  struct Row { const char* about; std::string text, expect; };
  const Row rows[] = {
      {"duplicate key", "a: 1\nb: 2\na: 3\n",
       "a.yaml:3:1: error[E004]: key \"a\" is given twice, first in line 1\n  a: 3\n  ^\n  hint: remove one of the "
       "two\n"
       "1 error in a.yaml\n"},
      {"duplicate key inside a flow map", "m: {k: 1, k: 2}\n",
       "a.yaml:1:11: error[E004]: key \"k\" is given twice, first in line 1\n  m: {k: 1, k: 2}\n            ^\n"
       "  hint: remove one of the two\n1 error in a.yaml\n"},
      {"tab", "kafka:\n\tlanes: 1\n",
       "a.yaml:2:1: error[E003]: a tab in the indentation\n   lanes: 1\n  ^\n"
       "  hint: YAML indents with spaces only; replace the tab with spaces\n1 error in a.yaml\n"},
      {"every tab is told", "a:\n  \tb: 1\n \tc: 1\n",
       "a.yaml:2:3: error[E003]: a tab in the indentation\n     b: 1\n    ^\n"
       "  hint: YAML indents with spaces only; replace the tab with spaces\n"
       "a.yaml:3:2: error[E003]: a tab in the indentation\n    c: 1\n   ^\n"
       "  hint: YAML indents with spaces only; replace the tab with spaces\n2 errors in a.yaml\n"},
      {"tag", "a: !!binary aGk=\n",
       "a.yaml:1:4: error[E005]: tag \"!!binary\" is not supported\n  a: !!binary aGk=\n     ^\n"
       "  hint: remove it: values are read by the type of their option\n1 error in a.yaml\n"},
      {"include tag on a map", "a: !include {b: c}\n",
       "a.yaml:1:4: error[E005]: tag \"!include\" is not supported\n  a: !include {b: c}\n     ^\n"
       "  hint: remove it: values are read by the type of their option\n1 error in a.yaml\n"},
      {"two documents", "a: 1\n---\nb: 2\n",
       "a.yaml:2:1: error[E006]: a second document begins here; expected one document in a file\n  ---\n  ^\n"
       "  hint: split the file\n1 error in a.yaml\n"},
      {"alias of itself", "a: &x [1, *x]\n",
       "a.yaml:1:11: error[E007]: this alias stands inside its own anchor\n  a: &x [1, *x]\n            ^\n"
       "  hint: write the value out\n1 error in a.yaml\n"},
      {"merge key", "a: &x {b: 1}\nc:\n  <<: *x\n",
       "a.yaml:3:3: error[E007]: merge keys (<<) are not supported\n    <<: *x\n    ^\n"
       "  hint: write the keys out\n1 error in a.yaml\n"},
      {"list as key", "? [a, b]\n: 1\n",
       "a.yaml:1:3: error[E011]: found a key that is not text\n  ? [a, b]\n    ^\n"
       "  hint: write the key as plain text; \"{\" needs quotes\n1 error in a.yaml\n"},
      {"second colon", "title: News: today\n",
       "a.yaml:1:12: error[E002]: a second \": \" in one value\n  title: News: today\n             ^\n"
       "  hint: put the value in quotes, or check the indentation of this line\n1 error in a.yaml\n"},
      {"open quote", "a: 'it''s\nb: 2\n",
       "a.yaml:1:4: error[E002]: this quote is not closed\n  a: 'it''s\n     ^\n"
       "  hint: close it; inside single quotes a quote is written twice\n1 error in a.yaml\n"},
      {"open double quote", "a: &x \"x\\\"\n",
       "a.yaml:1:4: error[E002]: this quote is not closed\n  a: &x \"x\\\"\n     ^\n"
       "  hint: close it; inside single quotes a quote is written twice\n1 error in a.yaml\n"},
      {"open quote at the very end", "a: 'x",
       "a.yaml:1:6: error[E002]: a quote is not closed before the end of the file\n  a: 'x\n       ^\n"
       "  hint: close it; inside single quotes a quote is written twice\n1 error in a.yaml\n"},
      {"open list", "a: [1, {b: 2}\nc: 3\n",
       "a.yaml:1:4: error[E002]: \"[\" is not closed with \"]\"\n  a: [1, {b: 2}\n     ^\n"
       "  hint: close it, or put the value in quotes\n1 error in a.yaml\n"},
      {"unknown alias", "a: *.com\n",
       "a.yaml:1:4: error[E002]: this alias names no anchor\n  a: *.com\n     ^\n"
       "  hint: a value that begins with \"*\" needs quotes\n1 error in a.yaml\n"},
      {"not UTF-8", "a: caf\xE9\n",
       "a.yaml:1:7: error[E010]: byte 0xE9 is not UTF-8\n  a: caf\xE9\n        ^\n"
       "  hint: convert the file to UTF-8\n1 error in a.yaml\n"},
      {"NUL", std::string("a: b\0c\n", 7),
       "a.yaml:1:5: error[E002]: a NUL byte in the text\n  a: b?c\n      ^\n  hint: remove it\n1 error in a.yaml\n"},
  };
  for (const auto& row : rows) EXPECT_EQ(printed(row.text), row.expect) << row.about;
}

TEST(Document, TakesQuotesThatAreClosed) {
  EXPECT_EQ(printed("a: 'it''s'\nb: &x \"a \\\" \\\\\"\nc: |\n  \"\nd: !!str '' \ne: \"two\n  lines\"\n"), "");
}

TEST(Document, TakesTabsThatDoNotIndent) {
  EXPECT_EQ(printed("a:\t1\t# one\n\t\n\t# two\nb: 2\n"), "");
}

TEST(Document, RefusesMoreThan64Levels) {
  EXPECT_EQ(printed(levels(63)), "");
  EXPECT_NE(printed(levels(64)).find("error[E008]: nested deeper than 64 levels"), std::string::npos);
  EXPECT_NE(printed(levels(100'000)).find("error[E008]"), std::string::npos);
}

TEST(Document, RefusesAliasBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += "*a" + std::to_string(i - 1) + (k < 9 ? ", " : "]\n");
  }
  EXPECT_NE(printed(bomb).find("error[E007]: aliases add more than 100000 values"), std::string::npos) << printed(bomb);
  std::string many = "a: &a 1\nb:\n";
  for (int i = 0; i < 101; ++i) many += "  - *a\n";
  EXPECT_NE(printed(many).find("a.yaml:103:5: error[E007]: more than 100 aliases"), std::string::npos) << printed(many);
}

TEST(Document, RefusesDepthMadeOfAliases) {
  std::string text = "a: &a " + std::string(40, '[') + std::string(40, ']') + "\nb: " + std::string(30, '[') + "*a" +
                     std::string(30, ']') + "\n";
  EXPECT_NE(printed(text).find("error[E008]: this alias nests deeper than 64 levels"), std::string::npos)
      << printed(text);
}

TEST(Document, RefusesMoreThan16MiB) {
  EXPECT_NE(
      printed(std::string((16u << 20) + 1, '#')).find("a.yaml: error[E009]: the file has more than 16777216 bytes"),
      std::string::npos);
}

TEST(Document, KeepsWhatWasReadBeforeAnError) {
  Diagnostics diagnostics;
  const auto document = Document::parse("a.yaml", "a: 1\nb: {c: 2}\nd: x: y\n", diagnostics);
  EXPECT_EQ(diagnostics.all().size(), 1u);
  ASSERT_NE(document.root().find("b"), nullptr);
  EXPECT_EQ(document.root().find("b")->find("c")->text, "2");
}

TEST(Document, NamesAFileThatCannotBeRead) {
  Diagnostics diagnostics;
  Document::open("no/such.yaml", diagnostics);
  Document::open(NEWSMILL_SOURCE_DIR, diagnostics);
  ASSERT_EQ(diagnostics.all().size(), 2u);
  EXPECT_EQ(diagnostics.all()[0].code, "E001");
  EXPECT_EQ(diagnostics.all()[0].message, "cannot be read: No such file or directory");
  EXPECT_EQ(diagnostics.all()[1].message, "cannot be read: is a folder");
}

}  // namespace
}  // namespace newsmill::config
