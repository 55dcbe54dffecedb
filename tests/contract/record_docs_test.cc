// docs/record.md says what the tables of the code say.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "processors/core/code_table.h"
#include "processors/core/flag.h"
#include "processors/decode/plain.h"
#include "processors/encode/story.h"

namespace newsmill {
namespace {

using Row = std::vector<std::string>;

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

// The cells of the rows of a table below a heading, without its head; `skipped` tables stand before it.
std::vector<Row> table_below(const std::string& heading, int skipped = 0) {
  std::ifstream file(NEWSMILL_SOURCE_DIR "/docs/record.md");
  EXPECT_TRUE(file.is_open());
  std::vector<Row> rows;
  std::string line;
  while (std::getline(file, line) && line != heading) {}
  for (;; --skipped) {
    while (std::getline(file, line) && !line.starts_with('|')) {}
    if (skipped == 0) break;
    while (std::getline(file, line) && line.starts_with('|')) {}
  }
  for (; line.starts_with('|'); std::getline(file, line)) {
    Row row;
    std::size_t begin = 1;
    for (std::size_t end = line.find(" |", begin); end != std::string::npos; end = line.find(" |", begin)) {
      row.push_back(line.substr(begin + 1, end - begin - 1));
      begin = end + 2;
    }
    rows.push_back(std::move(row));
  }
  EXPECT_GT(rows.size(), 2u) << heading;
  return {rows.begin() + std::min<std::ptrdiff_t>(2, std::ssize(rows)), rows.end()};
}

TEST(RecordDocs, NameTheFieldsOfThePlainInput) {
  std::vector<Row> expected;
  for (const decode::FieldRow& row : decode::field_table()) {
    const auto& coercion = decode::coercion_table()[static_cast<std::size_t>(row.coercion)];
    expected.push_back({code(row.name), std::string(coercion.name), row.identity ? "yes" : "no",
                        std::string(row.meaning)});
  }
  EXPECT_EQ(table_below("### Plain JSON"), expected);
}

TEST(RecordDocs, NameTheCoercions) {
  std::vector<Row> expected;
  for (const decode::CoercionRow& row : decode::coercion_table())
    expected.push_back({std::string(row.name), std::string(row.accepts), std::string(row.becomes)});
  EXPECT_EQ(table_below("### Coercions"), expected);
}

TEST(RecordDocs, NameTheFlags) {
  std::vector<Row> expected;
  for (const FlagRow& row : flag_table()) expected.push_back({code(row.name), std::string(row.meaning)});
  EXPECT_EQ(table_below("### Flags"), expected);
}

TEST(RecordDocs, NameTheRelations) {
  std::vector<std::string> expected, documented;
  for (int value = 0; value <= static_cast<int>(Relation::unchecked); ++value)
    expected.push_back(code(relation_name(static_cast<Relation>(value))));
  for (const Row& row : table_below("### Story", 1)) documented.push_back(row.at(0));
  EXPECT_EQ(documented, expected);
}

TEST(RecordDocs, NameTheFieldsOfAStoryInTheirOrder) {
  const std::string json = encode::story_json({});
  std::size_t at = 0;
  for (const Row& row : table_below("### Story")) {
    const std::string name = row.at(0).substr(1, row.at(0).size() - 2);
    const std::size_t found = json.find('"' + name + "\":", at);
    EXPECT_NE(found, std::string::npos) << name;
    at = found;
  }
  EXPECT_EQ(std::ranges::count(json, ':'), 6 + 2) << "two are in the time";
}

TEST(RecordDocs, NameTheCodes) {
  std::vector<Row> expected;
  for (const CodeRow& row : code_table())
    expected.push_back({code(code_name(row.code)), std::string(row.why), std::string(row.remedy)});
  EXPECT_EQ(table_below("### Codes"), expected);
}

TEST(CodeTable, HasARowForEveryCode) {
  std::size_t count = 0;
  for (; !code_name(static_cast<Code>(count)).empty(); ++count)
    EXPECT_EQ(static_cast<std::size_t>(code_table()[count].code), count);
  EXPECT_EQ(code_table().size(), count);
}

}  // namespace
}  // namespace newsmill
