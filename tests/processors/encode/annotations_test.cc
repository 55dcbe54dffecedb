#include "processors/encode/annotations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "processors/core/batch.h"
#include "processors/encode/record.h"
#include "tests/support/work.h"

namespace newsmill::encode {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::map<std::string, std::string> kVersions{{"newsmill", "1.2.3"}};

// "Łódź" is 7 bytes and 4 code points, so that bytes and code points part at once.
struct Ready {
  Ready() {
    Message message;
    message.value = "the bytes";
    article = &batch.add(message).article;
    article->headline = "Łódź waits";
    article->body = "In Łódź, ACME said so.";
  }
  std::string written() {
    test::Work work;
    RecordWriter(kVersions).write(*article, work.arena);
    return article->output.value;
  }
  Batch batch;
  Article* article;
};

const Mention kCity[] = {{0, 7, text::Field::headline}, {3, 10, text::Field::body, EntityMethod::coreference, true}};
const Mention kCompany[] = {{12, 16, text::Field::body, EntityMethod::watchlist}};

Entity city() {
  Entity entity;
  entity.id = "gn:3093133";
  entity.ids.geonames = "3093133";
  entity.name = "Łódź";
  entity.type = EntityType::LOC;
  entity.subtype = "city";
  entity.country = "PL";
  entity.salience = 0.71239;
  entity.confidence = 0.9;
  entity.mentions = kCity;
  return entity;
}

TEST(Annotations, WriteEntitiesWithRangesInCodePoints) {
  Ready ready;
  ready.article->entities.push_back(city());
  const std::string record = ready.written();
  EXPECT_THAT(record, HasSubstr(
      R"("entities":[{"id":"gn:3093133","ids":{"geonames":"3093133"},"name":"Łódź","type":"LOC","subtype":"city",)"
      R"("country":"PL","salience":0.7124,"confidence":0.9,"method":"gazetteer","mentions":[)"
      R"({"field":"headline","start":0,"end":4,"surface":"Łódź"},)"
      R"({"field":"body","start":3,"end":7,"surface":"Łódź","method":"coreference","metonym":true}]}])"));
  EXPECT_THAT(record, HasSubstr(
      R"("places":[{"name":"Łódź","uri":"https://sws.geonames.org/3093133/","literal":"gn:3093133"}])"));
  EXPECT_THAT(record, Not(HasSubstr("people")));
}

TEST(Annotations, WriteNullForAnEntityThatIsNotLinked) {
  Ready ready;
  Entity company;
  company.name = "ACME";
  company.type = EntityType::ORG;
  company.method = EntityMethod::watchlist;
  company.mentions = kCompany;
  ready.article->entities.push_back(company);
  const std::string record = ready.written();
  EXPECT_THAT(record, HasSubstr(R"("entities":[{"id":null,"name":"ACME","type":"ORG")"));
  EXPECT_THAT(record, HasSubstr(R"("organisations":[{"name":"ACME"}])"));
  EXPECT_THAT(record, HasSubstr(R"({"field":"body","start":9,"end":13,"surface":"ACME"})"));
}

TEST(Annotations, PointIntoNoBodyThatAKillTookBack) {
  Ready ready;
  ready.article->given.status = PubStatus::canceled;
  ready.article->entities.push_back(city());
  Entity company;
  company.name = "ACME";
  company.mentions = kCompany;
  ready.article->entities.push_back(company);
  const std::string record = ready.written();
  EXPECT_THAT(record, HasSubstr(R"("mentions":[{"field":"headline","start":0,"end":4,"surface":"Łódź"}]}],"topics")"));
}

TEST(Annotations, WriteTopicsWithTheirEvidence) {
  Ready ready;
  const TopicEvidence evidence[] = {{.begin = 12, .end = 16, .clause = "acme", .weight = 2.5},
                                    {.kind = "language", .value = "pl"}};
  const std::pair<std::string_view, std::string_view> labels[] = {{"desk", "business"}};
  TopicScore topic;
  topic.id = "acme-watch";
  topic.name = "ACME";
  topic.score = 0.61;
  topic.parts.query = 0.61;
  topic.evidence = evidence;
  topic.truncated = true;
  topic.iptc = "medtop:04000000";
  topic.labels = labels;
  topic.definition = "0123456789abcdef";
  ready.article->topics.push_back(topic);
  const std::string record = ready.written();
  EXPECT_THAT(record, HasSubstr(
      R"("topics":[{"id":"acme-watch","name":"ACME","score":0.61,"parts":{"query":0.61},"evidence":[)"
      R"({"field":"body","start":9,"end":13,"surface":"ACME","clause":"acme","weight":2.5},)"
      R"({"field":"language","value":"pl"}],"truncated":true,"iptc":"medtop:04000000","labels":{"desk":"business"},)"
      R"("definition":"0123456789abcdef"}])"));
  EXPECT_THAT(record, HasSubstr(
      R"("subjects":[{"name":"ACME","uri":"http://cv.iptc.org/newscodes/mediatopic/04000000","literal":"acme-watch",)"
      R"("creator":"newsmill","confidence":61}])"));
  EXPECT_THAT(ready.article->output.headers, testing::Contains(testing::Pair("newsmill-topics", "acme-watch")));
}

TEST(Annotations, NameAtMostFiftyTopicsInTheHeader) {
  Ready ready;
  for (int i = 0; i < 60; ++i) {
    TopicScore topic;
    topic.id = "t";
    ready.article->topics.push_back(topic);
  }
  EXPECT_EQ(topics_header(*ready.article).size(), 99u);
}

TEST(EntityUri, IsTheOneOfItsScheme) {
  struct Row { const char *id, *uri; };
  for (const Row& row : {Row{"wd:Q58217", "http://www.wikidata.org/entity/Q58217"},
                         Row{"enwiki:São Paulo (state)", "https://en.wikipedia.org/wiki/S%C3%A3o_Paulo_(state)"},
                         Row{"gn:5879400", "https://sws.geonames.org/5879400/"}, Row{"iso:CN", ""},
                         Row{"watch:acme", ""}, Row{"", ""}})
    EXPECT_EQ(entity_uri(row.id), row.uri) << row.id;
}

}  // namespace
}  // namespace newsmill::encode
