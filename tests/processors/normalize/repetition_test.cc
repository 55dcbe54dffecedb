#include "processors/normalize/repetition.h"

#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "processors/normalize/paragraphs.h"

namespace newsmill::normalize {
namespace {

struct Outcome {
  std::string body;
  std::vector<Removed> removed;
  std::uint64_t spent = 0;
};

Outcome without_repetition(const std::string& text) {
  static std::pmr::monotonic_buffer_resource arena;  // keeps the views of Removed
  Draft draft(&arena);
  Budget budget;
  EXPECT_TRUE(split_paragraphs(text, draft, arena, budget));
  std::pmr::vector<Removed> removed(&arena);
  const std::uint64_t before = budget.left();
  EXPECT_TRUE(remove_repetition(draft, removed, arena, budget));
  Outcome outcome;
  outcome.spent = before - budget.left();
  for (std::size_t i = 0; i < draft.size(); ++i) {
    if (i > 0) outcome.body += "\n\n";
    outcome.body += draft[i];
  }
  outcome.removed.assign(removed.begin(), removed.end());
  return outcome;
}

const std::string kA = "The harbour board met on Tuesday to hear the plans for a second ferry pier.";
const std::string kB = "Its members asked for a new estimate of the cost before they would decide anything.";
const std::string kC = "A decision is expected in spring, when the engineers have come back from the coast.";
const std::string kBEdited = "Its members asked for a new estimate of the costs before they would decide anything.";

TEST(Repetition, TakesOutTheSecondCopyOfAText) {
  const std::string text = kA + "\n\n" + kB + "\n\n" + kC;
  for (const char* glue : {"\n\n", "\n", " ", ""}) {
    const Outcome outcome = without_repetition(text + glue + text);
    EXPECT_EQ(outcome.body, text) << "glued by '" << glue << "'";
    ASSERT_EQ(outcome.removed.size(), 1u) << "glued by '" << glue << "'";
    EXPECT_EQ(outcome.removed[0].kind, Removed::Kind::repeat);
    EXPECT_EQ(outcome.removed[0].paragraphs, 3u);
    EXPECT_EQ(outcome.removed[0].chars, kA.size() + kB.size() + kC.size());
    EXPECT_EQ(outcome.removed[0].text, (kA + "\n\n" + kB).substr(0, 80));
  }
}

TEST(Repetition, TakesAShortFirstLineThatWasGluedToTheLastOne) {
  const std::string text = "Harbour\n\n" + kA + "\n\n" + kB;
  const Outcome outcome = without_repetition(text + " " + text);
  EXPECT_EQ(outcome.body, text);
  ASSERT_EQ(outcome.removed.size(), 1u);
  EXPECT_EQ(outcome.removed[0].paragraphs, 3u);
  EXPECT_EQ(outcome.removed[0].chars, 7 + kA.size() + kB.size());
}

TEST(Repetition, TakesOutEveryFurtherCopy) {
  const std::string text = kA + "\n\n" + kB;
  EXPECT_EQ(without_repetition(text + "\n\n" + text + "\n\n" + text).body, text);
  EXPECT_EQ(without_repetition(kA + " " + kA + " " + kA).body, kA);
}

TEST(Repetition, FindsACopyBehindAHeadAndBeforeATail) {
  const std::string text = kA + "\n\n" + kB;
  EXPECT_EQ(without_repetition("Harbour\n\n" + text + "\n\n" + text + "\n\nThe end").body,
            "Harbour\n\n" + text + "\n\nThe end");
  EXPECT_EQ(without_repetition("Harbour\n\n" + kA + " " + kB + " " + kA + " " + kB + " The end").body,
            "Harbour\n\n" + kA + " " + kB + "\n\nThe end");
}

TEST(Repetition, SeesThroughCaseQuotesAndSpacing) {
  std::string shouted = kA;
  for (char& c : shouted) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(without_repetition(kA + "\n\n" + kB + "\n\n“" + shouted + "”").body, kA + "\n\n" + kB);
}

TEST(Repetition, GoesOnOverOneEditedParagraph) {
  EXPECT_EQ(without_repetition(kA + "\n\n" + kB + "\n\n" + kC + "\n\n" + kA + "\n\n" + kBEdited + "\n\n" + kC).body,
            kA + "\n\n" + kB + "\n\n" + kC);
}

// A telling paragraph was overlooked when the short line above it had a copy above the first one too.
TEST(Repetition, FindsATellingParagraphBehindALabelThatRecurs) {
  EXPECT_EQ(without_repetition("News\n\n" + kA + "\n\n" + kB + "\n\nNews\n\n" + kA + "\n\n" + kC).body,
            "News\n\n" + kA + "\n\n" + kB + "\n\nNews\n\n" + kC);
}

TEST(Repetition, KeepsHeadingsQuestionsAndPropertiesThatRecur) {
  const std::string question = "What would you say to somebody who wants to begin where you began ten years ago?";
  const std::string heading = "### How the harbour board looks for a contractor, and what it asks of the bidders";
  std::string properties;
  for (int i = 0; i < 12; ++i) properties += "Property " + std::to_string(i) + ": the same value\n\n";
  properties += "Connections: two at the side, one at the back, one below the cover of the case, one in front";
  const std::string rows[] = {
      question + "\n\n" + kA + "\n\n" + question + "\n\n" + kB,
      heading + "\n\n" + kA + "\n\n" + heading + "\n\n" + kB,
  };
  for (const std::string& row : rows) EXPECT_EQ(without_repetition(row).body, row);
  EXPECT_EQ(without_repetition(kA + "\n\n" + properties + "\n\n" + kB + "\n\n" + properties + "\n\n" + kC).removed.size(), 1u)
      << "only the line that tells something";
}

TEST(Repetition, KeepsANewParagraphBetweenRepeatedOnes) {
  const std::string news = "Meanwhile the fishermen of the island said that nobody had asked them for their view.";
  EXPECT_EQ(without_repetition(kA + "\n\n" + kB + "\n\n" + kC + "\n\n" + kA + "\n\n" + news + "\n\n" + kC).body,
            kA + "\n\n" + kB + "\n\n" + kC + "\n\n" + news);
}

TEST(Repetition, KeepsWhatRecursByNature) {
  const std::string rows[] = {
      "Read more\n\n" + kA + "\n\nRead more\n\n" + kB + "\n\nRead more",
      "- " + kA + "\n\n" + kB + "\n\n- " + kA,
      "Q: " + kA + "\n\nA: " + kB + "\n\nQ: " + kA + "\n\nA: " + kC,
      // a refrain of short lines between stanzas
      kA + "\n\nOh, the tide comes in, comes in,\n\nand the tide goes out again,\n\n" + kB +
          "\n\nOh, the tide comes in, comes in,\n\nand the tide goes out again,\n\n" + kC,
      "* * *\n\n" + kA + "\n\n* * *\n\n" + kB + "\n\n* * *",
  };
  for (const std::string& row : rows) {
    const Outcome outcome = without_repetition(row);
    EXPECT_EQ(outcome.body, row);
    EXPECT_TRUE(outcome.removed.empty());
  }
}

TEST(Repetition, ASecondPassFindsNothing) {
  const std::string text = kA + "\n\n" + kB + "\n\n" + kC + "\n\n" + kA + "\n\n" + kBEdited + "\n\n" + kC + "\n\n" + kB;
  const Outcome first = without_repetition(text);
  EXPECT_TRUE(without_repetition(first.body).removed.empty());
}

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

// Work is counted, so a quadratic step shows as a ratio and not as a slow day of the machine.
TEST(Repetition, CostsNoMoreThanALinearCount) {
  const auto numbered = [](std::size_t count, const std::string& text) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += text + std::to_string(i) + "\n";
    return all;
  };
  const auto alternating = [&](std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += kA + "\n" + std::to_string(i) + "\n" + kB + "\n";
    return all;
  };
  const std::string hostile[] = {
      times(500'000, "a\n"),
      std::string(1'000'000, 'a'),
      times(250'000, "a b "),
      times(100'000, "no more!\n"),
      times(12'000, kA + "\n"),
      times(6'000, kA + "\n" + kB + "\n"),
      alternating(5'000),
      numbered(60'000, "line ") + numbered(60'000, "line "),
      times(300, numbered(300, "x")),
  };
  for (const std::string& text : hostile) {
    const Outcome outcome = without_repetition(text);
    EXPECT_LT(outcome.spent, 60 * text.size()) << text.substr(0, 40);
  }
}

TEST(Repetition, StopsAtTheBudget) {
  std::pmr::monotonic_buffer_resource arena;
  Draft draft(&arena);
  Budget plenty, little(100);
  ASSERT_TRUE(split_paragraphs(kA + "\n" + kA, draft, arena, plenty));
  std::pmr::vector<Removed> removed(&arena);
  EXPECT_FALSE(remove_repetition(draft, removed, arena, little));
}

}  // namespace
}  // namespace newsmill::normalize
