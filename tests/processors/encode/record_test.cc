#include "processors/encode/record.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>

#include "processors/core/batch.h"
#include "processors/encode/encode.h"
#include "tests/support/work.h"

namespace newsmill::encode {
namespace {

using namespace std::chrono_literals;

const std::map<std::string, std::string> kVersions{{"lexicons", "9f3c"}, {"newsmill", "1.2.3"}};

// An article as normalize would leave it, in a batch of its own.
struct Ready {
  Ready() {
    Message message;
    message.topic = "articles.raw";
    message.partition = 4;
    message.offset = 17;
    message.value = "the bytes";
    article = &batch.add(message).article;
    article->id = article_id(sha256("id"));
  }
  std::string written() {
    test::Work work;
    RecordWriter(kVersions).write(*article, work.arena);
    return article->output.value;
  }
  Batch batch;
  Article* article;
};

ArticleDate date(std::chrono::sys_time<std::chrono::milliseconds> utc, std::int32_t offset_minutes) {
  ArticleDate date;
  date.instant.utc = utc;
  date.instant.precision = text::Precision::minute;
  date.instant.zone = text::ZoneFrom::given;
  date.instant.offset_minutes = offset_minutes;
  date.instant.raw = "as written";
  return date;
}

constexpr auto kNoon = std::chrono::sys_days(std::chrono::year(2026) / 2 / 24) + 12h;

// SHA-256 of "the bytes" and the id of "id", both computed with another program.
constexpr std::string_view kSha256 = "ed589341c9fd5da96aaff4c5efa008226282a716186608d5a032ac75895a9c2f";
constexpr std::string_view kId = "a5614527-0ce6-83be-bd1d-d012b7394867";

// What a record should be, with the two long values spelt out.
std::string spelt_out(std::string text) {
  for (const auto& [name, value] : {std::pair{std::string_view("<id>"), kId}, {"<sha256>", kSha256}})
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name))
      text.replace(at, name.size(), value);
  return text;
}

TEST(Record, LeavesOutWhatIsNotKnown) {
  Ready ready;
  EXPECT_EQ(ready.written(), spelt_out(
            R"({"uri":"urn:uuid:<id>","type":"text","representationType":"full","version":"1",)"
            R"("versionCreated":"1970-01-01T00:00:00Z","pubStatus":"usable","headlines":[],"bodies":[],)"
            R"("altIds":[{"role":"sha256","value":"<sha256>"}],)"
            R"("standard":{"name":"ninjs","version":"3.1",)"
            R"("schema":"http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"},)"
            R"("monitoring":{"schema":"1.0","id":"<id>","delivery":{"topic":"articles.raw","partition":4,"offset":17,)"
            R"("receivedAt":null,"format":"plain","bytes":9,"sha256":"<sha256>"},"completeness":"full",)"
            R"("language":{"tag":"und","confidence":0.0,"from":"none"},"published":null,"updated":null,"removed":[],)"
            R"("flags":["version-created-unknown"],"story":null,"entities":[],"topics":[],)"
            R"("versions":{"lexicons":"9f3c","newsmill":"1.2.3"}}})"));
  const Output& output = ready.article->output;
  EXPECT_EQ(output.key, kId);
  const std::vector<std::pair<std::string, std::string>> headers{
      {"newsmill-schema", "1.0"}, {"newsmill-delivery", "articles.raw:4:17:ed589341c9fd5da9"}};
  EXPECT_EQ(output.headers, headers);
}

TEST(Record, WritesEveryFieldInItsPlace) {
  Ready ready;
  Article& article = *ready.article;
  article.format = Format::text;
  Given& given = article.given;
  given.id = "urn:x:7";
  given.feed = "wire";
  given.version = "3";
  given.status = PubStatus::withheld;
  given.urgency = 4;
  given.subjects = {"Weather", "Rivers"};
  given.image = "https://example.com/i.jpg";
  article.headline = "River \"Rhein\" falls";
  article.kicker = "Weather";
  article.subheadline = "Bridges open";
  article.summary = "Less water.";
  article.body = "Zürich 北京 😀 one.\n\nTwo & <three>.";
  article.by = "Ann Lee";
  article.located = "Basel";
  article.source = "example.com";
  article.url = "https://example.com/a";
  article.canonical_url = "https://example.com/b";
  article.copyright_notice = "© Example";
  article.usage_terms = "None.";
  article.published = date(kNoon, 60);
  article.updated = date(kNoon + 1h, -330);
  article.updated->instant.zone = text::ZoneFrom::assumed;
  article.updated->instant.tz = "Asia/Kolkata";
  article.updated->from = DateFrom::head_line;
  article.embargoed = date(kNoon + 24h, 0);
  article.received = date(kNoon + 2h, 0);
  article.language = {"de", 0.98765, Language::From::declared, "german"};
  article.completeness = Completeness::partial;
  article.removed.push_back({Removed::Kind::headline_echo, "echo", 1, 19, "River \"Rhein\" falls"});
  article.removed.push_back({Removed::Kind::rights, "copyright", 2, 9, "© Example"});
  article.flags.set(Flag::tz_assumed);
  article.flags.set(Flag::body_repeated);
  EXPECT_EQ(
      ready.written(),
      spelt_out(R"({"uri":"urn:x:7","type":"text","representationType":"partial","version":"3",)"
      R"("versionCreated":"2026-02-24T07:30:00-05:30","contentCreated":"2026-02-24T13:00:00+01:00",)"
      R"("embargoedUntil":"2026-02-25T12:00:00Z","pubStatus":"withheld","urgency":4,"language":"de",)"
      R"("headlines":[{"role":"main","contentType":"text/plain","value":"River \"Rhein\" falls"},)"
      R"({"role":"kicker","contentType":"text/plain","value":"Weather"},)"
      R"({"role":"sub","contentType":"text/plain","value":"Bridges open"}],)"
      R"("descriptions":[{"role":"summary","contentType":"text/plain","value":"Less water."}],)"
      R"("bodies":[{"role":"main","contentType":"text/plain","value":"Zürich 北京 😀 one.\n\nTwo & <three>.",)"
      R"("charCount":32,"wordCount":5}],"by":"Ann Lee","located":"Basel",)"
      R"("infoSources":[{"name":"example.com","role":"publisher"},{"name":"wire","role":"feed"}],)"
      R"("copyrightNotice":"© Example","usageTerms":"None.","subjects":[{"name":"Weather"},{"name":"Rivers"}],)"
      R"("associations":[{"name":"image","uri":"https://example.com/i.jpg","type":"picture",)"
      R"("renditions":[{"name":"original","href":"https://example.com/i.jpg"}]}],)"
      R"("altIds":[{"role":"id","value":"urn:x:7"},{"role":"url","value":"https://example.com/a"},)"
      R"({"role":"canonical","value":"https://example.com/b"},{"role":"sha256","value":"<sha256>"}],)"
      R"("standard":{"name":"ninjs","version":"3.1","schema":"http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"},)"
      R"("monitoring":{"schema":"1.0","id":"<id>","delivery":{"topic":"articles.raw","partition":4,"offset":17,)"
      R"("receivedAt":"2026-02-24T14:00:00Z","format":"text","bytes":9,"sha256":"<sha256>"},"completeness":"partial",)"
      R"("language":{"tag":"de","confidence":0.99,"from":"declared","declared":"german"},)"
      R"("published":{"instant":"2026-02-24T12:00:00Z","precision":"minute","zone":"given","from":"field",)"
      R"("raw":"as written"},"updated":{"instant":"2026-02-24T13:00:00Z","precision":"minute","zone":"assumed",)"
      R"("tz":"Asia/Kolkata","from":"head-line","raw":"as written"},)"
      R"("removed":[{"kind":"headline-echo","rule":"echo","paragraphs":1,"chars":19,"text":"River \"Rhein\" falls"},)"
      R"({"kind":"rights","rule":"copyright","paragraphs":2,"chars":9,"text":"© Example"}],)"
      R"("flags":["body-repeated","tz-assumed"],"story":null,"entities":[],"topics":[],)"
      R"("versions":{"lexicons":"9f3c","newsmill":"1.2.3"}}})"));
  EXPECT_EQ(article.output.headers.back(), (std::pair<std::string, std::string>{"newsmill-language", "de"}));
}

TEST(Record, VersionCreatedIsTheLastDateThatIsKnown) {
  const auto version_created = [](Ready& ready) {
    const std::string record = ready.written();
    const std::size_t at = record.find("\"versionCreated\":\"") + 18;
    return record.substr(at, record.find('"', at) - at);
  };
  Ready ready;
  EXPECT_EQ(version_created(ready), "1970-01-01T00:00:00Z");
  EXPECT_TRUE(ready.article->flags.has(Flag::version_created_unknown));

  Ready dated;
  const_cast<Message&>(dated.article->message).timestamp_ms = 1'772'000'000'123;
  EXPECT_EQ(version_created(dated), "2026-02-25T06:13:20Z");
  dated.article->received = date(kNoon, 60);
  EXPECT_EQ(version_created(dated), "2026-02-24T12:00:00Z");
  dated.article->published = date(kNoon + 1h, 60);
  EXPECT_EQ(version_created(dated), "2026-02-24T14:00:00+01:00");
  dated.article->updated = date(kNoon + 2h, 0);
  EXPECT_EQ(version_created(dated), "2026-02-24T14:00:00Z");
  EXPECT_FALSE(dated.article->flags.has(Flag::version_created_unknown));
}

TEST(Record, OfAKillHasNoBody) {
  Ready ready;
  ready.article->given.status = PubStatus::canceled;
  ready.article->headline = "KILL";
  ready.article->body = "Withdrawn text.";
  const std::string record = ready.written();
  EXPECT_NE(record.find(R"("pubStatus":"canceled")"), std::string::npos);
  EXPECT_NE(record.find(R"("bodies":[])"), std::string::npos);
  EXPECT_EQ(record.find("Withdrawn"), std::string::npos);
}

TEST(Record, OfAFileWithAnOddNameIsStillUtf8) {
  Ready ready;
  ready.article->delivery.topic = "caf\xE9.txt";
  EXPECT_NE(ready.written().find("\"topic\":\"caf\uFFFD.txt\""), std::string::npos);
}

TEST(Record, EscapesWhatJsonEscapesWhereverItStands) {
  const struct {
    std::string_view raw, escaped;
  } rows[] = {
      {"\"", "\\\""}, {"\\", "\\\\"}, {"\n", "\\n"}, {"\r", "\\r"}, {"\t", "\\t"},
      {"\x01", "\\u0001"}, {"\x1A", "\\u001A"}, {"\x1F", "\\u001F"}, {"\x7F", "\x7F"}, {" ", " "}, {"é", "é"},
      {"😀", "😀"}, {"/", "/"}, {"<", "<"},
  };
  for (const auto& row : rows) {
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string left(before, 'a'), right(39 - before, 'b');
      Ready ready;
      ready.article->given.version = keep(left + std::string(row.raw) + right, ready.batch.arena());
      const std::string expected = "\"version\":\"" + left + std::string(row.escaped) + right + "\"";
      EXPECT_NE(ready.written().find(expected), std::string::npos) << row.escaped << " behind " << before;
    }
  }
}

TEST(Encode, RefusesARecordThatItsTopicWouldNotTake) {
  Ready ready;
  ready.article->body = "A text.";
  const std::size_t size = ready.written().size();
  Knowledge knowledge;
  knowledge.versions = kVersions;
  for (const bool fits : {true, false}) {
    config::Settings settings;
    settings.output.max_bytes = fits ? size : size - 1;
    test::Work work;
    const Status status = make(settings, knowledge)->process(*ready.article, work.scratch);
    ASSERT_EQ(status.has_value(), fits);
    EXPECT_EQ(ready.article->output.value.empty(), !fits);
    if (!status) {
      EXPECT_EQ(status.error().code, Code::output_too_large);
    }
  }
}

}  // namespace
}  // namespace newsmill::encode
