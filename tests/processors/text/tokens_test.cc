#include "processors/text/tokens.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

std::pmr::vector<Token> tokens_of(std::string_view text) {
  std::pmr::vector<Token> tokens;
  tokenize(text, Field::body, 0, tokens);
  return tokens;
}

std::string_view word(std::string_view text, const Token& token) { return text.substr(token.begin,
    token.end - token.begin); }

/// Tokens between bars, "||" where a sentence begins.
std::string shown(std::string_view text) {
  std::string line;
  for (const Token& token : tokens_of(text))
    line += ((token.flags & kSentenceStart) && !line.empty() ? "||" : "|") + std::string(word(text, token));
  return line;
}

struct Row {
  std::string_view text, tokens;
};

TEST(Tokens, AreTheWordsOfTheText) {
  const Row rows[] = {
      {"Dock workers accept", "|Dock|workers|accept"},
      {"l'Europe d’abord, US-China", "|l|Europe|d|abord|US|China"},
      {"the minister's, ÖBB’s", "|the|minister|s|ÖBB|s"},
      {"1,900.5 boxes (38.000) in 2026", "|1,900.5|boxes|38.000|in|2026"},
      {"the U.S. and N.J., at 5 p.m. there", "|the|U.S.|and|N.J.|at|5|p.m.|there"},
      {"J. R. Smith Jr. of Foo Inc. said", "|J.|R.|Smith|Jr.|of|Foo|Inc.|said"},
      {"www.example.com/path", "|www|example|com|path"},
      {"А. С. Пушкин писал", "|А.|С.|Пушкин|писал"},
      {"上海港 Port", "|上|海|港|Port"},
      {"コンテナ船", "|コ|ン|テ|ナ|船"},
      {"ภาษาไทย", "|ภ|า|ษ|า|ไ|ท|ย"},
      {"हिन्दी में", "|हिन्दी|में"},
      {"부산항 신항", "|부산항|신항"},
      {"می‌خواهم", "|می‌خواهم"},
      {"COVID19 e-mail AT&T", "|COVID19|e|mail|AT|T"},
      {"", ""},
      {" … — ! ", ""},
      {"x", "|x"},
  };
  for (const Row& row : rows) EXPECT_EQ(shown(row.text), row.tokens) << row.text;
}

TEST(Tokens, KnowWhereSentencesBegin) {
  const Row rows[] = {
      {"It ended. The next began.", "|It|ended||The|next|began"},
      {"It ended.\" “The next", "|It|ended||The|next"},
      {"He said 3.5 percent. and more", "|He|said|3.5|percent|and|more"},
      {"Mr. Smith met Dr. Lee. They left!", "|Mr.|Smith|met|Dr.|Lee||They|left"},
      {"in the U.S. President and in the U.S. The talks", "|in|the|U.S.|President|and|in|the|U.S.||The|talks"},
      {"Is it? Yes! 19 ships wait", "|Is|it||Yes||19|ships|wait"},
      {"Head line\n\nfirst words", "|Head|line||first|words"},
      {"one line\nsame sentence", "|one|line|same|sentence"},
      {"港口说。预计", "|港|口|说||预|计"},
      {"वह गया। फिर आया", "|वह|गया||फिर|आया"},
      {"no. He left", "|no||He|left"},
      {"Jr., he said", "|Jr.|he|said"},
  };
  for (const Row& row : rows) EXPECT_EQ(shown(row.text), row.tokens) << row.text;
}

TEST(Tokens, CarryTheShapeOfTheirWord) {
  struct {
    std::string_view text;
    std::size_t index;
    int flags;
  } const rows[] = {
      {"Port", 0, kCapital | kSentenceStart},
      {"port", 0, kSentenceStart},
      {"the WHO", 1, kCapital | kAllCaps},
      {"the U.S. is", 1, kCapital | kAllCaps | kAbbreviation},
      {"an iPhone", 1, kCamel},
      {"a McDonald", 1, kCapital | kCamel},
      {"in 2026", 1, kDigit},
      {"G7 met", 0, kCapital | kDigit | kSentenceStart},
      {"Xi's", 1, kJoined | kPossessive},
      {"Xi’s", 1, kJoined | kPossessive},
      {"e-s", 1, kJoined},
      {"US-China", 1, kCapital | kJoined},
      {"US - China", 1, kCapital},
      {"海港", 1, kIdeographic | kJoined},
      {"قناة السويس", 1, 0},
      {"İstanbul", 0, kCapital | kSentenceStart},
  };
  for (const auto& row : rows) {
    const auto tokens = tokens_of(row.text);
    ASSERT_LT(row.index, tokens.size()) << row.text;
    EXPECT_EQ(tokens[row.index].flags, row.flags) << row.text;
  }
}

TEST(Tokens, FoldTheirHash) {
  const std::pair<std::string_view, std::string_view> same[] = {
      {"Straße", "STRASSE"}, {"Ärzte", "ärzte"}, {"U.S.", "us"}, {"Jr.", "JR"}, {"ﬁnd", "find"}, {"Москва", "МОСКВА"},
       {"１２", "12"},
  };
  for (const auto& [one, other] : same) EXPECT_EQ(token_hash(one), token_hash(other)) << one;
  EXPECT_NE(token_hash("3.5"), token_hash("35"));
  EXPECT_NE(token_hash("Wien"), token_hash("Weine"));
}

TEST(Tokens, CountSentencesThroughFields) {
  std::pmr::vector<Token> tokens;
  const std::uint32_t free = tokenize("A head. Line", Field::headline, 0, tokens);
  EXPECT_EQ(free, 2U);
  EXPECT_EQ(tokenize("One. Two.", Field::body, free, tokens), 4U);
  EXPECT_EQ(tokens.back().sentence, 3U);
  EXPECT_EQ(tokens.back().field, Field::body);
  EXPECT_EQ(tokenize(" - ", Field::body, 4, tokens), 4U);
}

// Whatever the text: ascending, apart, every letter and digit covered, hashes as a look-up gives them.
TEST(Tokens, CoverEveryLetterOfAnyText) {
  const std::vector<std::string_view> pieces = {
      "a",  "B", "s",  "U",  "Dr", "no", "The", "ß", "é", "e\u0301", "7", "３", "上", "ン", "ท", "ี", "ह", "ि", "ن",
      "\u200C", "\u200D", ".",
      ".",  ",", "'", "’", "-", " ", "\n", "\n\n", "!", "。", "\"", "@", "½", "😀", "٣", "İ", "K", "ǅ", "\u0301",
  };
  std::mt19937 random(20261124);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0, n = static_cast<int>(random() % 24); i < n; ++i) text += pieces[random() % pieces.size()];
    const auto tokens = tokens_of(text);
    std::size_t at = 0;
    std::uint32_t sentence = 0;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
      const std::size_t begin = i < tokens.size() ? tokens[i].begin : text.size();
      ASSERT_GE(begin, at) << text;
      for (std::size_t gap = at; gap < begin;) {
        const char32_t c = next(text, gap);
        ASSERT_FALSE(is_letter(c) || is_digit(c)) << text;
      }
      if (i == tokens.size()) break;
      ASSERT_GT(tokens[i].end, tokens[i].begin) << text;
      ASSERT_TRUE(tokens[i].sentence == sentence || tokens[i].sentence == sentence + 1) << text;
      sentence = tokens[i].sentence;
      ASSERT_EQ(tokens[i].hash, token_hash(word(text, tokens[i]))) << text << " at " << tokens[i].begin;
      at = tokens[i].end;
    }
  }
}

}  // namespace
}  // namespace newsmill::text
