#include "processors/encode/story.h"

#include <gtest/gtest.h>

#include <limits>

#include "processors/core/batch.h"
#include "processors/encode/encode.h"
#include "tests/support/work.h"

namespace newsmill::encode {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

ArticleId id(char c) { return article_id(sha256(std::string_view(&c, 1))); }

Verdict longest() {
  Verdict verdict{.relation = Relation::withdrawn, .story = id('s'), .since_ms = 253'402'300'799'999,
                  .canonical = id('c'), .similarity = 0.99994f, .related = {}, .related_count = Verdict::kRelated};
  verdict.related.fill(id('r'));
  return verdict;
}

TEST(Story, OfTheFirstMemberHasNothingToCompareWith) {
  Verdict verdict;
  verdict.story = id('s');
  verdict.since_ms = 1'772'000'000'000;
  EXPECT_EQ(story_json(verdict), R"({"id":")" + uuid(id('s')) +
                                     R"(","since":"2026-02-25T06:13:20Z","relation":"original","canonical":null,)"
                                     R"("similarity":null,"related":[]})");
}

TEST(Story, NamesWhatItWasMatchedWithAndTheOtherStories) {
  Verdict verdict = longest();
  verdict.relation = Relation::subset;
  verdict.since_ms = 0;
  verdict.similarity = 0.8249f;
  verdict.related_count = 2;
  const std::string r = uuid(id('r'));
  EXPECT_EQ(story_json(verdict), R"({"id":")" + uuid(id('s')) +
                                     R"(","since":"1970-01-01T00:00:00Z","relation":"subset","canonical":")" +
                                     uuid(id('c')) + R"(","similarity":0.8249,"related":[")" + r + R"(",")" + r + R"("]})");
}

TEST(Story, IsJsonWhateverStandsInTheLog) {
  Verdict verdict = longest();
  verdict.since_ms = std::numeric_limits<std::int64_t>::max();
  verdict.similarity = std::numeric_limits<float>::quiet_NaN();
  verdict.related_count = 255;
  const std::string json = story_json(verdict);
  EXPECT_NE(json.find(R"("since":"9999-12-31T23:59:59)"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("similarity":null,)"), std::string::npos) << json;
  EXPECT_LE(json.size(), kMaxStoryBytes);
  verdict.since_ms = std::numeric_limits<std::int64_t>::min();
  verdict.similarity = std::numeric_limits<float>::infinity();
  EXPECT_NE(story_json(verdict).find(R"("since":"1970-01-01T00:00:00Z")"), std::string::npos);
  EXPECT_NE(story_json(verdict).find(R"("similarity":1,)"), std::string::npos) << story_json(verdict);
}

TEST(Story, IsNeverLongerThanWhatTheSizeChecksReserve) {
  EXPECT_LE(story_json(longest()).size(), kMaxStoryBytes);
  EXPECT_GT(story_json(longest()).size(), kMaxStoryBytes - 40) << "and little is reserved in vain";
  Output output;
  output.value = "x null";
  output.story_at = 2;
  fill_story(output, longest());
  std::size_t bytes = 0;
  for (const auto& [name, value] : output.headers) bytes += name.size() + value.size();
  EXPECT_LE(bytes, kMaxStoryHeaderBytes);
}

TEST(Story, FillsTheGapThatTheEncoderLeavesForAnArticleWithAFingerprint) {
  for (const bool sketched : {true, false}) {
    Batch batch;
    Message message;
    message.topic = "raw";
    message.value = "bytes";
    Article& article = batch.add(message).article;
    article.id = id('a');
    article.headline = R"(a "story":null b)";  // escaped in the record, so it is no gap
    if (sketched) article.fingerprint.emplace();
    test::Work work;
    ASSERT_TRUE(make({}, {})->process(article, work.scratch));
    const std::string before = article.output.value;
    const std::size_t at = before.find(R"("story":null,"entities")");
    ASSERT_NE(at, std::string::npos);
    if (!sketched) {
      EXPECT_EQ(article.output.story_at, 0u);
      continue;
    }
    ASSERT_EQ(article.output.story_at, at + 8);
    const Headers headers = article.output.headers;
    fill_story(article.output, longest());
    EXPECT_EQ(article.output.value, before.substr(0, at + 8) + story_json(longest()) + before.substr(at + 12));
    EXPECT_EQ(article.output.story_at, 0u);
    const Headers added(article.output.headers.begin() + std::ssize(headers), article.output.headers.end());
    EXPECT_EQ(added, (Headers{{"newsmill-story", uuid(id('s'))}, {"newsmill-relation", "withdrawn"}}));
  }
}

TEST(Story, IsReservedInTheSizeOfARecord) {
  Batch batch;
  Message message;
  message.topic = "raw";
  message.value = "bytes";
  Article& article = batch.add(message).article;
  article.fingerprint.emplace();
  test::Work first;
  ASSERT_TRUE(make({}, {})->process(article, first.scratch));
  const std::size_t size = article.output.value.size();
  for (const bool fits : {true, false}) {
    config::Settings settings;
    settings.output.max_bytes = size + kMaxStoryBytes - (fits ? 0 : 1);
    test::Work work;
    const Status status = make(settings, {})->process(article, work.scratch);
    EXPECT_EQ(status.has_value(), fits);
  }
}

}  // namespace
}  // namespace newsmill::encode
