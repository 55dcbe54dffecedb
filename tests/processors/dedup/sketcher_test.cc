#include "processors/dedup/sketcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "processors/index/min_hash.h"
#include "tests/processors/dedup/texts.h"

namespace newsmill::dedup {
namespace {

Sketch sketch_of(const std::string& text) {
  std::pmr::vector<text::Token> tokens;
  text::tokenize(text, text::Field::body, 0, tokens);
  return Sketcher().sketch(tokens);
}

TEST(Sketcher, CountsWordsAndDistinctShingles) {
  const Sketch sketch = sketch_of(prose(200, 1));
  EXPECT_EQ(sketch.tokens, 200);
  EXPECT_EQ(sketch.shingles, 198);
  EXPECT_GT(sketch.key_count, Sketch::kBodyKeys) << "those of the first 40 words come on top";
  const std::set<std::uint32_t> distinct(sketch.keys.begin(), sketch.keys.begin() + sketch.key_count);
  EXPECT_EQ(distinct.size(), sketch.key_count);
}

TEST(Sketcher, KnowsNeitherCaseNorPunctuationNorParagraphs) {
  EXPECT_EQ(sketch_of("The harbour's cranes stood still on Monday, the port said. Nobody was hurt."),
            sketch_of("THE HARBOUR’S CRANES\n\nstood still on “Monday”; the port said! Nobody was hurt…"));
}

TEST(Sketcher, GivesShortTextsFewKeys) {
  struct Row { std::size_t words, keys, shingles; };
  for (const Row& row : {Row{0, 0, 0}, Row{1, 1, 0}, Row{2, 1, 0}, Row{3, 1, 1}, Row{7, 1, 5}, Row{8, 1, 6},
                         Row{9, 2, 7}, Row{15, 8, 13}}) {
    const Sketch sketch = sketch_of(prose(row.words, 2));
    EXPECT_EQ(sketch.tokens, row.words);
    EXPECT_EQ(sketch.key_count, row.keys) << row.words << " words; lead and body are the same and no key stands twice";
    EXPECT_EQ(sketch.shingles, row.shingles) << row.words << " words";
  }
}

TEST(Sketcher, ALetterWithoutSpacesIsHalfAWord) {
  const Sketch sketch = sketch_of(han(200, 3));
  EXPECT_EQ(sketch.tokens, 100);
  EXPECT_EQ(sketch.shingles, 195) << "of 6 letters";
  EXPECT_GE(sketch.key_count, Sketch::kBodyKeys);
  EXPECT_EQ(sketch_of(han(15, 3)).key_count, 1) << "16 letters are 8 words; less is one key of all";
}

TEST(Sketcher, ATextThatStandsTwiceIsTheSameSet) {
  const std::string text = prose(120, 4);
  const Sketch once = sketch_of(text), twice = sketch_of(text + "\n\n" + text);
  EXPECT_GE(index::jaccard(once.min_hash, twice.min_hash), 0.9) << "but for the shingles across the seam";
  EXPECT_LE(twice.shingles - once.shingles, 2);
  EXPECT_EQ(twice.tokens, 240);
}

TEST(Sketcher, OneWordAMillionTimesIsOneShingle) {
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "buffalo ";
  const Sketch sketch = sketch_of(text);
  EXPECT_EQ(sketch.shingles, 1);
  EXPECT_EQ(sketch.key_count, 1);
  EXPECT_EQ(sketch.tokens, Sketcher::kMostTokens) << "more words are not looked at";
}

TEST(Sketcher, MarksNumbersWrittenInDigitsAndWords) {
  const auto bits = [](const char* text) { return sketch_of(text).numbers.count(); };
  EXPECT_EQ(bits("no figures in this one"), 0u);
  EXPECT_EQ(bits("The bank lent 1,900.5 million in March"), 3u) << "1,900.5 · million · March";
  EXPECT_EQ(bits("they march and may come"), 0u) << "verbs in lower case";
  EXPECT_EQ(bits("am 3. Oktober kamen zwei Schiffe"), 3u);
  EXPECT_EQ(bits("三百人到达"), 2u);
  EXPECT_EQ(bits("на 12 марта"), 2u);
  EXPECT_NE(sketch_of("rose 2.5 percent").numbers, sketch_of("rose 2.6 percent").numbers);
}

TEST(Sketcher, LeavesNothingOfTheTextBefore) {
  Sketcher sketcher;
  std::pmr::vector<text::Token> one, two;
  text::tokenize(prose(300, 5), text::Field::body, 0, one);
  text::tokenize(prose(50, 6), text::Field::body, 0, two);
  const Sketch alone = sketcher.sketch(two);
  (void)sketcher.sketch(one);
  EXPECT_EQ(sketcher.sketch(two), alone);
}

}  // namespace
}  // namespace newsmill::dedup
