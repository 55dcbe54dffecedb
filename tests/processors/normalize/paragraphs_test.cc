#include "processors/normalize/paragraphs.h"

#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace newsmill::normalize {
namespace {

std::vector<std::string> paragraphs(const std::string& text) {
  std::pmr::monotonic_buffer_resource arena;
  Draft draft(&arena);
  Budget budget;
  EXPECT_TRUE(split_paragraphs(text, draft, arena, budget));
  std::vector<std::string> all;
  for (std::size_t i = 0; i < draft.size(); ++i) all.emplace_back(draft[i]);
  return all;
}

using Rows = std::vector<std::string>;

TEST(Paragraphs, AreLinesWithSingleSpaces) {
  EXPECT_EQ(paragraphs("One.\nTwo  words   here.\n\n\n  Three. \n"), (Rows{"One.", "Two words here.", "Three."}));
  EXPECT_TRUE(paragraphs("").empty());
  EXPECT_TRUE(paragraphs(" \n \n").empty());
}

TEST(Paragraphs, JoinWrappedLines) {
  EXPECT_EQ(paragraphs("The bridge across the river was closed on Monday after\n"
                       "divers had found cracks in two of its piers, the town\n"
                       "said. Traffic is led over the old ford until repairs\n"
                       "are done.\n"
                       "\n"
                       "Nobody was hurt.\n"),
            (Rows{"The bridge across the river was closed on Monday after divers had found cracks in two of its "
                  "piers, the town said. Traffic is led over the old ford until repairs are done.",
                  "Nobody was hurt."}));
}

TEST(Paragraphs, AnIndentOpensAParagraphInWrappedText) {
  EXPECT_EQ(paragraphs("     The bridge across the river was closed on Monday after\n"
                       "divers had found cracks in two of its piers, the town said\n"
                       "in a statement that was read out on local radio.\n"
                       "     Traffic is led over the old ford until the repairs are\n"
                       "done, which may take weeks.\n")
                .size(),
            2u);
}

TEST(Paragraphs, PutACutWordTogether) {
  EXPECT_EQ(paragraphs("DIVERS FOUND CRACKS\n"
                       "The bridge across the wide ri¬\n"
                       "ver was closed for good on Mon¬\n"
                       "day after divers had seen well-\n"
                       "known cracks in three of those\n"
                       "piers that carry it."),
            (Rows{"DIVERS FOUND CRACKS",
                  "The bridge across the wide river was closed for good on Monday after divers had seen "
                  "well-known cracks in three of those piers that carry it."}));
}

TEST(Paragraphs, ListsVerseScoresAndHeadsStayLines) {
  const Rows rows[] = {
      {"Miami 115", "Atlanta 111", "Boston 98"},
      {"Harbour", "A long headline about the second pier of the harbour board", "By Ann Lee | harbour.example"},
      {"- apples from the valley and pears from the hill farm", "- plums that nobody wanted to buy on the market",
       "- cherries, which were gone by nine in the morning"},
      {"The tide comes in across the sand,", "it comes as it has come before,", "and takes the castles that we planned",
       "and leaves no footprint on the shore."},
  };
  for (const Rows& row : rows) {
    std::string text;
    for (const std::string& line : row) text += line + "\n";
    EXPECT_EQ(paragraphs(text), row);
  }
}

TEST(Paragraphs, AreAFixedPoint) {
  for (const std::string text : {"One.\nTwo.\n\nThree  x.", "a line that was wrapped at a column of some sixty letters or\n"
                                                            "so and goes on here, in lower case, for two more of the same\n"
                                                            "length."}) {
    const Rows once = paragraphs(text);
    std::string joined;
    for (const std::string& p : once) joined += (joined.empty() ? "" : "\n\n") + p;
    EXPECT_EQ(paragraphs(joined), once);
  }
}

}  // namespace
}  // namespace newsmill::normalize
