#include "processors/core/delivery.h"

#include <gtest/gtest.h>

#include <array>

namespace newsmill {
namespace {

Message message_of(std::string_view value) {
  Message message;
  message.topic = "articles.raw";
  message.partition = 3;
  message.offset = 42;
  message.value = value;
  return message;
}

// FIPS 180-4 example, first 8 bytes: "abc".
constexpr std::string_view kAbc = "ba7816bf8f01cfea";

TEST(Delivery, NamesPlaceAndBytes) {
  EXPECT_EQ(delivery_text(delivery_of(message_of("abc"))), "articles.raw:3:42:" + std::string(kAbc));
}

TEST(Delivery, OfANullValueHashesNoBytes) {
  Message message = message_of("");
  message.value.reset();
  EXPECT_EQ(delivery_text(delivery_of(message)), "articles.raw:3:42:e3b0c44298fc1c14");
}

TEST(Delivery, KeepsTheOriginalPlaceOfAReplayedMessage) {
  const struct {
    std::string_view about, header, expect;
  } rows[] = {
      {"well formed", "articles.old:0:7:ba7816bf8f01cfea", "articles.old:0:7:ba7816bf8f01cfea"},
      {"a topic with colons", "c:/news/a:b.jsonl:0:7:ba7816bf8f01cfea", "c:/news/a:b.jsonl:0:7:ba7816bf8f01cfea"},
      {"hash of other bytes", "articles.old:0:7:0000000000000000", "articles.raw:3:42:ba7816bf8f01cfea"},
      {"no topic", ":0:7:ba7816bf8f01cfea", "articles.raw:3:42:ba7816bf8f01cfea"},
      {"negative offset", "articles.old:0:-7:ba7816bf8f01cfea", "articles.raw:3:42:ba7816bf8f01cfea"},
      {"partition out of range", "a:99999999999:7:ba7816bf8f01cfea", "articles.raw:3:42:ba7816bf8f01cfea"},
      {"offset with a tail", "a:0:7x:ba7816bf8f01cfea", "articles.raw:3:42:ba7816bf8f01cfea"},
      {"too few parts", "ba7816bf8f01cfea", "articles.raw:3:42:ba7816bf8f01cfea"},
      {"empty", "", "articles.raw:3:42:ba7816bf8f01cfea"},
  };
  for (const auto& row : rows) {
    const std::array<Header, 2> headers{Header{"other", "x"}, Header{kDeliveryHeader, row.header}};
    Message message = message_of("abc");
    message.headers = headers;
    EXPECT_EQ(delivery_text(delivery_of(message)), row.expect) << row.about;
  }
}

}  // namespace
}  // namespace newsmill
