#include "cli/dedup_subject.h"

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <string>

namespace newsmill::cli {
namespace {

const std::string kId = "b2c9e688-fdde-8308-9d22-0d51631bac7e";

TEST(DedupSubject, IsAnArticleByItsIdHoweverItIsWritten) {
  const ArticleId id = article_id(sha256("an article"));
  std::string capitals = uuid(id);
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& text : {uuid(id), capitals, "urn:uuid:" + uuid(id)}) {
    const auto subject = parse_subject(text);
    ASSERT_TRUE(subject && std::holds_alternative<ArticleId>(*subject)) << text;
    EXPECT_EQ(std::get<ArticleId>(*subject), id) << text;
  }
}

TEST(DedupSubject, IsADeliveryWithItsBytesOrWhateverTheyWere) {
  const struct {
    const char *text, *topic;
    std::int32_t partition;
    std::int64_t offset;
    bool content;
  } rows[] = {{"articles.raw:2:40", "articles.raw", 2, 40, false},
              {"articles.raw:2:40:9f86d081884c7d65", "articles.raw", 2, 40, true},
              {"raw:0:1234567890123456", "raw", 0, 1'234'567'890'123'456, false},
              {"in:box/a.jsonl:0:7", "in:box/a.jsonl", 0, 7, false},
              {"in:box/a.jsonl:0:7:9F86D081884C7D65", "in:box/a.jsonl", 0, 7, true}};
  for (const auto& row : rows) {
    const auto subject = parse_subject(row.text);
    ASSERT_TRUE(subject && std::holds_alternative<DeliveryPlace>(*subject)) << row.text;
    const auto& place = std::get<DeliveryPlace>(*subject);
    EXPECT_EQ(place.topic, row.topic) << row.text;
    EXPECT_EQ(place.partition, row.partition) << row.text;
    EXPECT_EQ(place.offset, row.offset) << row.text;
    EXPECT_EQ(place.content.has_value(), row.content) << row.text;
  }
}

TEST(DedupSubject, NothingElseIsOne) {
  for (const std::string& text : std::array<std::string, 12>{
           "", "raw", "raw:1", "raw:1:", "raw::1", ":1:1", "raw:x:1", "raw:1:-1", "raw:99999999999:1",
           kId.substr(1), kId + "0", "b2c9e688+fdde-8308-9d22-0d51631bac7e"})
    EXPECT_FALSE(parse_subject(text)) << text;
}

TEST(DedupSubject, FindsTheDeliveryThatItNames) {
  const Sha256 bytes = sha256("bytes");
  const Fingerprint::Delivery delivery{topic_hash("raw"), content_hash(bytes), 40, 2};
  const std::string names[] = {"other", "raw"};
  const std::string words = delivery_words(delivery, names);
  EXPECT_EQ(words, "raw:2:40:" + hex(bytes.data(), 8));
  EXPECT_TRUE(std::get<DeliveryPlace>(*parse_subject(words)).matches(delivery));
  EXPECT_TRUE(std::get<DeliveryPlace>(*parse_subject("raw:2:40")).matches(delivery));
  for (const char* other : {"other:2:40", "raw:1:40", "raw:2:41", "raw:2:40:0000000000000000"})
    EXPECT_FALSE(std::get<DeliveryPlace>(*parse_subject(other)).matches(delivery)) << other;
  EXPECT_TRUE(delivery_words(delivery, {}).starts_with("topic#")) << "of a topic that nobody names";
}

}  // namespace
}  // namespace newsmill::cli
