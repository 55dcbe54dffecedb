// Every malformed query is refused at its place, with a message that says what was found and what was expected.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "processors/score_topics/query_parser.h"

namespace newsmill::score_topics {
namespace {

using Severity = QueryFinding::Severity;
constexpr Dialect kStrict = Dialect::strict, kLucene = Dialect::lucene;

struct Row {
  const char* query;
  std::size_t line, column, length;
  const char* message;  ///< its beginning
  Dialect dialect = kStrict;
};

constexpr Row kRows[] = {
    // Operators without operands.
    {"a OR", 1, 3, 2, "'OR' has nothing behind it; expected a word, a phrase or a group"},
    {"OR a", 1, 1, 2, "'OR' has nothing before it; expected"},
    {"a OR OR b", 1, 6, 2, "found 'OR' behind 'OR'; expected a word"},
    {"a AND OR b", 1, 7, 2, "found 'OR' behind 'AND'; expected"},
    {"a AND", 1, 3, 3, "'AND' has nothing behind it"},
    {"AND a", 1, 1, 3, "'AND' has nothing before it"},
    {"a || || b", 1, 6, 2, "found '||' behind '||'"},
    {"a & & b", 1, 5, 1, "found '&' behind '&'"},
    {"NOT", 1, 1, 3, "'NOT' has nothing behind it"},
    {"a NOT", 1, 3, 3, "'NOT' has nothing behind it"},
    {"a or", 1, 3, 2, "'or' has nothing behind it", kLucene},
    {"NOT NOT a", 1, 5, 3, "found 'NOT' behind 'NOT'"},
    {"-+a", 1, 2, 1, "found '+' behind '-'"},
    {"a - b", 1, 3, 1, "found '-' standing alone; expected a word right behind it"},
    {"a\nAND\n", 2, 1, 3, "'AND' has nothing behind it"},
    {"(a OR) b", 1, 6, 1, "found ')' behind 'OR'; expected"},
    // Brackets and quotation marks.
    {"(a OR b", 1, 1, 1, "the '(' is never closed"},
    {"x AND\n  (a OR b", 2, 3, 1, "the '(' is never closed"},
    {"a OR b)", 1, 7, 1, "found ')' that closes nothing"},
    {"a ()", 1, 3, 2, "found an empty group"},
    {"x AND \"climate change", 1, 7, 1, "the '\"' is never closed"},
    {"“climate change", 1, 1, 1, "the '“' is never closed"},
    {"<climate change", 1, 1, 1, "the '<' is never closed"},
    {"{climate change", 1, 1, 1, "the '{' is never closed"},
    {"a }", 1, 3, 1, "found '}' that closes nothing"},
    {"a > b", 1, 3, 1, "found '>' that closes nothing"},
    {"日本 AND (東京", 1, 8, 1, "the '(' is never closed"},
    // Lists.
    {"{2 of a, b}", 1, 1, 5, "found '{2 of' without a colon"},
    {"{2 of: a, b", 1, 1, 6, "the '{2 of:' is never closed"},
    {"{3 of: a, b}", 1, 1, 6, "asks for 3 of 2"},
    {"{2 of: a, }", 1, 11, 1, "found '}'; expected a word"},
    {"{0 of: a, b}", 1, 2, 1, "found the number 0; expected 1 to"},
    {"a, b", 1, 2, 1, "found ','; expected an operator"},
    {"a; b", 1, 2, 1, "found ';'; expected an operator"},
    // Distance.
    {"a NEAR/x b", 1, 3, 6, "found 'NEAR/x'; expected a number of words"},
    {"a NEAR/ b", 1, 3, 5, "found 'NEAR/'; expected a number"},
    {"a NEAR/99999 b", 1, 8, 5, "found the number 99999; expected 0 to 10000"},
    {"a NEAR/5", 1, 3, 6, "'NEAR/5' has nothing behind it"},
    {"NEAR/5 a", 1, 1, 6, "'NEAR/5' has nothing before it"},
    {"a NEAR/3 NEAR/3 b", 1, 10, 6, "found 'NEAR/3' behind 'NEAR/3'"},
    {"a NEAR/5 NOT b", 1, 10, 3, "found 'NOT' behind 'NEAR/5'"},
    {"a NOT ONEAR/3 b", 1, 7, 7, "found NOT 'ONEAR/3'; expected NOT NEAR"},
    {"a NEAR/5 (b AND c)", 1, 10, 9, "AND beside 'NEAR/5' has no place in the text"},
    {"(x OR (a AND b)) W/5 c", 1, 7, 9, "AND beside 'W/5' has no place in the text"},
    {"a NEAR/3 source:bbc", 1, 10, 10, "a field of metadata beside 'NEAR/3'"},
    {"a NEAR/3 ATLEAST/2(b)", 1, 10, 12, "ATLEAST beside 'NEAR/3'"},
    {"a~1", 1, 2, 2, "found '~1' behind one word"},
    {"a~", 1, 2, 1, "found '~' without a number"},
    {"(a)~3", 1, 4, 2, "found '~3' behind a group of one"},
    {"\"a b\"~20000", 1, 7, 5, "found the number 20000"},
    // Weights, functions, counts.
    {"a^", 1, 2, 1, "found '^' without a weight"},
    {"a^x", 1, 2, 1, "found '^' without a weight"},
    {"cs(", 1, 4, 0, "found the end of the query; expected a word"},
    {"ATLEAST(a)", 1, 1, 7, "found 'ATLEAST' without a number"},
    {"ATLEAST/0(a)", 1, 9, 1, "found the number 0"},
    {"ATLEAST/3 a", 1, 1, 9, "'ATLEAST/3' without brackets"},
    {"ATLEAST/3(a AND b)", 1, 11, 7, "AND beside 'ATLEAST/3' has no place"},
    {"first/x(a)", 1, 1, 7, "found 'first/x' without a number"},
    {"wc>", 1, 1, 3, "found 'wc>' without a number"},
    // Fields.
    {"foo:bar", 1, 1, 4, "unknown field 'foo'; expected title, lead, body"},
    {"climate titel:change", 1, 9, 6, "unknown field 'titel'"},
    {"http://example.org/a", 1, 1, 5, "unknown field 'http'"},
    {"title:", 1, 1, 6, "found the end of the query behind 'title:'"},
    {"title: AND", 1, 8, 3, "found 'AND' behind 'title:'"},
    {"source:(a title:b)", 1, 11, 6, "found 'title:' among the values of a field"},
    {"lang:(de OR wc>5)", 1, 13, 4, "found 'wc>5' among the values of a field"},
    // What is not part of the language.
    {"[a TO b]", 1, 1, 1, "found '['; ranges are not part of the language"},
    {"/regex/", 1, 1, 1, "found '/' in front of a word; regular expressions"},
    {"–a", 1, 1, 1, "found a dash in front of a word"},
    {"$", 1, 1, 1, "found '$' without a name"},
    {"a %%% b", 1, 3, 3, "found no letter and no digit in '%%%'"},
    {"\"…\"", 1, 1, 3, "found no letter and no digit in"},
    {"a \\", 1, 3, 1, "found '\\' at the end"},
    {"北*京", 1, 1, 3, "found '*' between letters of a script without spaces"},
    {"fn:foo(a)", 1, 1, 6, "unknown function 'fn:foo'"},
    {"fn:ordered a", 1, 1, 10, "'fn:ordered' without brackets"},
    {"fn:maxgaps(x fn:ordered(a b))", 1, 12, 1, "found 'x' in 'fn:maxgaps'; expected a number"},
    {"fn:ordered()", 1, 1, 10, "'fn:ordered' without arguments; expected words"},
    {"near//a b", 1, 1, 6, "found 'near//'"},
    {"near//a", 1, 8, 0, "found the end of the query behind 'near//'; expected two words", kLucene},
    {"", 1, 1, 0, "the query is empty"},
    {" # nothing but a comment", 1, 1, 0, "the query is empty"},
    {"ab \xFF", 1, 4, 1, "found bytes that are not UTF-8"},
};

TEST(QueryErrors, StandAtTheirPlace) {
  static_assert(std::size(kRows) >= 40);
  for (const Row& row : kRows) {
    const ParsedQuery parsed = parse_query(row.query, row.dialect);
    const auto error = std::ranges::find(parsed.findings, Severity::error, &QueryFinding::severity);
    ASSERT_NE(error, parsed.findings.end()) << row.query;
    EXPECT_FALSE(parsed.ok());
    EXPECT_EQ(error->message.substr(0, std::string_view(row.message).size()), row.message) << row.query;
    EXPECT_EQ(error->line, row.line) << row.query;
    EXPECT_EQ(error->column, row.column) << row.query;
    EXPECT_EQ(error->length, row.length) << row.query;
    EXPECT_FALSE(error->hint.empty()) << row.query;
  }
}

TEST(QueryErrors, NearMissesAreNamed) {
  EXPECT_EQ(parse_query("titel:a", kStrict).findings[0].hint, "did you mean 'title:'?");
  EXPECT_EQ(parse_query("fn:orderd(a b)", kStrict).findings[0].hint, "did you mean fn:ordered?");
}

TEST(QueryWarnings, SayWhatIsDoubtfulAndKeepTheQuery) {
  constexpr Row kDoubtful[] = {
      {"a and b", 1, 3, 3, "'and' is searched as a word"},
      {"a and b", 1, 3, 3, "'and' is taken as an operator", kLucene},
      {"NOT a", 1, 1, 5, "the query can match articles that hold none of its words"},
      {"a OR -b", 1, 1, 7, "the query can match articles that hold none of its words"},
      {"a OR -b", 1, 6, 2, "NOT beside OR matches every article without the word"},
      {"*", 1, 1, 1, "'*' matches every article that has a word"},
      {"**", 1, 1, 2, "'*' matches every article that has a word"},
      {"* OR a", 1, 1, 6, "the query matches every article"},
      {"b*", 1, 1, 2, "'b*' matches very many words"},
      {"+a b", 1, 4, 1, "beside words with + this one decides nothing", kLucene},
      {"#cop26", 1, 1, 1, "'#' is not looked at"},
      {"'climate change'", 1, 1, 1, "a single quotation mark makes no phrase"},
      {"climat(a)", 1, 1, 6, "'climat' is searched as a word: there is no function"},
      {"x-y(a)", 1, 1, 3, "'x-y' is searched as a word: there is no function"},
      {"TITLE-ABS-KEY(a)", 1, 1, 13, "'TITLE-ABS-KEY' of Scopus is read as title and body"},
      {"wc>100", 1, 1, 6, "the query can match articles that hold none of its words"},
  };
  for (const Row& row : kDoubtful) {
    const ParsedQuery parsed = parse_query(row.query, row.dialect);
    EXPECT_TRUE(parsed.ok()) << row.query;
    const bool said = std::ranges::any_of(parsed.findings, [&](const QueryFinding& f) {
      return f.severity == Severity::warning && f.line == row.line && f.column == row.column &&
             f.length == row.length && f.message.starts_with(row.message) && !f.hint.empty();
    });
    EXPECT_TRUE(said) << row.query << " " << row.message << " | "
                      << (parsed.findings.empty() ? "" : parsed.findings[0].message);
  }
}

// Sizes that a hostile hand may give. Time is not measured: what is not linear here would not come back.
TEST(QueryErrors, NestingEndsInAnErrorAndNotInTheStack) {
  for (const char* open : {"(", "title:(", "NOT (", "cs(", "{1 of: ", "fn:or(", "(a NEAR/2 ", "(a AND NOT (b OR "}) {
    std::string query;
    for (int i = 0; i < 10'000; ++i) query += open;
    const ParsedQuery parsed = parse_query(query, kStrict);
    ASSERT_FALSE(parsed.ok()) << open;
    EXPECT_NE(parsed.findings.back().message.find("more than 200 deep"), std::string::npos)
        << parsed.findings.back().message;
  }
}

TEST(QueryErrors, AChainOfOperatorsThatWouldNestIsRefusedToo) {
  std::string query = "a";
  for (int i = 0; i < 10'000; ++i) query += " NEAR/2 a";
  const ParsedQuery parsed = parse_query(query, kStrict);
  ASSERT_FALSE(parsed.ok());
  EXPECT_NE(parsed.findings.back().message.find("more than 200 deep"), std::string::npos);
}

TEST(QueryErrors, AMegabyteAndTenThousandWildcardsAreOrdinary) {
  std::string words, wildcards;
  while (words.size() < 1'000'000) words += "climate" + std::to_string(words.size()) + " OR ";
  words += "end";
  EXPECT_TRUE(parse_query(words, kStrict).ok());
  for (int i = 0; i < 10'000; ++i) wildcards += "\"*" + std::to_string(i) + "*x? c*\" OR ";
  wildcards += "end";
  const ParsedQuery parsed = parse_query(wildcards, kStrict);
  EXPECT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.query.terms.size(), 20'001U);
  const ParsedQuery huge = parse_query(std::string(kMaxQueryBytes + 1, 'a'), kStrict);
  ASSERT_FALSE(huge.ok());
  EXPECT_TRUE(huge.findings[0].message.starts_with("the query has 2097153 bytes; expected 2097152 at most"));
}

TEST(QueryErrors, AnyBytesGiveAQueryOrAnError) {
  // Every prefix of a query with everything in it, and the same with a byte put wrong.
  const std::string whole =
      "+(\"climat* change\"~3^2 OR title:(x -y)) NOT NEAR/3 {2 of: a, b, c} # c\n && $t \\( fn:maxgaps(2 fn:ordered(a "
      "b)) wc>5";
  for (std::size_t size = 0; size <= whole.size(); ++size)
    for (const char put : {'\0', '"', '(', ')', '~', '\\', '/', ':', '\xC3', '*', '{', '#'}) {
      std::string text = whole.substr(0, size);
      if (put != '\0') text += put;
      for (const Dialect dialect : {kStrict, kLucene}) {
        const ParsedQuery parsed = parse_query(text, dialect);
        if (parsed.ok()) EXPECT_LT(parsed.query.root, parsed.query.nodes.size());
        else EXPECT_FALSE(parsed.findings.empty());
      }
    }
}

}  // namespace
}  // namespace newsmill::score_topics
