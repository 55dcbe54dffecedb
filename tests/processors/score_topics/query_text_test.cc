// How queries are understood, shown by their normal form.

#include "processors/score_topics/query_text.h"

#include <gtest/gtest.h>

#include "processors/score_topics/query_parser.h"

namespace newsmill::score_topics {
namespace {

struct Row {
  const char* query;
  const char* normal;
};

void expect(Dialect dialect, std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    const ParsedQuery parsed = parse_query(row.query, dialect);
    ASSERT_TRUE(parsed.ok()) << row.query << ": " << parsed.findings[0].message;
    const std::string normal = normal_form(parsed.query);
    EXPECT_EQ(normal, row.normal) << row.query;
    const ParsedQuery again = parse_query(normal, Dialect::strict);
    ASSERT_TRUE(again.ok()) << normal << ": " << again.findings[0].message;
    EXPECT_EQ(normal_form(again.query), normal);
  }
}

TEST(NormalForm, OfStrictQueries) {
  expect(Dialect::strict,
         {
             {"a b", "a AND b"},
             {"a b OR c", "a AND b OR c"},
             {"a (b OR c)", "a AND (b OR c)"},
             {"a NOT b", "a AND NOT b"},
             {"a AND NOT b", "a AND NOT b"},
             {"a -b !c +d", "a AND NOT b AND NOT c AND d"},
             {"a && b || c & d | e", "a AND b OR c AND d OR e"},
             {"NOT a NEAR/3 b", "NOT a NEAR/3 b"},
             {"NOT (a b)", "NOT (a AND b)"},
             {"a NEAR/3 b NEAR/5 c", "a NEAR/3 b NEAR/5 c"},
             {"a NEAR/3 (b NEAR/5 c)", "a NEAR/3 (b NEAR/5 c)"},
             {"a W/3 b PRE/2 c", "a NEAR/3 b ONEAR/2 c"},
             {"a w/3 b pre/2 c near/2f d", "a NEAR/3 b ONEAR/2 c ONEAR/2 d"},
             {"a NEAR b ONEAR c", "a NEAR/4 b ONEAR/4 c"},
             {"a NOT NEAR/3 b", "a NOT NEAR/3 b"},
             {"a SENT b PARA c SAME d W/S e W/P f", "a SENT b PARA c PARA d SENT e PARA f"},
             {"(a OR b) W/3 (c* OR \"d e\")", "(a OR b) NEAR/3 (c* OR \"d e\")"},
             {"\"a b\"~5", "a NEAR/5 b"},
             {"\"a b c\"~5", "a NEAR/5 b NEAR/5 c"},
             {"(a (b OR c) d)~2", "a NEAR/2 (b OR c) NEAR/2 d"},
             {"\"a b\"~5m", "\"a b\"~5m"},
             {"a^2 OR (b c)^0.5 OR \"d e\"^3", "a^2 OR (b AND c)^0.5 OR \"d e\"^3"},
             {"climate-driven", "\"climate driven\""},
             {"l'Europe women's", "\"l Europe\" AND \"women s\""},
             {"socio-econ* *protest* te?t", "\"socio econ*\" AND *protest* AND te?t"},
             {"\"resource* manage*\"", "\"resource* manage*\""},
             {"\"war * terror\"", "\"war * terror\""},
             {"a** *?*", "a* AND ?*"},
             {"U.S. J. 1,900.5 C++", "\"U.S.\" AND \"J.\" AND \"1,900.5\" AND C"},
             {"<human rights> OR {climate change}", "\"human rights\" OR \"climate change\""},
             {"“human rights” （a OR „b c“） «d e»", "\"human rights\" AND (a OR \"b c\") AND \"d e\""},
             {"a\u00A0AND\u3000b", "a AND b"},
             {"大韓民國 OR 韓國* OR \u0e44\u0e17\u0e22*", "\"大韓民國\" OR \"韓國\" OR \"\u0e44\u0e17\u0e22\""},
             {"ארה\"ב", "\"ארה ב\""},
             {"title:a lead:(b c) body:\"d e\"", "title:a AND lead:(b AND c) AND body:\"d e\""},
             {"headline:a intitle:b ingress:c title(d)", "title:a AND title:b AND lead:c AND title:d"},
             {"source:<a “b” \\* c> source:\"\\“*\"", "source:\"a \\“b\\” \\* c\" AND source:\"\\“*\""},
      {"TITLE-ABS-KEY ( a ) b title-abs(c OR d)", "a AND b AND (c OR d)"},
      {"title：a wc > 5 wc<7", "title:a AND wc>5 AND wc<7"},
      {"title:\"a b\"~2", "title:(a NEAR/2 b)"},
             {"title:climate^3", "title:climate^3"},
             {"source:Reuters site:www.bbc.co.uk lang:DE", "source:\"reuters\" AND site:\"bbc.co.uk\" AND lang:\"de\""},
             {"source:(reuters afp)", "source:\"reuters\" OR source:\"afp\""},
             {"country:us -author:\"Jane Doe\" entity:wd:Q95 category:sport*",
              "country:\"us\" AND NOT author:\"jane doe\" AND entity:\"wd:q95\" AND category:\"sport*\""},
             {"entity:(wd:Q95 OR wd:Q30) site:https://www.example.org/a/b",
              "(entity:\"wd:q95\" OR entity:\"wd:q30\") AND site:\"example.org\""},
             {"wc>100 wc<2000 wc>=5 wc:<=7", "wc>100 AND wc<2000 AND wc>4 AND wc<8"},
             {"cs(Apple) caps(may) allcaps(who) nocaps(polish)",
              "cs(Apple) AND caps(may) AND allcaps(who) AND nocaps(polish)"},
             {"ATLEAST/3(a OR b) atleast5(c) first/100(d)", "ATLEAST/3(a OR b) AND ATLEAST/5(c) AND first/100(d)"},
             {"{2 of: a, b c, d OR e}", "{2 of: a, b AND c, d OR e}"},
             {"$courts NEAR/5 $climate", "$courts NEAR/5 $climate"},
             {"\"AND\" and near \"NEAR\"", "\"AND\" AND \"and\" AND \"near\" AND \"NEAR\""},
             {"a \\AND b", "a AND \"AND\" AND b"},
             {"a\\*b \\-c", "\"a b\" AND c"},
             {"a # first\nOR # second: (\n b", "a OR b"},
             {"10:30 and/or AT&T", "\"10 30\" AND \"and or\" AND \"AT T\""},
         });
}

TEST(NormalForm, OfLuceneQueries) {
  expect(Dialect::lucene, {
      {"a b", "a OR b"},
      {"*:* -a", "* AND NOT a"},
      {"+a +b", "a AND b"},
      {"+a b -c", "a AND NOT c"},
      {"a -b", "a AND NOT b"},
      {"-b a c", "(a OR c) AND NOT b"},
      {"a AND b c", "a AND b OR c"},
      {"a and b or not c", "a AND b OR NOT c"},
      {"a OR b NOT c", "(a OR b) AND NOT c"},
      {"-( a b ) +( c )", "c AND NOT (a OR b)"},
      {"!( a b ) c", "c AND NOT (a OR b)"},
      {"\"race admission\"~5", "\"race admission\"~5m"},
      {"(a b)~3", "a NEAR/3 b"},
      {"near//a b", "a ONEAR/10 b"},
      {"ordered//2em 0", "2em ONEAR/10 0"},
      {"fn:maxgaps(3 fn:ordered(a b))", "a ONEAR/3 b"},
      {"fn:maxgaps(3 fn:unordered(a fn:or(b c)))", "a NEAR/3 (b OR c)"},
      {"fn:phrase(a fn:or(b \"c d\"))", "a ONEAR/0 (b OR \"c d\")"},
      {"fn:notWithin(a 3 b)", "a NOT NEAR/3 b"},
      {"fn:ordered(a b c)", "a ONEAR/10000 b ONEAR/10000 c"},
      {"title:(+a -b) lang:(de fr)", "title:(a AND NOT b) OR lang:\"de\" OR lang:\"fr\""},
      {"a W/3 b", "a NEAR/3 b"},
      {"+and -or", "\"and\" AND NOT \"or\""},
  });
}

}  // namespace
}  // namespace newsmill::score_topics
