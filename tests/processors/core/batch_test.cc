#include "processors/core/batch.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace newsmill {
namespace {

TEST(Batch, OwnsACopyOfEverythingItWasGiven) {
  Batch batch;
  InputDefaults defaults;
  {
    std::string topic = "articles.raw", key = "k", value = "a value", name = "trace", header = "1";
    const std::array<Header, 2> headers{Header{name, header}, Header{"absent", std::nullopt}};
    Message message;
    message.topic = topic;
    message.key = key;
    message.value = value;
    message.headers = headers;
    message.defaults = &defaults;
    batch.add(message);
    for (std::string* text : {&topic, &key, &value, &name, &header}) text->assign(text->size(), '#');
  }
  const Message& message = batch.items().front().message;
  EXPECT_EQ(message.topic, "articles.raw");
  EXPECT_EQ(message.key, "k");
  EXPECT_EQ(message.value, "a value");
  ASSERT_EQ(message.headers.size(), 2u);
  EXPECT_EQ(message.headers[0].name, "trace");
  EXPECT_EQ(message.headers[0].value, "1");
  EXPECT_FALSE(message.headers[1].value.has_value());
  EXPECT_EQ(batch.raw_bytes(), 1u + 7u + 5u + 1u + 6u);
}

TEST(Batch, KeepsNullAndEmptyApart) {
  Batch batch;
  Message message;
  message.value = "";
  EXPECT_TRUE(batch.add(message).message.value.has_value());
  message.value.reset();
  EXPECT_FALSE(batch.add(message).message.value.has_value());
}

TEST(Batch, ArticlesReferToTheMessageInTheirItem) {
  Batch batch;
  for (int i = 0; i < 64; ++i) batch.add({});
  for (const Batch::Item& item : batch.items()) EXPECT_EQ(&item.article.message, &item.message);
}

TEST(Batch, IsFullByCountOrByBytes) {
  Batch many;
  Message message;
  message.value = "x";
  while (!many.full()) many.add(message);
  EXPECT_EQ(many.items().size(), Batch::kMaxArticles);

  Batch big;
  const std::string value(Batch::kTargetBytes / 2, 'x');
  message.value = value;
  big.add(message);
  EXPECT_FALSE(big.full());
  big.add(message);
  EXPECT_TRUE(big.full());
}

TEST(Batch, CountsArenaRecordsAndErrors) {
  Batch batch;
  const std::string value(100'000, 'x');
  Message message;
  message.value = value;
  Batch::Item& item = batch.add(message);
  const std::size_t raw = batch.bytes();
  EXPECT_GE(raw, value.size());
  keep(std::string(200'000, 'y'), batch.arena());
  const std::size_t with_arena = batch.bytes();
  EXPECT_GE(with_arena, raw + 100'000);
  item.article.output.value.assign(300'000, 'z');
  EXPECT_GE(batch.bytes(), with_arena + 299'000);
  item.error = Error{Code::internal, std::string(50'000, 'f'), {}, {}};
  EXPECT_GE(batch.bytes(), with_arena + 349'000);
}

}  // namespace
}  // namespace newsmill
