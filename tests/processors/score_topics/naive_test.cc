// The evaluator against the naive one, on texts of few words, where every operator meets every case.

#include "tests/support/naive_evaluator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "processors/score_topics/evaluator.h"
#include "processors/score_topics/query_parser.h"
#include "processors/score_topics/query_text.h"
#include "tests/support/text_article.h"

namespace newsmill::score_topics {
namespace {

/// Random queries and texts over few words, seeded.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int upto(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n)); }
  std::string word() {
    constexpr const char* kWords[] = {"a1", "b1", "c1", "ab", "abc", "bc1", "ca"};
    return kWords[upto(7)];
  }
  std::string text(int words) {
    std::string out;
    for (int i = 0; i < words; ++i) {
      std::string one = word();
      if (upto(4) == 0) one[0] = static_cast<char>(one[0] - 32);
      if (upto(8) == 0) one = one == "ab" ? "AB" : one == "ca" ? "C.A." : one;
      out += one;
      out += upto(9) == 0 ? ". " : upto(25) == 0 ? "\n\n" : " ";
    }
    return out;
  }
  std::string term() {
    constexpr const char* kPatterns[] = {"a*", "*1", "?b", "*b*", "b?1", "C.A.", "a*c"};
    return upto(4) == 0 ? kPatterns[upto(7)] : word();
  }
  std::string placed(int depth) {
    const std::string n = std::to_string(upto(4));
    if (depth == 0) {
      switch (upto(6)) {
        case 0: return "\"" + term() + " " + term() + "\"";
        case 1: return "\"" + term() + " " + word() + " " + word() + "\"~" + n + "m";
        case 2: return "\"" + term() + " " + term() + "\"~" + n + "m";
        default: return term();
      }
    }
    const auto pair = [&](const std::string& op) {
      return "(" + placed(depth - 1) + " " + op + " " + placed(depth - 1) + ")";
    };
    switch (upto(11)) {
      case 0: case 1: return pair("NEAR/" + n);
      case 2: return pair("ONEAR/" + n);
      case 3: return pair("NOT NEAR/" + n);
      case 4: return pair("SENT");
      case 5: return pair("PARA");
      case 6: case 7: return pair("OR");
      case 8:
        return std::string(upto(2) == 0 ? "title:" : upto(2) == 0 ? "lead:" : "body:") + "(" + placed(depth - 1) + ")";
      case 9: return "first/" + std::to_string(1 + upto(30)) + "(" + placed(depth - 1) + ")";
      default:
        return std::string(upto(2) == 0   ? "caps"
                           : upto(2) == 0 ? "nocaps"
                           : upto(2) == 0 ? "allcaps"
                                          : "cs") +
               "(" + placed(depth - 1) + ")";
    }
  }
  std::string query(int depth) {
    if (depth == 0) return placed(upto(3));
    switch (upto(8)) {
      case 0: case 1: return "(" + query(depth - 1) + " AND " + query(depth - 1) + ")";
      case 2: return "(" + query(depth - 1) + " OR " + query(depth - 1) + ")";
      case 3: return "(" + query(depth - 1) + " AND NOT " + query(depth - 1) + ")";
      case 4: return "ATLEAST/" + std::to_string(1 + upto(4)) + "(" + placed(1) + ")";
      case 5:
        return "{" + std::to_string(1 + upto(3)) + " of: " + query(depth - 1) + ", " + placed(1) + ", " + term() + "}";
      case 6: return "title:(" + query(depth - 1) + ")";
      default: return placed(2);
    }
  }

 private:
  std::mt19937 engine_;
};

struct Case {
  std::string query;
  Query tree;
};

TEST(Evaluator, AgreesWithTheNaiveOneOnRandomQueriesAndTexts) {
  Random random(7);
  for (int round = 0; round < 30; ++round) {
    QuerySetBuilder builder;
    std::vector<Case> cases;
    for (int i = 0; i < 120; ++i) {
      std::string text = random.query(random.upto(3));
      ParsedQuery parsed = parse_query(text, Dialect::strict);
      ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.findings[0].message;
      const std::string normal = normal_form(parsed.query);
      ParsedQuery again = parse_query(normal, Dialect::strict);
      ASSERT_TRUE(again.ok()) << text << " as " << normal << ": " << again.findings[0].message;
      EXPECT_EQ(normal_form(again.query), normal) << text;
      cases.push_back({text, parsed.query});
      // Its normal form is a query of its own right behind it.
      builder.add(std::move(parsed.query));
      builder.add(std::move(again.query));
    }
    QuerySetBuilder::Built built = builder.build();
    ASSERT_TRUE(built.set) << built.findings[0].finding.message;
    Evaluator evaluator(built.set);
    for (int article = 0; article < 12; ++article) {
      const test::TextArticle text(random.text(random.upto(8)), random.text(random.upto(article % 3 == 0 ? 150 : 25)));
      Document document;
      document.assign(text.article(), {});
      Budget budget;
      const auto all = evaluator.match_all(document, budget);
      ASSERT_TRUE(all);
      const std::vector<QueryId> slow(all.value().begin(), all.value().end());
      const auto found = evaluator.match(document, budget);
      ASSERT_TRUE(found);
      EXPECT_TRUE(std::ranges::equal(found.value(), slow)) << "candidates lose or add matches";
      const test::NaiveEvaluator naive(text.article());
      for (std::uint32_t i = 0; i < cases.size(); ++i) {
        const auto has = [&](std::uint32_t id) { return std::ranges::binary_search(slow, QueryId{id}); };
        const bool truth = naive.matches(cases[i].tree);
        ASSERT_EQ(has(2 * i), truth) << cases[i].query << "\n  as " << normal_form(cases[i].tree) << "\n  on "
                                     << text.article().headline << "\n | " << text.article().body;
        ASSERT_EQ(has(2 * i + 1), truth) << normal_form(cases[i].tree);
      }
    }
  }
}

}  // namespace
}  // namespace newsmill::score_topics
