#include "processors/encode/dead_letter.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace newsmill::encode {
namespace {

constexpr std::size_t kRoomy = 10 << 20;

// A failed article in a batch of its own.
struct Failed {
  Failed(const Message& message, Error error) {
    Batch::Item& added = batch.add(message);
    added.error = std::move(error);
    added.stage = "decode";
    item = &added;
  }
  Batch batch;
  Batch::Item* item;
};

Message message_of(std::string_view value) {
  Message message;
  message.topic = "articles.raw";
  message.partition = 2;
  message.offset = 9;
  message.value = value;
  return message;
}

std::string header(const DeadLetter& letter, std::string_view name) {
  std::string found = "(absent)";
  int count = 0;
  for (const auto& [key, value] : letter.headers) {
    if (key != name) continue;
    found = value.value_or("(null)");
    ++count;
  }
  EXPECT_LE(count, 1) << name;
  return found;
}

std::size_t kafka_bytes(const DeadLetter& letter) {
  std::size_t bytes = 100 + letter.key.value_or("").size() + letter.value.value_or("").size();
  for (const auto& [name, value] : letter.headers) bytes += name.size() + value.value_or("").size() + 10;
  return bytes;
}

TEST(DeadLetter, KeepsTheMessageAndExplainsIt) {
  const std::vector<Header> headers{{"trace", "abc"}, {"absent", std::nullopt}, {"trace", "again"}};
  Message message = message_of("{\"a\":");
  message.key = "k";
  message.headers = headers;
  const Failed failed(message, {Code::malformed_json, "the end", "a value", "byte 5"});
  const DeadLetter letter = dead_letter(*failed.item, kRoomy);
  EXPECT_EQ(letter.key, "k");
  EXPECT_EQ(letter.value, "{\"a\":");
  const std::vector<std::pair<std::string, std::optional<std::string>>> expected{
      {"trace", "abc"},
      {"absent", std::nullopt},
      {"trace", "again"},
      {"newsmill-error-stage", "decode"},
      {"newsmill-error-code", "malformed-json"},
      {"newsmill-error-found", "the end"},
      {"newsmill-error-expected", "a value"},
      {"newsmill-error-where", "byte 5"},
      {"newsmill-delivery", delivery_text(failed.item->article.delivery)},
  };
  EXPECT_EQ(letter.headers, expected);
}

TEST(DeadLetter, KeepsNullAndEmptyApart) {
  Message message = message_of("");
  message.key = "";
  const Failed empty(message, {Code::empty, {}, {}, {}});
  EXPECT_TRUE(dead_letter(*empty.item, kRoomy).key.has_value());
  EXPECT_TRUE(dead_letter(*empty.item, kRoomy).value.has_value());
  message.key.reset();
  message.value.reset();
  const Failed null(message, {Code::empty, {}, {}, {}});
  EXPECT_FALSE(dead_letter(*null.item, kRoomy).key.has_value());
  EXPECT_FALSE(dead_letter(*null.item, kRoomy).value.has_value());
  EXPECT_EQ(header(dead_letter(*null.item, kRoomy), "newsmill-error-found"), "(absent)");
}

TEST(DeadLetter, OfAReplayedDeadLetterExplainsItselfOnce) {
  const Failed first(message_of("bad"), {Code::wrong_type, "f", "e", "w"});
  const DeadLetter letter = dead_letter(*first.item, kRoomy);
  std::vector<Header> headers;
  for (const auto& [name, value] : letter.headers) headers.push_back({name, value});
  Message replayed = message_of("bad");
  replayed.topic = "articles.retry";
  replayed.headers = headers;
  const Failed second(replayed, {Code::no_content, "nothing", {}, {}});
  const DeadLetter again = dead_letter(*second.item, kRoomy);
  EXPECT_EQ(again.headers.size(), 4u);
  EXPECT_EQ(header(again, "newsmill-error-code"), "no-content");
  EXPECT_EQ(header(again, "newsmill-error-where"), "(absent)") << "that was the first failure's";
  EXPECT_EQ(header(again, "newsmill-delivery"), header(letter, "newsmill-delivery")) << "the original place";
}

TEST(DeadLetter, IsCutToWhatItsTopicTakesAndKeepsItsHash) {
  const std::string value(200'000, 'v');
  const Failed failed(message_of(value), {Code::too_large, "f", "e", "w"});
  const DeadLetter letter = dead_letter(*failed.item, 100'000);
  EXPECT_LE(kafka_bytes(letter), 100'000u);
  EXPECT_GE(letter.value->size(), 90'000u) << "no more is cut than must be";
  EXPECT_EQ(*letter.value, value.substr(0, letter.value->size()));
  EXPECT_EQ(header(letter, "newsmill-error-truncated"),
            "value bytes " + std::to_string(letter.value->size()) + " of 200000");
  EXPECT_EQ(header(letter, "newsmill-error-sha256"), hex(sha256(value).data(), 32));
}

TEST(DeadLetter, WhatFitsIsNotCut) {
  const std::string value(99'000, 'v');
  const Failed failed(message_of(value), {Code::too_large, "f", "e", "w"});
  const DeadLetter letter = dead_letter(*failed.item, 100'000);
  EXPECT_EQ(letter.value->size(), value.size());
  EXPECT_EQ(header(letter, "newsmill-error-truncated"), "(absent)");
  EXPECT_EQ(header(letter, "newsmill-error-sha256"), "(absent)");
}

TEST(DeadLetter, FitsWhateverIsTooLargeAboutIt) {
  const std::string giant(3 << 20, 'x');
  const std::vector<Header> one{{"small", "1"}, {"giant", giant}, {"last", "2"}};
  std::vector<Header> many;
  for (int i = 0; i < 20'000; ++i) many.push_back({"header", "value"});
  const struct {
    std::string about;
    std::string key, value;
    std::vector<Header> headers;
    std::string_view truncated;
  } rows[] = {
      {"key", giant, "v", {}, "key bytes"},
      {"one header", "k", "v", one, "headers 1 of 3"},
      {"many headers", "k", "v", many, "headers"},
      {"everything", giant, giant, many, "value bytes"},
  };
  for (const auto& row : rows) {
    for (const std::size_t limit : {1u, 16u * 1024, 100'000u, 1'000'000u}) {
      Message message = message_of(row.value);
      message.key = row.key;
      message.headers = row.headers;
      // Errors quote their input, which may be long too.
      const Failed failed(message, {Code::wrong_type, giant, giant, giant});
      const DeadLetter letter = dead_letter(*failed.item, limit);
      EXPECT_LE(kafka_bytes(letter), std::max<std::size_t>(limit, 16 * 1024)) << row.about << " " << limit;
      // Many small headers fit a roomy limit whole.
      if (header(letter, "newsmill-error-truncated") == "(absent)") {
        EXPECT_EQ(row.about, "many headers");
        EXPECT_EQ(limit, 1'000'000u);
        continue;
      }
      EXPECT_NE(header(letter, "newsmill-error-truncated").find(row.truncated), std::string::npos)
          << row.about << ": " << header(letter, "newsmill-error-truncated");
      EXPECT_EQ(header(letter, "newsmill-error-code"), "wrong-type");
    }
  }
}

TEST(DeadLetter, ClipsItsWordsBetweenCharacters) {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string found(shift, 'a');
    while (found.size() < 5000) found += "😀";
    const Failed failed(message_of("x"), {Code::wrong_type, found, {}, {}});
    const std::string clipped = header(dead_letter(*failed.item, kRoomy), "newsmill-error-found");
    EXPECT_LE(clipped.size(), 1024u);
    EXPECT_GT(clipped.size(), 1020u);
    EXPECT_EQ((clipped.size() - shift) % 4, 0u) << shift;
    EXPECT_TRUE(found.starts_with(clipped));
  }
}

}  // namespace
}  // namespace newsmill::encode
