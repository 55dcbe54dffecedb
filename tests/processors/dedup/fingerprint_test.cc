#include "processors/dedup/fingerprint.h"

#include <gtest/gtest.h>

#include "processors/dedup/dedup.h"
#include "processors/dedup/headline.h"
#include "tests/processors/dedup/texts.h"
#include "tests/support/knowledge.h"

namespace newsmill::dedup {
namespace {

using Milliseconds = std::chrono::milliseconds;

HeadlineSigns signs(const std::string& headline) {
  std::pmr::vector<text::Token> tokens;
  text::tokenize(headline, text::Field::headline, 0, tokens);
  return read_headline(tokens);
}

TEST(Headline, SkeletonIsWhatATemplateKeeps) {
  struct Row { const char *one, *other; bool same; };
  for (const Row& row : {
           Row{"Rates at noon, 3 March", "Rates at noon, 4 April", true},
           Row{"Weather for Monday", "Weather for Tuesday", true},
           Row{"Example Corp (EXM) declares dividend of 12 cents", "Example Corp (EXN) declares dividend of 14 cents",
               true},
           Row{"FED ADDS TWO BILLION DLRS", "FED ADDS THREE BILLION DLRS", true},
           Row{"CORRECTED-Rates at noon", "Rates at noon", true},
           Row{"FED ADDS RESERVES", "FED DRAINS RESERVES", false},
           Row{"Rates at noon", "Rates at night", false},
       }) {
    EXPECT_EQ(signs(row.one).skeleton == signs(row.other).skeleton, row.same) << row.one << " / " << row.other;
  }
  EXPECT_EQ(signs("").skeleton, 0u);
  EXPECT_EQ(signs("12 March 2026").skeleton, 0u) << "nothing is left: no series";
}

TEST(Headline, SaysThatATextIsSentAgain) {
  for (const char* headline : {"CORRECTED-Port reopens after strike", "UPDATE 2-Port reopens", "RPT-Port reopens",
                               "Port reopens (corrected)", "Korrektur: Hafen öffnet", "Rectificatif - Le port rouvre",
                               "Corrección: reabre el puerto", "Исправление: порт открыт"})
    EXPECT_TRUE(signs(headline).correction) << headline;
  for (const char* headline :
       {"Port reopens after strike", "Windows gets an important security update for offices", ""})
    EXPECT_FALSE(signs(headline).correction) << headline;
}

TEST(Fingerprint, TextIsTheWordsOfTheBody) {
  const std::string body = prose(60, 1);
  const Fingerprint print = print_of({"One headline", body});
  EXPECT_EQ(print_of({"Another headline", body}).text, print.text);
  EXPECT_NE(print_of({"Another headline", body}).headline, print.headline);
  EXPECT_EQ(print_of({"ONE  headline!", body + "."}).headline, print.headline);
  EXPECT_NE(print_of({"One headline", body + " more"}).text, print.text);
  EXPECT_EQ(print_of({"", ""}).text, 0u);
  EXPECT_EQ(print_of({"", ""}).headline, 0u);
}

TEST(Fingerprint, AShortBodyCountsWithItsHeadline) {
  const std::string body = prose(12, 2);
  EXPECT_NE(print_of({"Alpha pays dividend", body}).text, print_of({"Beta pays dividend", body}).text);
  EXPECT_EQ(print_of({"Alpha pays dividend", body}).sketch.tokens, 15);
  EXPECT_EQ(print_of({"A headline alone", ""}).sketch.key_count, 1);
}

TEST(Fingerprint, OnlyAWholeArticleMayLead) {
  EXPECT_TRUE(print_of({"Headline", prose(60, 3)}).may_lead);
  EXPECT_FALSE(print_of({"", ""}).may_lead);
  EXPECT_FALSE(print_of({"Hm", "Yes."}).may_lead) << "too short to tell anything";
}

/// A delivery through the step; what the step does not read is absent.
class Step : public testing::Test {
 protected:
  Article& article(std::int64_t timestamp_ms = 1'772'000'000'000) {
    Message message;
    message.topic = "articles.raw";
    message.partition = 3;
    message.offset = 41;
    message.timestamp_ms = timestamp_ms;
    message.value = "bytes";
    message.defaults = &defaults_;
    Article& added = batch_.add(message).article;
    added.body = body_;
    added.source = "Example.com";
    text::tokenize(added.body, text::Field::body, 0, added.tokens);
    return added;
  }
  Status process(Article& of, std::uint64_t units = Budget::kUnits) {
    Budget budget(units);
    Scratch scratch{batch_.arena(), budget};
    return make(settings_, test::builtin_knowledge())->process(of, scratch);
  }
  const Fingerprint& print(Article& of) {
    EXPECT_TRUE(process(of));
    return *of.fingerprint;
  }
  static ArticleDate date(std::int64_t ms) {
    ArticleDate date;
    date.instant.utc = std::chrono::sys_time<Milliseconds>(Milliseconds(ms));
    return date;
  }

  config::Settings settings_;
  InputDefaults defaults_;
  Batch batch_;
  const std::string body_ = prose(60, 4);
};

TEST_F(Step, SaysWhereAndWhenTheArticleCameIn) {
  Article& one = article();
  one.given.version = "7";
  one.given.status = PubStatus::withheld;
  one.updated = date(5000);
  const Fingerprint& print = this->print(one);
  EXPECT_EQ(print.delivery.partition, 3);
  EXPECT_EQ(print.delivery.offset, 41);
  EXPECT_NE(print.delivery.content, 0u);
  EXPECT_NE(print.delivery.topic, 0u);
  EXPECT_EQ(print.arrival_ms, 1'772'000'000'000);
  EXPECT_EQ(print.version, 7u);
  EXPECT_EQ(print.updated_ms, 5000);
  EXPECT_EQ(print.status, Fingerprint::Status::withheld);
  EXPECT_EQ(print.article, one.id);
  EXPECT_EQ(this->print(article(-1)).arrival_ms, -1) << "a file says no time; the host decides";
}

TEST_F(Step, OnlyAPlainVersionIsANumber) {
  for (const auto& [written, version] : std::vector<std::pair<const char*, std::uint64_t>>{
           {"12", 12}, {"", 0}, {"v3", 0}, {"3b", 0}, {"-1", 0}, {"99999999999999999999999", 0}}) {
    Article& one = article();
    one.given.version = written;
    EXPECT_EQ(print(one).version, version) << written;
  }
}

TEST_F(Step, NamesTheSourceByWhatIsKnown) {
  const std::uint64_t example = print(article()).source;
  Article& other = article();
  other.source = "EXAMPLE.COM";
  EXPECT_EQ(print(other).source, example) << "case does not count";
  Article& by_url = article();
  by_url.source = {};
  by_url.url = "https://example.com/news/1";
  EXPECT_EQ(print(by_url).source, example);
  Article& by_feed = article();
  by_feed.source = {};
  by_feed.given.feed = "wire";
  EXPECT_NE(print(by_feed).source, example);
  Article& none = article();
  none.source = {};
  EXPECT_EQ(print(none).source, 0u);
}

TEST_F(Step, EmbargoedWithheldPartialAndWallsDoNotLead) {
  EXPECT_TRUE(print(article()).may_lead);
  Article& embargoed = article();
  embargoed.embargoed = date(1'772'000'000'001);
  EXPECT_FALSE(print(embargoed).may_lead);
  Article& lifted = article();
  lifted.embargoed = date(1'771'999'999'999);
  EXPECT_TRUE(print(lifted).may_lead);
  Article& unknown = article(-1);
  unknown.embargoed = date(1);
  EXPECT_FALSE(print(unknown).may_lead) << "without a time nobody knows that it is over";
  for (const PubStatus status : {PubStatus::withheld, PubStatus::canceled}) {
    Article& kept = article();
    kept.given.status = status;
    EXPECT_FALSE(print(kept).may_lead);
  }
  for (const Completeness part : {Completeness::partial, Completeness::summary, Completeness::none}) {
    Article& incomplete = article();
    incomplete.completeness = part;
    EXPECT_FALSE(print(incomplete).may_lead);
  }
  Article& wall = article();
  wall.flags.set(Flag::not_article);
  EXPECT_FALSE(print(wall).may_lead);
}

TEST_F(Step, DoesNothingWhenItIsSwitchedOff) {
  settings_.dedup.enabled = false;
  Article& one = article();
  EXPECT_TRUE(process(one, 0));
  EXPECT_FALSE(one.fingerprint);
}

TEST_F(Step, StopsAtTheBudget) {
  Article& one = article();
  const Status status = process(one, 100);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::budget);
  EXPECT_FALSE(one.fingerprint);
}

}  // namespace
}  // namespace newsmill::dedup
