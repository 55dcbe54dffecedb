#include "consumer/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using Format = config::Settings::Log::Format;
using Level = Logger::Level;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct LogTest : ::testing::Test {
  std::vector<std::string> lines;
  Logger::Time time{std::chrono::system_clock::time_point(1'795'518'312'345ms),
                    std::chrono::steady_clock::time_point(1h)};

  Logger make(Format format, Level level = Level::info) {
    return Logger({.format = format, .level = level}, [this](std::string_view line) { lines.emplace_back(line); },
                  [this] { return time; });
  }
};

TEST_F(LogTest, WritesTextWithTimeLevelSentenceKindAndFields) {
  Logger log = make(Format::text);
  log.warning("kafka-transport", "the broker closed the connection",
              {{"broker", "10.0.0.4:9092"}, {"retries", 3}, {"seconds", 0.5}});
  EXPECT_THAT(lines,
              ElementsAre("2026-11-24T11:05:12.345Z WARNING the broker closed the connection kind=kafka-transport "
                          "broker=10.0.0.4:9092 retries=3 seconds=0.5\n"));
}

TEST_F(LogTest, WritesOneJsonObjectALine) {
  Logger log = make(Format::json);
  const Delivery delivery{.topic = "articles.raw", .partition = 2, .offset = 40, .sha256 = {}};
  const std::string text = delivery_text(delivery);
  log.error("dead-letter", "the article is set aside",
            {{"delivery", text}, {"bytes", std::int64_t{12}}, {"share", std::nan("")}});
  EXPECT_THAT(
      lines,
      ElementsAre("{\"time\":\"2026-11-24T11:05:12.345Z\",\"level\":\"error\",\"message\":\"the article is set aside\","
                  "\"kind\":\"dead-letter\",\"delivery\":\"articles.raw:2:40:0000000000000000\",\"bytes\":12,"
                  "\"share\":null}\n"));
}

TEST_F(LogTest, NoInputCanForgeALineOrMoveTheCursor) {
  struct Row {
    const char* about;
    std::string bytes, text, json;
  };
  const Row rows[] = {
      {"newline", "a\nERROR b", "value=\"a\\nERROR b\"", "\"value\":\"a\\nERROR b\""},
      {"escape sequence", "\x1b[2J", "value=\"\\u001b[2J\"", "\"value\":\"\\u001b[2J\""},
      {"quote and backslash", "a\"\\", "value=\"a\\\"\\\\\"", "\"value\":\"a\\\"\\\\\""},
      {"another field", "a level=x", "value=\"a level=x\"", "\"value\":\"a level=x\""},
      {"equals sign", "a=b", "value=\"a=b\"", "\"value\":\"a=b\""},
      {"damaged UTF-8", "a\xff z", "value=\"a\uFFFD z\"", "\"value\":\"a\uFFFD z\""},
      {"C1 control", "\u0085", "value=\"\\u0085\"", "\"value\":\"\\u0085\""},
      {"direction override", "\u202E", "value=\"\\u202e\"", "\"value\":\"\\u202e\""},
      {"NUL", std::string("a\0b", 3), "value=\"a\\u0000b\"", "\"value\":\"a\\u0000b\""},
      {"empty", "", "value=\"\"", "\"value\":\"\""},
      {"letters of any script", "Zürich 北京", "value=\"Zürich 北京\"", "\"value\":\"Zürich 北京\""},
      {"a long value", std::string(5000, 'x') + "\xff", "x\uFFFD\"", "x\uFFFD\""},
  };
  for (const Row& row : rows) {
    lines.clear();
    make(Format::text).info("kind", "sentence", {{"value", row.bytes}});
    make(Format::json).info("kind", "sentence", {{"value", row.bytes}});
    make(Format::text).info("kind", row.bytes);
    ASSERT_EQ(lines.size(), 3u) << row.about;
    EXPECT_THAT(lines[0], HasSubstr(row.text)) << row.about;
    EXPECT_THAT(lines[1], HasSubstr(row.json)) << row.about;
    for (const std::string& line : lines) EXPECT_EQ(line.find_first_of("\n\x1b"), line.size() - 1) << row.about;
  }
}

TEST_F(LogTest, LinesBelowTheLevelAreCountedButNotWritten) {
  Logger log = make(Format::text, Level::error);
  log.info("kind", "one");
  log.warning("kind", "two");
  log.error("kind", "three");
  EXPECT_EQ(lines.size(), 1u);
  EXPECT_EQ(log.count(Level::warning), 1u);
  EXPECT_EQ(log.count(Level::error), 1u);
  EXPECT_FALSE(log.enabled(Level::warning));
}

TEST_F(LogTest, OfOneKindTheFirstLinesPassThenOneAPeriodWithTheNumberSuppressed) {
  Logger log = make(Format::text);
  for (int i = 0; i < 25; ++i) log.warning("loud", "again");
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(Logger::kBurst));
  log.warning("quiet", "another kind has its own limit");
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(Logger::kBurst) + 1);

  time.steady += Logger::kPeriod;
  log.warning("loud", "again");
  log.warning("loud", "again");
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(Logger::kBurst) + 2);
  EXPECT_THAT(lines.back(), HasSubstr("suppressed=20"));
  EXPECT_EQ(log.count(Level::warning), 28u) << "suppressed lines count for the metric";

  lines.clear();
  time.steady += 100 * Logger::kPeriod;  // after silence the burst is whole again, and no larger
  for (int i = 0; i < 25; ++i) log.warning("loud", "again");
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(Logger::kBurst));
  EXPECT_THAT(lines[0], HasSubstr("suppressed=1"));
  EXPECT_THAT(lines[1], Not(HasSubstr("suppressed")));
}

TEST_F(LogTest, SaysAtTheEndWhatItSuppressed) {
  {
    Logger log = make(Format::json);
    for (int i = 0; i < 8; ++i) log.error("loud", "again");
    lines.clear();
  }
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], HasSubstr("\"level\":\"error\""));
  EXPECT_THAT(lines[0], HasSubstr("\"kind\":\"loud\",\"suppressed\":3"));
}

TEST_F(LogTest, KindsMadeOfInputCannotGrowMemoryWithoutBound) {
  Logger log = make(Format::text);
  for (int i = 0; i < 10'000; ++i) log.info("kind-" + std::to_string(i), "sentence");
  // Each of the first kinds passes once; those past the cap share one burst.
  EXPECT_EQ(lines.size(), Logger::kMaxKinds - 1 + Logger::kBurst);
}

TEST(Log, ManyThreadsWriteWholeLines) {
  std::vector<std::string> lines;
  Logger log({.format = Format::text, .level = Level::info}, [&](std::string_view line) { lines.emplace_back(line); },
             [] { return Logger::Time{std::chrono::system_clock::now(), std::chrono::steady_clock::now()}; });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&log, t] {
      const std::string kind = "kind-" + std::to_string(t);
      for (int i = 0; i < 1000; ++i) log.error(kind, "sentence", {{"thread", t}});
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log.count(Level::error), 4000u);
  ASSERT_GE(lines.size(), 4u * Logger::kBurst);
  for (const std::string& line : lines)
    EXPECT_THAT(line, ::testing::MatchesRegex(".*Z ERROR sentence kind=kind-. thread=.( suppressed=[0-9]+)?\n"));
}

}  // namespace
}  // namespace newsmill::consumer
