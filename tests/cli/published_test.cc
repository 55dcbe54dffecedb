#include "cli/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "consumer/files.h"
#include "processors/catalogue.h"
#include "processors/core/batch.h"
#include "processors/encode/story.h"
#include "tests/support/data_folder.h"
#include "tests/support/knowledge.h"

namespace newsmill::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kArrival = 1'772'000'000'123;

/// The whole chain over one article in the plain shape, as `run` does it.
class Chain {
 public:
  Batch::Item& run(std::string_view value) {
    auto& batch = *batches_.emplace_back(std::make_unique<Batch>());
    Message message;
    message.topic = "articles.raw";
    message.partition = 3;
    message.offset = next_++;
    message.timestamp_ms = kArrival;
    message.value = value;
    message.defaults = &defaults_;
    Batch::Item& item = batch.add(message);
    pipeline_.run(batch);
    return item;
  }

 private:
  config::Settings settings_;
  InputDefaults defaults_{Format::automatic, {}};
  Pipeline pipeline_ = make_pipeline(settings_, test::builtin_knowledge());
  std::vector<std::unique_ptr<Batch>> batches_;
  std::int64_t next_ = 70;
};

Verdict some_verdict() {
  Verdict verdict{.relation = Relation::subset, .story = article_id(sha256("story")), .since_ms = 1'771'999'000'000,
                  .canonical = article_id(sha256("canonical")), .similarity = 0.8249f, .related = {},
                  .related_count = 2};
  verdict.related[0] = article_id(sha256("first"));
  verdict.related[1] = article_id(sha256("second"));
  return verdict;
}

Result<Published> read_back(std::string_view record) {
  dedup::Sketcher sketcher;
  return read_published(record, kArrival, *test::builtin_knowledge().sources, sketcher);
}

/// What a record does not carry is as if it had not been given.
Fingerprint as_published(Fingerprint print) {
  print.updated_ms -= print.updated_ms % 1000;
  if (print.version == 1) print.version = 0;
  return print;
}

void expect_read_back(const Batch::Item& item) {
  Output output = item.article.output;
  ASSERT_NE(output.story_at, 0u);
  encode::fill_story(output, some_verdict());
  const auto published = read_back(output.value);
  ASSERT_TRUE(published) << published.error().found << " at " << published.error().where;
  const Fingerprint &read = published.value().fingerprint, made = as_published(*item.article.fingerprint);
  EXPECT_EQ(read, made) << output.value;
  EXPECT_EQ(published.value().verdict, some_verdict());
}

TEST(Published, GivesTheFingerprintThatTheArticleHad) {
  const std::string text =
      "The harbour of Lindsund opened again on Monday after nine days, the harbour master said. A coaster had lost 40 "
      "containers in a storm, and divers searched the fairway for them.\\n\\nTwelve ships had waited in the bay.";
  const std::string rows[] = {
      R"({"id":"w-1","source":"agency.example","title":"Harbour opens","body":")" + text + R"("})",
      R"({"id":"w-1","source":"agency.example","title":"Harbour opens","version":"7","updated_at":"2026-03-02T06:10:00.250Z","body":")" + text + R"("})",
      R"({"id":"w-1","source":"agency.example","title":"Harbour opens","version":"1","body":")" + text + R"("})",
      R"({"id":"w-1","feed":"wire","title":"CORRECTED: Harbour opens","body":")" + text + R"("})",
      R"({"url":"https://www.daily.example/a?utm_source=x","title":"Harbour opens","body":")" + text + R"("})",
      R"({"id":"w-1","source":"agency.example","title":"Harbour opens","status":"canceled","body":")" + text + R"("})",
      R"({"id":"w-1","source":"agency.example","title":"Harbour opens","status":"withheld","body":")" + text + R"("})",
      R"({"id":"w-1","source":"agency.example","title":"Harbour opens","embargoed_until":"2036-03-02T06:10:00Z","body":")" + text + R"("})",
      R"({"id":"w-1","source":"agency.example","title":"Harbour opens","embargoed_until":"2016-03-02T06:10:00Z","body":")" + text + R"("})",
      R"({"id":"w-1","source":"agency.example","title":"Only a headline"})",
      R"({"id":"w-1","source":"agency.example","title":"Too short","body":"Four words and more."})",
      R"({"id":"w-2","source":"agency.example","title":"Log in","body":"Please enable JavaScript to continue."})",
      R"x({"body":"Costs 5 & more: 10 €, “so they say” &lt;b&gt; \u2028 ﬁne caf\u0065\u0301 \ud83d\ude00. )x" + text + R"("})",
  };
  Chain chain;
  for (const std::string& row : rows) {
    SCOPED_TRACE(row);
    const Batch::Item& item = chain.run(row);
    ASSERT_FALSE(item.error) << item.error->found;
    expect_read_back(item);
  }
}

TEST(Published, GivesTheFingerprintsOfTheDemosArticles) {
  Chain chain;
  std::size_t checked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(NEWSMILL_SOURCE_DIR "/config/default/demo")) {
    std::ifstream file(entry.path());
    const Batch::Item& item = chain.run(std::string(std::istreambuf_iterator<char>(file), {}));
    if (item.error) continue;
    ++checked;
    SCOPED_TRACE(entry.path());
    expect_read_back(item);
  }
  EXPECT_GT(checked, 30u);
}

TEST(Published, GivesTheFingerprintsOfRealArticles) {
  const auto folder = test::data_folder() / "news";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "there are no shared data at " << folder;
  for (const char* name : {"mix-open.jsonl.zst", "bench-20k.jsonl.zst"}) {
    const InputDefaults defaults{Format::automatic, {}};
    consumer::FileReader reader(folder / name, defaults, consumer::Split::automatic, 8 << 20);
    Chain chain;
    std::size_t checked = 0;
    for (std::size_t i = 0; i < 1000 && !HasFailure(); ++i) {
      const auto message = reader.next();
      if (!message || !message->message.value) break;
      const Batch::Item& item = chain.run(*message->message.value);
      if (item.error) continue;
      ++checked;
      SCOPED_TRACE(std::string(name) + ":" + std::to_string(i + 1));
      expect_read_back(item);
    }
    EXPECT_GT(checked, 500u) << name;
  }
}

TEST(Published, HasNoVerdictWhereDedupWasSwitchedOff) {
  Chain chain;
  const Batch::Item& item = chain.run(R"({"id":"w-1","source":"a.example","title":"A headline"})");
  const auto published = read_back(item.article.output.value);
  ASSERT_TRUE(published);
  EXPECT_FALSE(published.value().verdict);
}

TEST(Published, SaysWhatIsNoRecord) {
  Chain chain;
  Output output = chain.run(R"({"id":"w-1","source":"a.example","title":"A headline"})").article.output;
  encode::fill_story(output, some_verdict());
  const auto without = [&](std::string part, const std::string& by) {
    std::string text = output.value;
    const std::size_t at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), by);
  };
  const struct {
    std::string record;
    const char* found;
  } rows[] = {{"", ""},
              {"no JSON", ""},
              {"[]", "monitoring"},
              {R"({"uri":"x"})", "monitoring"},
              {without("\"id\":\"" + output.key, "\"id\":\"x"), "article id"},
              {without("\"partition\":3", "\"partition\":\"3\""), "delivery"},
              {without("\"role\":\"sha256\"", "\"role\":\"md5\""), "delivery"},
              {without("\"relation\":\"subset\"", "\"relation\":\"sibling\""), "story"},
              {without("\"since\":\"", "\"since\":\"x"), "story"}};
  for (const auto& row : rows) {
    const auto published = read_back(row.record);
    ASSERT_FALSE(published) << row.record;
    EXPECT_THAT(published.error().found, HasSubstr(row.found)) << row.record;
  }
}

}  // namespace
}  // namespace newsmill::cli
