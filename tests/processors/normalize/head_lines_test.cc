#include "processors/normalize/head_lines.h"

#include <algorithm>
#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/builtin.h"
#include "processors/normalize/paragraphs.h"

namespace newsmill::normalize {
namespace {

const Lexicons& lexicons() {
  static config::Diagnostics diagnostics;
  static const Lexicons all = [] {
    std::vector<config::Document> documents;
    for (const config::Builtin& file : config::builtins()) {
      if (file.path.starts_with("lexicons/")) documents.push_back(config::Document::parse(std::string(file.path), std::string(file.text), diagnostics));
    }
    return Lexicons::read(documents, diagnostics);
  }();
  return all;
}

struct Outcome {
  std::string headline, kicker, subheadline, located;
  std::vector<std::string> pieces;   ///< "kind-number text"
  std::vector<std::string> removed;  ///< "rule: text"
  std::string body;                  ///< paragraphs joined by "|"
};

Outcome read(const std::string& text, const HeadGiven& given = {}) {
  static std::pmr::monotonic_buffer_resource arena;
  Draft draft(&arena);
  Budget budget;
  EXPECT_TRUE(split_paragraphs(text, draft, arena, budget));
  LineMatcher matcher(lexicons());
  Head head(&arena);
  std::pmr::vector<Removed> removed(&arena);
  read_head(draft, given, lexicons(), matcher, head, removed, arena);
  Outcome outcome{std::string(head.headline), std::string(head.kicker), std::string(head.subheadline), std::string(head.located), {}, {}, {}};
  for (const HeadPiece& piece : head.pieces) outcome.pieces.push_back(std::string(piece.rule) + ": " + std::string(piece.value));
  for (const Removed& r : removed) outcome.removed.push_back(std::string(r.rule) + ": " + std::string(r.text));
  for (std::size_t i = 0; i < draft.size(); ++i) outcome.body += (i == 0 ? "" : "|") + std::string(draft[i]);
  return outcome;
}

using Texts = std::vector<std::string>;
const std::string kBody = "The harbour board met on Tuesday to hear the plans for a second ferry pier, which it wants to build in spring.";
const std::string kMore = "Its members asked for a new estimate of the cost.";

TEST(HeadLines, KickerHeadlineAndALineOfPieces) {
  const Outcome outcome = read("Opinion Flash\nHarbour board wants a second pier\nBy Ann Lee editorial | harbour.example | Updated: 2021-12-01 09:05\n\n" + kBody + "\n\n" + kMore);
  EXPECT_EQ(outcome.kicker, "Opinion Flash");
  EXPECT_EQ(outcome.headline, "Harbour board wants a second pier");
  EXPECT_EQ(outcome.pieces, (Texts{"en.byline.role: By Ann Lee editorial", "site: harbour.example", "en.updated: 2021-12-01 09:05"}));
  EXPECT_EQ(outcome.body, kBody + "|" + kMore);
  EXPECT_TRUE(outcome.removed.empty());
}

TEST(HeadLines, ALineWithAnUnknownPieceStays) {
  const Outcome outcome = read("By Ann Lee | what remains of the day | Updated: 2021-12-01\n\n" + kBody, {"Title", ""});
  EXPECT_TRUE(outcome.pieces.empty());
  EXPECT_TRUE(outcome.body.starts_with("By Ann Lee"));
}

TEST(HeadLines, ANameIsAPieceOnlyBesideADate) {
  EXPECT_EQ(read("Ann Lee | March 3, 2021\n\n" + kBody, {"Title", ""}).pieces, (Texts{"name-and-date: Ann Lee", "en.date: March 3, 2021"}));
  EXPECT_TRUE(read("Ann Lee | Bo Li\n\n" + kBody, {"Title", ""}).pieces.empty());
}

TEST(HeadLines, EchoesOfTheHeadline) {
  const std::string title = "Harbour board wants a second pier";
  for (const std::string& line : {title, std::string("HARBOUR BOARD WANTS A SECOND PIER!"), title + " - Harbour Gazette"}) {
    const Outcome outcome = read(line + "\n\n" + kBody, {title, ""});
    EXPECT_EQ(outcome.removed, (Texts{"headline-echo: " + line}));
    EXPECT_EQ(outcome.body, kBody);
  }
  EXPECT_EQ(read(title + "\n\n" + kBody, {title + " | Harbour Gazette", ""}).removed.size(), 1u);
  EXPECT_TRUE(read(title + "s\n\n" + kBody, {title, ""}).removed.empty());
}

TEST(HeadLines, TheRubricAboveAnEcho) {
  const Outcome outcome = read("News\nHarbour\nHarbour board wants a second pier\n\n" + kBody, {"Harbour board wants a second pier", ""});
  EXPECT_EQ(outcome.kicker, "Harbour");
  EXPECT_EQ(outcome.removed, (Texts{"rubric: News", "headline-echo: Harbour board wants a second pier"}));
}

TEST(HeadLines, AHeadlineIsFoundAboveProse) {
  EXPECT_EQ(read("Harbour board wants a second pier\n\n" + kBody).headline, "Harbour board wants a second pier");
  EXPECT_EQ(read("HARBOUR BOARD WANTS\nA SECOND PIER\n\n" + kBody).headline, "HARBOUR BOARD WANTS A SECOND PIER");
  const Outcome signed_off = read("Harbour board wants a second pier\nFishermen say that nobody asked them\nBy Ann Lee\n\n" + kBody);
  EXPECT_EQ(signed_off.headline, "Harbour board wants a second pier");
  EXPECT_EQ(signed_off.subheadline, "Fishermen say that nobody asked them");
  EXPECT_EQ(signed_off.body, kBody);
}

TEST(HeadLines, NoHeadlineIsMadeUp) {
  const std::string rows[] = {
      kBody,
      kBody + "\n\n" + kMore,
      "One line alone",
      "The tide comes in\n\nThe tide goes out\n\nThe tide comes in again\n\n" + kBody,
      "Apples:\n\n" + kBody,
      "The pier was closed.\n\n" + kBody,
      "The board of the har¬\n\nbour met on Tuesday to hear the plans for a second pier, which it wants to build.",
      "- apples and pears\n\n" + kBody,
  };
  for (const std::string& row : rows) {
    EXPECT_EQ(read(row).headline, "") << row;
    EXPECT_EQ(read(row).body.size() + static_cast<std::size_t>(std::ranges::count(read(row).body, '|')), row.size()) << row;
  }
}

TEST(HeadLines, ADatelineOpensTheFirstParagraph) {
  const Outcome outcome = read("LONDON, March 3 (Reuters) - " + kBody, {"Title", ""});
  EXPECT_EQ(outcome.located, "LONDON");
  EXPECT_EQ(outcome.removed, (Texts{"agency-dateline: LONDON, March 3 (Reuters) -"}));
  EXPECT_EQ(outcome.body, kBody);
}

TEST(HeadLines, DatesMustBeDates) {
  EXPECT_TRUE(read("By 2030\n\n" + kBody, {"Title", ""}).pieces.empty());
  EXPECT_TRUE(read("3/4\n\n" + kBody, {"Title", ""}).pieces.empty());
  EXPECT_EQ(read("Aktualisiert am 3. März 2021\n\n" + kBody, {"Title", ""}).pieces, (Texts{"de.updated: am 3. März 2021"}));
  EXPECT_EQ(read("Publié le 3 mars 2021\n\n" + kBody, {"Title", ""}).pieces, (Texts{"fr.published: 3 mars 2021"}));
}

TEST(HeadLines, OnlyTheFirstLinesThatStayAreLookedAt) {
  std::string text;
  for (std::size_t i = 0; i < kHeadLines; ++i) text += kMore + "\n\n";
  EXPECT_TRUE(read(text + "By Ann Lee\n\n" + kBody, {"Title", ""}).pieces.empty());
}

TEST(HeadLines, TheLastParagraphStays) {
  EXPECT_EQ(read("By Ann Lee", {"Title", ""}).body, "By Ann Lee");
  EXPECT_EQ(read("Title", {"Title", ""}).body, "Title");
}

TEST(HeadLines, ASecondPassFindsNothing) {
  const std::string title = "Harbour board wants a second pier";
  const Outcome first = read("News\n" + title + "\nBy Ann Lee\nMarch 3, 2021\n\nLONDON (Reuters) - " + kBody + "\n\n" + kMore);
  EXPECT_EQ(first.headline, title);
  std::string again = first.body;
  for (std::size_t at = again.find('|'); at != std::string::npos; at = again.find('|', at)) again.replace(at, 1, "\n\n");
  const Outcome second = read(again, {title, ""});
  EXPECT_EQ(second.body, first.body);
  EXPECT_TRUE(second.pieces.empty());
  EXPECT_TRUE(second.removed.empty());
}

}  // namespace
}  // namespace newsmill::normalize
