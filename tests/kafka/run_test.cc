#include "tests/kafka/run_fixture.h"

#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <zlib.h>

#include <algorithm>
#include <numeric>

namespace newsmill::test {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);  // 16: gzip's head
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class Run : public RunTest {};

TEST_F(Run, WritesARecordForAnArticleAndCommitsItsOffset) {
  make_topics();
  Instance instance = make(with("a"));
  instance.start();
  instance.wait_until_ready();
  const auto fed = feed({{.timestamp = 1'715'000'000'000, .key = "k", .value = article("article-1")}});
  ASSERT_TRUE(drained(&instance));
  const auto records = settled(enriched);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(*records[0].value, AllOf(HasSubstr("\"article-1\""), HasSubstr("Harbour reopens after the storm")));
  EXPECT_EQ(records[0].timestamp, 1'715'000'000'000) << "the record keeps the time of its input";
  EXPECT_TRUE(records[0].key.has_value());
  EXPECT_TRUE(records[0].header("newsmill-schema").has_value());
  EXPECT_THAT(records[0].header("newsmill-delivery").value_or(""), testing::StartsWith(raw + ":0:0:"));
  EXPECT_EQ(records[0].header("newsmill-language"), "en");
  EXPECT_TRUE(settled(deadletter).empty());
  EXPECT_EQ(instance.stop(), 0);
}

TEST_F(Run, SetsABadArticleAsideWithItsBytesKeyHeadersAndReasonAndGoesOn) {
  make_topics();
  Instance instance = make(with("a"));
  instance.start();
  const KafkaRecord bad{
      .key = "k", .value = R"({"title":"cut he)", .headers = {{"trace", "7"}, {"flag", std::nullopt}}};
  feed({bad, {.key = "k", .value = article("article-1")}});
  ASSERT_TRUE(drained(&instance));
  const auto letters = settled(deadletter);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].key, bad.key);
  EXPECT_EQ(letters[0].value, bad.value);
  EXPECT_THAT(letters[0].headers, AllOf(Contains(bad.headers[0]), Contains(bad.headers[1])));
  EXPECT_EQ(letters[0].header("newsmill-error-stage"), "decode");
  EXPECT_EQ(letters[0].header("newsmill-error-code"), "malformed-json");
  for (const char* name : {"found", "expected", "where"})
    EXPECT_NE(letters[0].header(std::string("newsmill-error-") + name).value_or(""), "") << name;
  EXPECT_THAT(letters[0].header("newsmill-delivery").value_or(""), testing::StartsWith(raw + ":0:0:"));
  EXPECT_THAT(times(), ElementsAre(Pair("article-1", 1)));
  EXPECT_THAT(instance.log(), HasSubstr(raw + ":0:0:"));
}

TEST_F(Run, TakesANullValueForADeadLetterAndAGzippedOneForAnArticle) {
  make_topics();
  Instance instance = make(with("a"));
  instance.start();
  feed({{.key = "k", .value = std::nullopt}, {.key = "k", .value = gzipped(article("article-1"))}});
  ASSERT_TRUE(drained(&instance));
  const auto letters = settled(deadletter);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].value, std::nullopt);
  EXPECT_EQ(letters[0].header("newsmill-error-code"), "empty");
  EXPECT_THAT(times(), ElementsAre(Pair("article-1", 1)));
}

TEST_F(Run, CutsADeadLetterThatItsTopicDoesNotTakeAndKeepsItsHash) {
  client().create_topic(raw, 1, {{"max.message.bytes", std::to_string(8 << 20)}});
  client().create_topic(enriched, 1, {{"max.message.bytes", std::to_string(10 << 20)}});
  client().create_topic(deadletter, 1, {{"max.message.bytes", "100000"}});
  client().create_dedup_log(dedup);
  Instance instance = make(with("a"));
  instance.start();
  // Not compressible: librdkafka must not save it.
  std::string large = "{\"title\":\"";
  for (std::uint32_t state = 1; large.size() < 300'000; state = state * 1'664'525 + 1'013'904'223)
    large += static_cast<char>('0' + (state >> 24) % 75);
  std::replace_if(large.begin() + 10, large.end(), [](char c) { return c == '"' || c == '\\'; }, '_');
  feed({{.key = "k", .value = large}, {.key = "k", .value = article("article-1")}});
  ASSERT_TRUE(drained(&instance)) << "a dead letter must never block a lane";
  const auto letters = settled(deadletter);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_LT(letters[0].value->size(), 100'000u);
  EXPECT_GT(letters[0].value->size(), 50'000u);
  EXPECT_TRUE(large.starts_with(*letters[0].value));
  EXPECT_THAT(letters[0].header("newsmill-error-truncated").value_or(""), HasSubstr(std::to_string(large.size())));
  EXPECT_EQ(letters[0].header("newsmill-error-sha256").value_or("").size(), 64u);
  EXPECT_THAT(times(), ElementsAre(Pair("article-1", 1)));
}

TEST_F(Run, MakesADeadLetterOfARecordThatItsTopicDoesNotTake) {
  client().create_topic(raw, 1, {{"max.message.bytes", std::to_string(8 << 20)}});
  client().create_topic(enriched, 1, {{"max.message.bytes", "70000"}});
  client().create_topic(deadletter, 1, {{"max.message.bytes", std::to_string(10 << 20)}});
  client().create_dedup_log(dedup);
  Instance::Options options = with("a");
  options.more = "normalize:\n  max_text_bytes: 64KiB\n";
  Instance instance = make(options);
  write_file(instance.config(), [&] {
    std::string text = read_file(instance.config());
    return text.replace(text.find("output:\n"), 8, "output:\n  max_bytes: 64KiB\n");
  }());
  instance.start();
  std::string body;
  for (int i = 0; body.size() < 65'000; ++i)
    body += "Sentence number " + std::to_string(i) + " tells of event " + std::to_string(i * 7919 % 10'007) + ". ";
  feed({{.key = "k", .value = R"({"title":"Long","source":"example.org","body":")" + body + "\"}"},
        {.key = "k", .value = article("article-1")}});
  ASSERT_TRUE(drained(&instance));
  const auto letters = settled(deadletter);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].header("newsmill-error-code"), "output-too-large");
  EXPECT_THAT(times(), ElementsAre(Pair("article-1", 1)));
}

TEST_F(Run, DoesNotProcessWhatItsProducerAborted) {
  make_topics();
  rd_kafka_t* producer = kafka_handle(false, broker().bootstrap(), {{"transactional.id", unique("feed")}});
  ASSERT_EQ(rd_kafka_init_transactions(producer, 60'000), nullptr);
  std::string aborted = article("article-0"), kept = article("article-1");
  KafkaRecord report;
  for (std::string* value : {&aborted, &kept}) {
    ASSERT_EQ(rd_kafka_begin_transaction(producer), nullptr);
    ASSERT_EQ(rd_kafka_producev(producer, RD_KAFKA_VTYPE_TOPIC, raw.c_str(), RD_KAFKA_VTYPE_VALUE, value->data(),
                                value->size(), RD_KAFKA_VTYPE_OPAQUE, &report, RD_KAFKA_VTYPE_END),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(rd_kafka_flush(producer, 60'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    const auto end = value == &aborted ? rd_kafka_abort_transaction : rd_kafka_commit_transaction;
    ASSERT_EQ(end(producer, -1), nullptr);
  }
  rd_kafka_destroy(producer);
  Instance instance = make(with("a"));
  instance.start();
  EXPECT_TRUE(wait_until([&] { return times().size() == 1; }));
  EXPECT_THAT(times(), ElementsAre(Pair("article-1", 1)));
}

TEST_F(Run, ReadsSeveralTopicsEachWithItsFormatAndSource) {
  make_topics();
  const std::string texts = topic("texts", 1, {{"max.message.bytes", std::to_string(8 << 20)}});
  Instance::Options options = with("a");
  options.inputs = {{.topic = raw, .format = "plain", .source = "wire.example"},
                    {.topic = texts, .format = "text", .source = "desk.example"}};
  Instance instance = make(options);
  instance.start();
  feed({{.key = "k", .value = R"({"title":"Plain","body":"A plain article that names no source of its own."})"}});
  client().produce(texts, {{.key = "k", .value = "A headline\n\nAnd a text that is no JSON at all, from the desk.\n"}});
  ASSERT_TRUE(wait_until([&] { return settled(enriched).size() == 2; }));
  for (const KafkaRecord& record : settled(enriched)) {
    const bool text = record.header("newsmill-delivery").value_or("").starts_with(texts);
    EXPECT_THAT(*record.value, HasSubstr(text ? "desk.example" : "wire.example"));
    EXPECT_THAT(*record.value, Not(HasSubstr(text ? "wire.example" : "desk.example")));
  }
  EXPECT_TRUE(settled(deadletter).empty());
}

TEST_F(Run, StartsANewGroupWhereItIsTold) {
  make_topics();
  feed_articles(0, 1);
  Instance::Options options = with("a");
  options.kafka["start"] = "latest";
  Instance latest = make(options);
  latest.start();
  latest.wait_until_ready();
  feed_articles(1, 1);
  ASSERT_TRUE(drained(&latest));
  EXPECT_THAT(times(), ElementsAre(Pair("article-1", 1)));
  EXPECT_EQ(latest.stop(), 0);

  group = unique("group");
  options = with("a");
  options.kafka["start"] = "earliest";
  Instance earliest = make(options);
  earliest.start();
  ASSERT_TRUE(drained(&earliest));
  EXPECT_THAT(times(), ElementsAre(Pair("article-0", 1), Pair("article-1", 2)));
}

TEST_F(Run, StopsWithWordsWhenRetentionHasPassedTheGroup) {
  make_topics();
  Instance instance = make(with("a"));
  instance.start();
  feed_articles(0, 1);
  ASSERT_TRUE(drained(&instance));
  ASSERT_EQ(instance.stop(), 0);
  feed_articles(1, 5);
  client().delete_records(raw, 0, 4);
  instance.start();
  EXPECT_EQ(instance.wait(2min), 78);
  EXPECT_THAT(instance.log(), AllOf(HasSubstr("retention"), HasSubstr(raw), HasSubstr("3 messages")));
  EXPECT_THAT(times(), ElementsAre(Pair("article-0", 1))) << "nothing is skipped silently";
}

TEST_F(Run, EndsWithWordsWhenASecondProcessUsesItsName) {
  make_topics(2);
  Instance first = make(with("same")), second = make(with("same"));
  first.start();
  first.wait_until_ready();
  feed_articles(0, 50);
  ASSERT_TRUE(drained(&first));
  second.start();
  int fed = 50;
  const auto ended = [&] { return !first.running() || !second.running(); };
  EXPECT_TRUE(wait_until([&] {
    feed_articles(fed, 5);
    fed += 5;
    return ended();
  }));
  Instance& loser = first.running() ? second : first;
  Instance& winner = first.running() ? first : second;
  EXPECT_EQ(loser.wait(1s), 78);
  EXPECT_THAT(loser.log(), AllOf(HasSubstr("two processes use the name"), HasSubstr("`instance`")));
  if (!winner.running()) winner.start();  // both may have had enough in the same moment
  ASSERT_TRUE(drained());
  const auto found = times();
  EXPECT_EQ(found.size(), static_cast<std::size_t>(fed));
  EXPECT_THAT(found, Each(Pair(testing::_, 1)));
}

TEST_F(Run, SharesThePartitionsAmongThreeInstancesAndLosesNothingAsTheyComeAndGo) {
  make_topics(6);
  Instance a = make(with("a")), b = make(with("b")), c = make(with("c"));
  const auto assigned = [](Instance& instance) { return instance.metrics()["newsmill_kafka_assigned_partitions"]; };
  a.start();
  a.wait_until_ready();
  feed_articles(0, 300);
  b.start();
  feed_articles(300, 300);
  c.start();
  EXPECT_TRUE(wait_until([&] { return assigned(a) == 2 && assigned(b) == 2 && assigned(c) == 2; }));
  feed_articles(600, 300);
  EXPECT_EQ(b.stop(), 0);
  feed_articles(900, 300);
  // A static member that left may come back within its session; only then the others take over.
  EXPECT_TRUE(wait_until([&] { return assigned(a) == 3 && assigned(c) == 3; }));
  ASSERT_TRUE(drained());
  const auto found = times();
  EXPECT_EQ(found.size(), 1200u);
  EXPECT_THAT(found, Each(Pair(testing::_, 1)));
}

TEST_F(Run, CommitsWhatItHasReadBeforeItEnds) {
  make_topics(2);
  Instance instance = make(with("a"));
  instance.start();
  instance.wait_until_ready();
  feed_articles(0, 2000);
  ASSERT_TRUE(wait_until([&] { return instance.metrics()["newsmill_input_records_total"] > 0; }));
  EXPECT_EQ(instance.stop(), 0);
  const auto committed = client().committed(group, raw);
  EXPECT_EQ(static_cast<std::int64_t>(settled(enriched).size()),
            std::accumulate(committed.begin(), committed.end(), std::int64_t{0}));
  EXPECT_EQ(instance.child().running(), false);
}

TEST_F(Run, WaitsForMissingTopicsAndNamesThem) {
  Instance instance = make(with("a"));
  instance.start();
  const auto names = [&](const std::string& topic) {
    return wait_until([&] {
      const auto answer = web_get(instance.port(), "/readyz");
      return answer && answer->status == 503 && answer->body.find(topic) != std::string::npos;
    });
  };
  EXPECT_TRUE(names(dedup)) << "the log comes first: without it nobody joins the group";
  client().create_dedup_log(dedup);
  EXPECT_TRUE(names(raw));
  EXPECT_THAT(instance.log(), AllOf(HasSubstr(dedup), HasSubstr(raw), HasSubstr(enriched), HasSubstr("missing")));
  client().create_topic(raw, 1, {{"max.message.bytes", std::to_string(8 << 20)}});
  for (const std::string& name : {enriched, deadletter})
    client().create_topic(name, 1, {{"max.message.bytes", std::to_string(10 << 20)}});
  instance.wait_until_ready();
}

// ---- One referee for all instances

/// One text told by several papers: articles of their own in the same story.
std::string copy(int number) {
  const std::string paper = "paper-" + std::to_string(number) + ".example";
  std::string body;
  for (int i = 0; i < 40; ++i)
    body += "The council of the harbour town heard speaker " + std::to_string(i * 37 % 41) + " on ferry line " +
            std::to_string(i) + " before it voted. ";
  return R"({"id":"article-)" + std::to_string(number) + R"(","source":")" + paper +
         R"(","title":"Council votes on the ferry lines","body":")" + body + R"("})";
}

/// Story and relation by article id of the records, which are read once more from `topic`.
std::map<std::string, std::string> told(const std::vector<KafkaRecord>& records) {
  std::map<std::string, std::string> told;
  for (const KafkaRecord& record : records) {
    const std::string& value = *record.value;
    const std::size_t begin = value.find("\"article-");
    if (begin == std::string::npos) continue;
    told[value.substr(begin + 1, value.find('"', begin + 1) - begin - 1)] =
        record.header("newsmill-relation").value_or("?") + " " + record.header("newsmill-story").value_or("?");
  }
  return told;
}

TEST_F(Run, PutsCopiesThatReachTwoInstancesIntoOneStoryAndSaysSoAgainFromNothing) {
  constexpr int kCopies = 200;
  make_topics(2);
  Instance a = make(with("a")), b = make(with("b"));
  a.start(), b.start();
  const auto assigned = [](Instance& instance) { return instance.metrics()["newsmill_kafka_assigned_partitions"]; };
  ASSERT_TRUE(wait_until([&] { return assigned(a) == 1 && assigned(b) == 1; }));
  std::vector<KafkaRecord> copies;
  for (int i = 0; i < kCopies; ++i) copies.push_back({.key = "k" + std::to_string(i), .value = copy(i)});
  feed(copies);
  ASSERT_TRUE(drained());
  const auto first = told(settled(enriched));
  ASSERT_EQ(first.size(), static_cast<std::size_t>(kCopies));
  std::map<std::string, int> stories, relations;
  for (const auto& [id, words] : first) {
    ++stories[words.substr(words.find(' ') + 1)];
    ++relations[words.substr(0, words.find(' '))];
  }
  EXPECT_EQ(stories.size(), 1u);
  EXPECT_EQ(relations["original"], 1);
  EXPECT_GT(a.metrics()["newsmill_delivered_total"], 0);
  EXPECT_GT(b.metrics()["newsmill_delivered_total"], 0);
  EXPECT_EQ(a.stop(), 0);
  EXPECT_EQ(b.stop(), 0);

  // A third one knows nothing but the log. Another group reads the same articles: the same deliveries.
  Instance::Options options = with("c");
  options.group = group = unique("group");
  options.enriched = enriched = unique("enriched");
  options.kafka["start"] = "earliest";
  client().create_topic(enriched, 1, {{"max.message.bytes", std::to_string(10 << 20)}});
  Instance c = make(options);
  c.start();
  ASSERT_TRUE(drained(&c));
  EXPECT_EQ(told(settled(enriched)), first) << "the recorded verdicts";
  EXPECT_EQ(c.stop(), 0);
}

TEST_F(Run, RefusesTopicsThatBreakTheContractAndNamesTheSetting) {
  client().create_topic(raw, 1, {{"cleanup.policy", "compact"}});
  for (const std::string& name : {enriched, deadletter})
    client().create_topic(name, 1, {{"max.message.bytes", std::to_string(10 << 20)}});
  client().create_dedup_log(dedup);
  Instance instance = make(with("a"));
  instance.start();
  EXPECT_EQ(instance.wait(2min), 78);
  EXPECT_THAT(instance.log(), AllOf(HasSubstr(raw), HasSubstr("cleanup.policy"), HasSubstr("compact")));
}

class RunOutage : public RunTest {};

TEST_F(RunOutage, WaitsForABrokerSaysSoOnceAndItsMemoryStaysFlat) {
  make_topics();
  broker().stop();
  Instance instance = make(with("a"));
  instance.start();
  ASSERT_TRUE(wait_until([&] { return instance.log().find("no broker") != std::string::npos; }));
  const std::size_t before = instance.child().memory("VmRSS");
  EXPECT_FALSE(wait_until([&] { return !instance.running(); }, 8s)) << "it waits for ever";
  EXPECT_LT(instance.child().memory("VmRSS"), before + (4u << 20));
  const auto ready = web_get(instance.port(), "/readyz"), alive = web_get(instance.port(), "/livez");
  ASSERT_TRUE(ready && alive);
  EXPECT_EQ(ready->status, 503);
  EXPECT_EQ(alive->status, 200) << "an outage of the broker must not make anybody restart newsmill";
  std::string log = instance.log();
  const std::size_t first = log.find("no broker");
  EXPECT_EQ(log.find("no broker", first + 1), std::string::npos) << log;
  broker().start();
  instance.wait_until_ready();
  feed_articles(0, 10);
  ASSERT_TRUE(drained(&instance));
  EXPECT_EQ(times().size(), 10u);
}

TEST_F(RunOutage, ComesThroughAKilledBroker) {
  make_topics(2);
  Instance instance = make(with("a"));
  instance.start();
  instance.wait_until_ready();
  feed_articles(0, 500);
  broker().kill();
  EXPECT_TRUE(wait_until([&] { return !instance.ready(); }));
  EXPECT_TRUE(instance.running());
  broker().start();
  instance.wait_until_ready();
  feed_articles(500, 500);
  ASSERT_TRUE(drained(&instance));
  const auto found = times();
  EXPECT_EQ(found.size(), 1000u);
  EXPECT_THAT(found, Each(Pair(testing::_, 1)));
  EXPECT_EQ(instance.stop(), 0);
}

TEST_F(RunOutage, EndsOnSigtermWhileTheBrokerIsAway) {
  make_topics();
  Instance::Options options = with("a");
  options.kafka["drain_deadline"] = "5s";
  Instance instance = make(options);
  instance.start();
  instance.wait_until_ready();
  feed_articles(0, 10);
  ASSERT_TRUE(drained(&instance));
  broker().kill();
  EXPECT_TRUE(wait_until([&] { return !instance.ready(); }));
  instance.signal(SIGTERM);
  EXPECT_THAT(instance.wait(1min).value_or(-1), testing::AnyOf(0, 75));
  broker().start();
}

}  // namespace
}  // namespace newsmill::test
