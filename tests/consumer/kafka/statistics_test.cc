#include "consumer/kafka/statistics.h"

#include <gtest/gtest.h>

namespace newsmill::kafka {
namespace {

// Shortened from what librdkafka 2.0.2 writes for a consumer of two partitions, one of them revoked.
constexpr std::string_view kJson =
    R"({"name":"newsmill#consumer-1","client_id":"newsmill","type":"consumer","ts":1,"time":2,
"msg_cnt":3,"msg_size":4096,"msg_max":0,"brokers":{
 "127.0.0.1:9092/bootstrap":{"name":"127.0.0.1:9092/bootstrap","nodeid":-1,"state":"UP"},
 "127.0.0.1:9092/1":{"name":"127.0.0.1:9092/1","nodeid":1,"state":"UP"},
 "127.0.0.1:9093/2":{"name":"127.0.0.1:9093/2","nodeid":2,"state":"TRY_CONNECT"}},
"topics":{"articles.raw":{"topic":"articles.raw","age":1,"partitions":{
 "0":{"partition":0,"broker":1,"desired":true,"unknown":false,"fetch_state":"active","committed_offset":-1001,
      "hi_offset":120,"ls_offset":118,"consumer_lag":-1},
 "1":{"partition":1,"broker":1,"desired":false,"unknown":false,"fetch_state":"none","hi_offset":70,
      "ls_offset":70,"consumer_lag":12},
 "-1":{"partition":-1,"broker":-1,"fetch_state":"none","hi_offset":-1001,"ls_offset":-1001,"consumer_lag":-1}}}},
"cgrp":{"state":"up"},"tx":1})";

TEST(Statistics, KeepsFetchedPartitionsOnly) {
  const auto found = parse_statistics(kJson);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->partitions.size(), 1u);
  EXPECT_EQ(found->partitions[0].topic, "articles.raw");
  EXPECT_EQ(found->partitions[0].number, 0);
  EXPECT_EQ(found->partitions[0].end, 118);
}

TEST(Statistics, IsEmptyForAnythingElse) {
  for (const char* text : {"", "{", "[]", "null", "\"x\""}) EXPECT_FALSE(parse_statistics(text)) << text;
  const auto bare = parse_statistics(R"({"brokers":[],"topics":{"t":{"partitions":7}}})");
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->partitions.empty());
}

}  // namespace
}  // namespace newsmill::kafka
