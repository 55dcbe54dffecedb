#include "processors/normalize/tail_lines.h"

#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "processors/normalize/paragraphs.h"

namespace newsmill::normalize {
namespace {

const Lexicons& lexicons() {
  static config::Diagnostics diagnostics;
  static const Lexicons all = [] {
    const std::vector<config::Document> documents{config::Document::parse("xx.yaml",
        "language: xx\n"
        "rows:\n"
        "  - {id: rights, place: tail, kind: rights, match: \"all rights reserved.\"}\n"
        "  - {id: credit, place: tail, kind: credit, match: \"<names> contributed.\"}\n"
        "  - {id: ad, place: any, kind: advertisement, match: \"advertisement\"}\n"
        "  - {id: wall, place: any, kind: wall, match: \"please enable javascript.\"}\n"
        "  - {id: notebook, place: tail, kind: notice, rest: true, match: \"not for publication\"}\n", diagnostics)};
    return Lexicons::read(documents, diagnostics);
  }();
  return all;
}

struct Outcome {
  std::string body;
  std::vector<std::string> taken;  ///< "id paragraphs chars"
  std::size_t walls;
};

Outcome strip(const std::string& text) {
  static std::pmr::monotonic_buffer_resource arena;
  Draft draft(&arena);
  Budget budget;
  EXPECT_TRUE(split_paragraphs(text, draft, arena, budget));
  LineMatcher matcher(lexicons());
  TakenLines taken(&arena);
  take_inserts(draft, matcher, taken);
  take_tail(draft, matcher, taken);
  Outcome outcome{{}, {}, taken.walls};
  for (std::size_t i = 0; i < draft.size(); ++i) outcome.body += (i == 0 ? "" : "\n\n") + std::string(draft[i]);
  for (const TakenLine& line : taken.lines) {
    outcome.taken.push_back(std::string(line.rule) + " " + std::to_string(line.paragraphs) + " " + std::to_string(line.chars));
  }
  return outcome;
}

using Texts = std::vector<std::string>;
const std::string kP = "The harbour board met on Tuesday to hear the plans for a second ferry pier, which it wants to build in spring.";

TEST(TailLines, InsertsGoWhereverTheyStand) {
  const Outcome outcome = strip("Advertisement\n\n" + kP + "\n\nADVERTISEMENT\n\n" + kP);
  EXPECT_EQ(outcome.body, kP + "\n\n" + kP);
  EXPECT_EQ(outcome.taken, (Texts{"ad 1 13", "ad 1 13"}));
}

TEST(TailLines, LinesAtTheEndGo) {
  EXPECT_EQ(strip(kP + "\n\nAnn Lee contributed.\n\nAll rights reserved.").body, kP);
  EXPECT_EQ(strip(kP + "\n\nAll rights reserved.\n\nA last word.").body, kP + "\n\nA last word.");
}

TEST(TailLines, TheMiddleIsNotTheEnd) {
  std::string text = kP + "\n\nAll rights reserved.";
  for (int i = 0; i < 5; ++i) text += "\n\n" + kP;
  EXPECT_EQ(strip(text).body, text);
}

TEST(TailLines, ANotebookGoesToTheEnd) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += kP + "\n\n";
  const Outcome outcome = strip(text + "Not for publication\n\nAsk Ann\n\nor Bo");
  EXPECT_EQ(outcome.body + "\n\n", text);
  EXPECT_EQ(outcome.taken, (Texts{"notebook 3 31"}));
}

TEST(TailLines, AnEarlyNotebookLineTakesNothing) {
  const std::string text = "Not for publication\n\n" + kP + "\n\n" + kP;
  EXPECT_EQ(strip(text).body, text);
}

TEST(TailLines, ACountOfMissingCharactersGoes) {
  EXPECT_EQ(strip(kP + "\n\nThe fishermen… [+2140 chars]").body, kP + "\n\nThe fishermen");
  EXPECT_EQ(strip(kP + " [+some chars]").body, kP + " [+some chars]");
}

TEST(TailLines, WallsStayAndAreCounted) {
  const Outcome outcome = strip("Please enable JavaScript.\n\n" + kP);
  EXPECT_EQ(outcome.walls, 1u);
  EXPECT_EQ(outcome.body, "Please enable JavaScript.\n\n" + kP);
}

TEST(TailLines, ASecondPassFindsNothing) {
  std::string text;
  for (int i = 0; i < 12; ++i) text += kP + (i % 2 == 0 ? "\n\nAll rights reserved.\n\n" : "\n\nAnn Lee contributed.\n\n");
  const Outcome once = strip(text);
  EXPECT_FALSE(once.taken.empty());
  const Outcome twice = strip(once.body);
  EXPECT_EQ(twice.body, once.body);
  EXPECT_TRUE(twice.taken.empty());
}

}  // namespace
}  // namespace newsmill::normalize
