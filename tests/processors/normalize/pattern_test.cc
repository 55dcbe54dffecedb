#include "processors/normalize/pattern.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace newsmill::normalize {
namespace {

/// The captures of `pattern` on `line`, joined by "|"; "no" when it does not cover it.
std::string match(const std::string& pattern, const std::string& line) {
  std::string problem;
  const std::vector<Pattern> spellings = Pattern::read(pattern, problem);
  EXPECT_EQ(problem, "") << pattern;
  FoldedLine folded;
  folded.set(line);
  std::vector<Capture> captures;
  for (const Pattern& spelling : spellings) {
    if (!spelling.match(folded, captures)) continue;
    std::string joined;
    for (const Capture& capture : captures) joined += (joined.empty() ? "" : "|") + std::string(capture.text);
    return joined;
  }
  return "no";
}

TEST(Pattern, CoversTheWholeLineInEitherCase) {
  EXPECT_EQ(match("all rights reserved", "All Rights Reserved"), "");
  EXPECT_EQ(match("all rights reserved", "All rights reserved."), "no");
  EXPECT_EQ(match("ÉDITORIAL", "Éditorial"), "");
  EXPECT_EQ(match("author's", "Author’s"), "");
  EXPECT_EQ(match("a - b", "a — b"), "");
}

TEST(Pattern, PartsMayBeMissingOrChosen) {
  for (const char* line : {"last updated", "updated", "Last modified"}) EXPECT_EQ(match("[last] (updated|modified)", line), "") << line;
  EXPECT_EQ(match("[last] (updated|modified)", "last"), "no");
  EXPECT_EQ(match("skip to [the [main]] content", "skip to content"), "");
  EXPECT_EQ(match("skip to [the [main]] content", "skip to the main content"), "");
}

TEST(Pattern, FieldsAreFoundAndChecked) {
  EXPECT_EQ(match("by <names>", "By Ann Lee and Bo Li"), "Ann Lee and Bo Li");
  EXPECT_EQ(match("by <names>", "By hand"), "no");
  EXPECT_EQ(match("<words> contributed to this report", "Ann Lee contributed to this report"), "Ann Lee");
  EXPECT_EQ(match("photo by <names> / <words>", "Photo by Ann Lee / Gazette / Archive"), "Ann Lee|Gazette / Archive");
  EXPECT_EQ(match("# min read", "12 min read"), "12");
  EXPECT_EQ(match("# min read", "some min read"), "no");
  EXPECT_EQ(match("# of #", "3 of 12"), "3|12");
  EXPECT_EQ(match("from <site>", "from www.harbour.example"), "www.harbour.example");
  EXPECT_EQ(match("from <site>", "from the harbour."), "no");
  EXPECT_EQ(match("we * cookies *", "We use cookies to see who you are"), "");
  EXPECT_EQ(match("updated: <date>", "Updated: 2021-12-01 09:05"), "2021-12-01 09:05");
  EXPECT_EQ(match("updated: <date>", "Updated: soon"), "no");
}

TEST(Pattern, SignsCanBeTakenAsTheyAre) {
  EXPECT_EQ(match("\\(c\\) \\# <words>", "(C) # 7"), "7");
  EXPECT_EQ(match("\\[more\\]", "[more]"), "");
}

TEST(Pattern, FaultsAreSaid) {
  const struct {
    const char *pattern, *problem;
  } rows[] = {
      {"(a|b", "'(' is not closed by ')'"},
      {"[a", "'[' is not closed by ']'"},
      {"a)", "')' closes nothing"},
      {"<person>", "'<person' is no field: there are <words>, <names>, <date> and <site>"},
      {"[a]", "a spelling of it is empty and would match no line"},
      {"(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)", "it has more than 1024 spellings"},
      {"[[[[[[[[[[a]]]]]]]]]]", "brackets are nested more than 8 deep"},
      {"\xFF", "it is not UTF-8"},
  };
  for (const auto& row : rows) {
    std::string problem;
    EXPECT_TRUE(Pattern::read(row.pattern, problem).empty()) << row.pattern;
    EXPECT_EQ(problem, row.problem) << row.pattern;
  }
}

TEST(Pattern, NamesAreWhatABylineNames) {
  for (const char* names : {"Ann Lee", "José de la Cruz", "A. B. Lee, Harbour Gazette", "ANN LEE and BO LI", "李雷", "O’Neill", "Ann Lee in Berlin"}) {
    EXPECT_TRUE(looks_like_names(names)) << names;
  }
  for (const char* other : {"", "hand", "the numbers", "Monday night the water rose", "Lee, 31", "Who?", "Lee (Gazette)", "and Lee"}) {
    EXPECT_FALSE(looks_like_names(other)) << other;
  }
}

TEST(Pattern, SitesAreHostNames) {
  for (const char* site : {"chinawatch.cn", "www.bbc.co.uk", "News-24.example"}) EXPECT_TRUE(looks_like_site(site)) << site;
  for (const char* other : {"", "chinawatch", "U.S", ".cn", "a..cn", "3.5", "end. Of", "Mr.", "harbour.4"}) EXPECT_FALSE(looks_like_site(other)) << other;
}

}  // namespace
}  // namespace newsmill::normalize
