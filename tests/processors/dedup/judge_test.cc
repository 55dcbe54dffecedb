#include "processors/dedup/judge.h"

#include <gtest/gtest.h>


#include "tests/processors/dedup/texts.h"

namespace newsmill::dedup {
namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::uint32_t kRuns = 40;  // seeds of every statistical row

/// Words [from, to) of a text.
std::string part(const std::vector<std::string>& words, std::size_t from, std::size_t to) {
  return joined({words.begin() + static_cast<std::ptrdiff_t>(from), words.begin() + static_cast<std::ptrdiff_t>(to)});
}

struct Tally {
  std::uint32_t found = 0, as_expected = 0;
  double similarity = 0;
};

/// How often copies made by `change` are found, and with this relation.
template <class Change>
Tally tally(std::size_t words, Relation relation, Change change) {
  Tally tally;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    const auto text = made_words(words, 100 + seed);
    const auto match = judged(print_of({"A headline", change(text, seed)}), print_of({"A headline", joined(text)}));
    tally.found += match.has_value();
    tally.as_expected += match && match->relation == relation;
    if (match) tally.similarity += match->similarity / kRuns;
  }
  return tally;
}

TEST(Judge, TheSameWordsAreExact) {
  const std::string body = prose(200, 1);
  const auto match = judged(print_of({"Other headline, other site", "  " + body + "!", "other.example"}),
                            print_of({"Headline", body}));
  ASSERT_TRUE(match);
  EXPECT_EQ(match->relation, Relation::exact);
  EXPECT_EQ(match->similarity, 1);
}

TEST(Judge, DifferentTextsAreNoCopies) {
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    const Fingerprint one = print_of({"H", prose(300, 500 + seed)}), other = print_of({"H", prose(300, 900 + seed)});
    EXPECT_EQ(shared_keys(one, other), 0u);
    for (const std::uint32_t keys : {1u, 2u, 11u})
      EXPECT_FALSE(judge(other, one, {keys, 0, 1})) << "even with keys in common";
  }
}

TEST(Judge, FindsCopiesThatWereCut) {
  struct Row { std::size_t percent; std::uint32_t found, subset; };
  for (const Row& row : {Row{70, 40, 0}, Row{50, 39, 39}, Row{30, 38, 38}}) {
    const Tally cut = tally(400, Relation::subset,
                            [&](const auto& text, auto) { return part(text, 0, text.size() * row.percent / 100); });
    EXPECT_GE(cut.found, row.found) << row.percent << " % left";
    EXPECT_GE(cut.as_expected, row.subset) << row.percent << " % left; above 70 % it is near";
    EXPECT_GT(cut.similarity, 0.8) << row.percent << " % left";
  }
}

TEST(Judge, KnowsWhichTextIsTheLonger) {
  const auto text = made_words(400, 2);
  const Fingerprint whole = print_of({"H", joined(text)}), half = print_of({"H", part(text, 0, 200)});
  EXPECT_EQ(judged(half, whole)->relation, Relation::subset);
  EXPECT_EQ(judged(whole, half)->relation, Relation::superset);
}

TEST(Judge, FindsCopiesThatWereChanged) {
  const Tally doubled =
      tally(200, Relation::near, [](const auto& text, auto) { return joined(text) + "\n\n" + joined(text); });
  EXPECT_EQ(doubled.as_expected, kRuns) << "pasted twice";
  const Tally paragraph = tally(400, Relation::near, [](const auto& text, auto seed) {
    return part(text, 0, 200) + "\n\n" + prose(60, 7000 + seed) + "\n\n" + part(text, 200, 400);
  });
  EXPECT_EQ(paragraph.found, kRuns) << "a paragraph of somebody else";
  const Tally intro = tally(400, Relation::subset, [](const auto& text, auto seed) {
    return prose(40, 8000 + seed) + " " + part(text, 120, 400);
  });
  EXPECT_EQ(intro.found, kRuns) << "another start";
  const Tally shuffled = tally(400, Relation::near, [](const auto& text, auto) {
    return part(text, 300, 400) + ". " + part(text, 100, 300) + ". " + part(text, 0, 100);
  });
  EXPECT_EQ(shuffled.as_expected, kRuns) << "paragraphs in another order";
  const Tally edited = tally(400, Relation::near, [](auto text, auto seed) {
    for (std::size_t i = 10 + seed % 10; i < text.size(); i += 20) text[i] = "other";
    return joined(text);
  });
  EXPECT_GE(edited.found, kRuns - 1) << "5 % of the words replaced";
}

TEST(Judge, DoesNotSeeThroughATextInOtherWords) {
  const Tally replaced = tally(400, Relation::near, [](auto text, auto) {
    for (std::size_t i = 0; i < text.size(); i += 4) text[i] = "other";
    return joined(text);
  });
  EXPECT_LE(replaced.found, 2u) << "every fourth word replaced: the limit that docs/dedup.md states";
}

TEST(Judge, FindsCopiesInScriptsWithoutSpaces) {
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    const std::string text = han(600, 40 + seed);
    const Fingerprint whole = print_of({"标题", text});
    const auto cut = judged(print_of({"另一个标题", text.substr(0, 300 * 3)}), whole);
    ASSERT_TRUE(cut) << seed;
    EXPECT_EQ(cut->relation, Relation::subset);
    EXPECT_FALSE(judged(print_of({"标题", han(600, 900 + seed)}), whole));
  }
}

/// A notice as markets send them every day, with numbers in it.
std::string notice(int base, const std::string& tail = "") {
  std::string text =
      "The central bank of the islands said on the morning of the day that it had set the reference rate for ";
  text +=
      "loans to banks at " + std::to_string(base) + ".25 percent, the rate for deposits at " + std::to_string(base + 1);
  text +=
      ".75 percent and the volume of the auction at " + std::to_string(base + 370) + " million crowns. It had lent ";
  text += std::to_string(base + 811) + " million crowns on the day before, when banks had asked for " +
          std::to_string(base + 955);
  return text + " million. The next auction takes place at the same hour in the hall of the bank, as always." + tail;
}

TEST(Judge, TellsTwoNoticesOfOneTemplateApart) {
  const Fingerprint monday = print_of({"Bank sets rates", notice(2)});
  EXPECT_FALSE(judge(print_of({"Bank sets rates", notice(3)}), monday, {8, 0, 1}));
  EXPECT_FALSE(judge(print_of({"Bank sets rates", notice(3), "other.example"}), monday, {8, 0, 1}))
      << "from another source";
  EXPECT_TRUE(judged(print_of({"Bank sets rates", notice(2, " The bank gave no comment.")}), monday));
}

TEST(Judge, ANumberMayDifferInALongText) {
  const auto text = made_words(300, 3);
  const std::string before = part(text, 0, 150), after = part(text, 150, 300);
  const Fingerprint one = print_of({"H", before + " 14 people " + after});
  EXPECT_TRUE(judged(print_of({"H", before + " 17 people " + after}), one)) << "300 words, one number";
  const auto brief = made_words(60, 4);
  EXPECT_FALSE(judged(print_of({"H", part(brief, 0, 30) + " 17 people " + part(brief, 30, 60)}),
                      print_of({"H", part(brief, 0, 30) + " 14 people " + part(brief, 30, 60)})))
      << "60 words, one number";
}

TEST(Judge, UnderAnotherHeadlineOfOneSourceEveryNumberCounts) {
  const auto text = made_words(300, 15);
  const auto grant = [&](const char* sum) { return part(text, 0, 20) + " " + sum + " dollars " + part(text, 20, 300); };
  const Fingerprint one = print_of({"Grant for Northville", grant("89,249")});
  EXPECT_FALSE(judged(print_of({"Grant for Southville", grant("55,706")}), one)) << "one template, two grants";
  EXPECT_TRUE(judged(print_of({"Grant for Northville", grant("55,706")}), one)) << "mended";
  EXPECT_TRUE(judged(print_of({"Northville gets a grant", grant("55,706"), "other.example"}), one))
      << "mended elsewhere";
  EXPECT_TRUE(judged(print_of({"Northville gets a grant", grant("89,249") + " More follows."}), one));
}

TEST(Judge, InACorrectionNumbersMayDiffer) {
  const auto body = [](const char* rate, const char* volume) {
    return std::string("The bank set the reference rate for loans at ") + rate +
           " percent at noon, the rate for deposits at 1.75 percent and the volume of the auction at " + volume +
           " million crowns. The next auction takes place at the same hour, the bank said, as it has always done.";
  };
  const Fingerprint wrong = print_of({"Reference rates", body("2.25", "370")});
  const Fingerprint right = print_of({"CORRECTED-Reference rates", body("2.35", "370")});
  EXPECT_TRUE(judge(right, wrong, {8, kHour, 1}));
  EXPECT_TRUE(judge(right, wrong, {8, kHour, 5})) << "in a series too";
  Fingerprint silent = right;
  silent.correction = false;
  EXPECT_FALSE(judge(silent, wrong, {8, kHour, 1})) << "it has to say so";
  EXPECT_FALSE(judge(right, wrong, {8, 49 * kHour, 1})) << "two days later it corrects something else";
  EXPECT_FALSE(judge(wrong, right, {8, kHour, 1})) << "and the later one has to";
  Fingerprint other_day = right;
  other_day.sketch.numbers = wrong.sketch.numbers << 1 & ~wrong.sketch.numbers;
  EXPECT_FALSE(judge(other_day, wrong, {8, kHour, 1})) << "it corrects another notice of that template";
}

TEST(Judge, InASeriesOnlyTheSameTextIsACopy) {
  const Fingerprint first = print_of({"Rates on 3 March", notice(2)});
  const Fingerprint again = print_of({"Rates on 4 March", notice(2) + " Quiet."});
  const Fingerprint changed = print_of({"Rates on 4 March", notice(2) + " " + prose(40, 5)});
  EXPECT_TRUE(judge(changed, first, {6, 24 * kHour, 2})) << "two days are no series";
  Fingerprint other_number = again;
  other_number.sketch.numbers.flip(0);
  EXPECT_TRUE(judge(other_number, first, {6, 24 * kHour, 2}));
  EXPECT_FALSE(judge(other_number, first, {6, 24 * kHour, 3})) << "one number is another";
  EXPECT_TRUE(judge(again, first, {8, 24 * kHour, 3})) << "all of it is in there, and all numbers";
  other_number.source = 1;
  EXPECT_TRUE(judge(other_number, first, {6, 24 * kHour, 3})) << "of another source: a copy";
}

TEST(Judge, ShortTextsMustBeNearlyTheSame) {
  const auto text = made_words(28, 6);
  const Fingerprint one = print_of({"H", joined(text)});
  auto edited = text;
  edited[14] = "other";
  EXPECT_TRUE(judged(print_of({"H", joined(edited)}), one));
  for (const std::size_t i : {4u, 9u, 20u, 25u}) edited[i] = "another";
  EXPECT_FALSE(judge(print_of({"H", joined(edited)}), one, {1, 0, 1}));
  EXPECT_FALSE(judge(print_of({"H", joined(text) + " more"}), one, {8, 49 * kHour, 1})) << "two days apart";
}

TEST(Judge, TheStartOfALongerTextMayBeShort) {
  const Tally lead = tally(110, Relation::subset, [](const auto& text, auto) { return part(text, 0, 35); });
  EXPECT_GE(lead.as_expected, kRuns * 3 / 4);
  const auto text = made_words(110, 14);
  const Fingerprint whole = print_of({"H", joined(text)}), start = print_of({"H", part(text, 0, 35)});
  ASSERT_GE(shared_keys(start, whole), 2u);
  EXPECT_TRUE(judge(start, whole, {2, 0, 1}));
  EXPECT_FALSE(judge(start, whole, {1, 0, 1})) << "one key may be an idiom";
}

TEST(Judge, TheSameShortNoticeOfOneSourceReturns) {
  const std::string body = prose(50, 7);
  const Fingerprint first = print_of({"Market holiday", body});
  EXPECT_TRUE(judge(first, first, {9, 71 * kHour, 1}));
  EXPECT_FALSE(judge(first, first, {9, 73 * kHour, 1})) << "another holiday";
  EXPECT_TRUE(judge(print_of({"Market holiday", body, "other.example"}), first, {9, 73 * kHour, 1}));
  const Fingerprint report = print_of({"Report", prose(80, 8)});
  EXPECT_TRUE(judge(report, report, {9, 73 * kHour, 1})) << "60 words and more are a text of its own";
}

TEST(Judge, OfVeryUnequalTextsKeysDecide) {
  const auto text = made_words(2000, 9);
  const Fingerprint whole = print_of({"H", joined(text)}), lead = print_of({"H", part(text, 0, 200)});
  ASSERT_GE(shared_keys(lead, whole), 3u);
  EXPECT_EQ(judged(lead, whole)->relation, Relation::subset);
  Fingerprint blurred = lead;  // no slot of the min-hash by luck
  for (std::size_t i = 0; i < blurred.sketch.min_hash.size(); ++i)
    blurred.sketch.min_hash[i] = static_cast<std::uint8_t>(~whole.sketch.min_hash[i]);
  EXPECT_TRUE(judge(blurred, whole, {3, 0, 1}));
  EXPECT_FALSE(judge(blurred, whole, {2, 0, 1}));
  Fingerprint longer = blurred;  // where the min-hash says something, it may not deny everything
  longer.sketch.shingles = static_cast<std::uint16_t>(whole.sketch.shingles * 3 / 10);
  EXPECT_FALSE(judge(longer, whole, {3, 0, 1}));
}

TEST(Judge, OneKeyAloneNeedsMoreInCommon) {
  // 68 % of the shorter text are in the other one.
  std::uint32_t one_key = 0, two_keys = 0;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    const auto text = made_words(300, 300 + seed);
    const Fingerprint first = print_of({"H", joined(text)});
    const Fingerprint second = print_of({"H", part(text, 0, 200) + " " + prose(94, 4000 + seed)});
    one_key += judge(second, first, {1, 0, 1}).has_value();
    two_keys += judge(second, first, {2, 0, 1}).has_value();
  }
  EXPECT_GT(two_keys, one_key + 5);
}

TEST(Judge, NothingIsNoCopyOfNothing) {
  const Fingerprint empty = print_of({"", ""}), word = print_of({"", "Yes."});
  EXPECT_FALSE(judge(empty, empty, {0, 0, 1}));
  EXPECT_FALSE(judge(word, empty, {1, 0, 1}));
  EXPECT_EQ(judge(word, word, {1, 0, 1})->relation, Relation::exact);
  EXPECT_FALSE(judge(print_of({"", "No."}), word, {1, 0, 1}));
  EXPECT_FALSE(judge(print_of({"H", prose(300, 10)}), word, {1, 0, 1}));
}

TEST(Judge, SimilarityIsBetweenNoughtAndOne) {
  std::uint32_t matches = 0;
  for (std::uint32_t seed = 0; seed < kRuns; ++seed) {
    const auto text = made_words(50 + seed * 20, 11 + seed);
    const auto match = judge(print_of({"H", part(text, 0, 40 + seed * 10)}), print_of({"H", joined(text)}), {4, 0, 1});
    if (!match) continue;
    ++matches;
    EXPECT_GE(match->similarity, 0);
    EXPECT_LE(match->similarity, 1);
  }
  EXPECT_GT(matches, kRuns / 2);
}

}  // namespace
}  // namespace newsmill::dedup
