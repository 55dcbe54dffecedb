// What a stream may do to the referee by its mass, with texts as they are.
#include <gtest/gtest.h>

#include <set>

#include "processors/dedup/live_articles.h"
#include "processors/dedup/referee.h"
#include "tests/processors/dedup/texts.h"

namespace newsmill::dedup {
namespace {

constexpr std::size_t kFlood = 10'000;
constexpr std::size_t kMostCandidates = Sketch::kKeys * index::BucketTable::kEntries;

/// Every article another one, for a referee whose clock stands still.
class Stream {
 public:
  Verdict take(Fingerprint print) {
    print.article = article_id(sha256(std::to_string(offset_)));
    print.delivery.offset = offset_;
    print.arrival_ms = offset_;
    referee_.apply(FingerprintMessage{print, 0, 0}, offset_, 0);
    Referee::Decision decision = referee_.decide(std::vector{offset_});
    EXPECT_EQ(decision.verdicts.size(), 1u);
    const Verdict verdict = decision.verdicts.at(0).verdict;
    referee_.apply(VerdictsMessage{std::move(decision.verdicts), 0}, offset_, 0);
    ++offset_;
    return verdict;
  }
  const Referee& referee() const { return referee_; }

 private:
  Referee referee_{{.articles = 20'000, .still_clock = true}};
  LogOffset offset_ = 0;
};

TEST(Mass, OfOneTextIsOneStory) {
  Stream stream;
  const Fingerprint print = print_of({"A text that everybody prints", prose(200, 1)});
  const Verdict first = stream.take(print);
  EXPECT_EQ(first.relation, Relation::original);
  for (std::size_t i = 1; i < kFlood; ++i) {
    const Verdict verdict = stream.take(print);
    ASSERT_EQ(verdict.relation, Relation::exact) << i;
    ASSERT_EQ(verdict.story, first.story) << i;
  }
  EXPECT_EQ(stream.referee().stories(), 1u);
}

/// A notice that one source sends for every place that it knows.
std::string station(std::size_t number) {
  const std::string n = std::to_string(1000 + number);
  return "The weather service gives for the station " + n + " a high of " + std::to_string(number % 31) + "." +
         std::to_string(number % 7) + " degrees, a low of " + std::to_string(number % 17) + "." +
         std::to_string(number % 9) + " degrees and " + std::to_string(number % 90) + "." +
         std::to_string(number % 11) + " millimetres of rain in the night. The wind comes from the north with " +
         std::to_string(number % 101) + " kilometres an hour, in gusts with " + std::to_string(200 + number % 97) +
         ". The service measures every hour at this station and gives its figures to all who ask for them.";
}

TEST(Mass, OfOneTemplateStaysApartAndBounded) {
  Stream stream;
  LiveArticles articles(20'000);
  std::size_t joined = 0, most = 0;
  for (std::size_t i = 0; i < kFlood; ++i) {
    const Fingerprint print = print_of({"Weather at station " + std::to_string(i), station(i)});
    joined += stream.take(print).canonical.has_value();
    const std::uint32_t sequence = articles.add(print, static_cast<LogOffset>(i), 0, 0, false, true);
    std::size_t candidates = 0;
    articles.visit_sharing(articles.at(sequence), [&](std::uint32_t) { ++candidates; });
    most = std::max(most, candidates);
  }
  EXPECT_GT(most, 50u) << "the flood is one: its notices share keys";
  EXPECT_LE(most, kMostCandidates);
  EXPECT_LT(joined, kFlood / 50) << "the numbers tell them apart";
}

TEST(Mass, OfNothingOpensNoStoryForOthers) {
  Stream stream;
  for (const char* body : {"", "Yes.", "…", "a a a a a a a"}) {
    for (int i = 0; i < 100; ++i) {
      const Verdict verdict = stream.take(print_of({"", body}));
      ASSERT_EQ(verdict.relation, Relation::unchecked) << body;
    }
  }
}

TEST(Mass, OfTextsWithOneWordIsNoStory) {
  // A million times the same word has one key like any text: it joins its like and nothing else.
  Stream stream;
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "spam ";
  const Fingerprint spam = print_of({"Spam", text});
  const Verdict first = stream.take(spam);
  EXPECT_EQ(stream.take(spam).story, first.story);
  EXPECT_EQ(stream.take(print_of({"Other", prose(300, 2) + " spam spam spam spam spam spam spam spam spam"})).relation,
            Relation::original);
}

}  // namespace
}  // namespace newsmill::dedup
