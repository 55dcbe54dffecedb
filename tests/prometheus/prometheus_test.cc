#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "consumer/metrics/table.h"
#include "tests/support/child.h"
#include "tests/support/demo.h"
#include "tests/support/prometheus.h"

// A live newsmill, seen by a real Prometheus; and the alerts of deploy/prometheus, run by it.
namespace newsmill {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::filesystem::path kRules = NEWSMILL_SOURCE_DIR "/deploy/prometheus/newsmill.rules.yaml";

bool starts(const char* program) {
  try {
    return test::run_to_end({program, "--version"}, 60s).code == 0;
  } catch (const std::exception&) {
    return false;
  }
}

class PrometheusTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!starts("prometheus") || !starts("promtool")) return;
    live = std::make_unique<test::Demo>(NEWSMILL_BINARY);
    live->wait_until_done();
  }
  static void TearDownTestSuite() { live.reset(); }
  void SetUp() override {
    if (live) return;
    const char* required = std::getenv("NEWSMILL_REQUIRE_SERVERS");
    const char* missing = "Prometheus is missing; deploy/debian-packages test installs it";
    if (required != nullptr && std::string(required) == "1") FAIL() << missing;
    std::fprintf(stderr, "SKIPPED: tests on a real Prometheus. %s\n", missing);
    GTEST_SKIP();
  }
  static std::unique_ptr<test::Demo> live;
};
std::unique_ptr<test::Demo> PrometheusTest::live;

TEST_F(PrometheusTest, PromtoolFindsNothingInTheLiveExposition) {
  const test::TemporaryFolder folder;
  const std::string text = live->metrics();
  ASSERT_THAT(text, HasSubstr("newsmill_delivered_total"));
  test::write_file(folder / "metrics", text);
  test::Child promtool({.command = {"promtool", "check", "metrics"},
                        .out = folder / "out",
                        .err = folder / "out",
                        .in = folder / "metrics"});
  EXPECT_EQ(promtool.wait(60s), 0);
  EXPECT_EQ(test::read_file(folder / "out"), "");
}

/// Every test file of deploy/prometheus.
std::vector<std::string> rule_tests() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kRules.parent_path()))
    if (entry.path().string().ends_with(".test.yaml")) files.push_back(entry.path());
  return files;
}

TEST_F(PrometheusTest, PromtoolFindsNothingInRulesAndScrapeConfiguration) {
  const auto checked = test::run_to_end({"promtool", "check", "rules", kRules}, 60s);
  EXPECT_EQ(checked.code, 0) << checked.output;
  const auto config = test::run_to_end({"promtool", "check", "config", kRules.parent_path() / "prometheus.yaml"}, 60s);
  EXPECT_EQ(config.code, 0) << config.output;
}

TEST_F(PrometheusTest, TheUnitTestsOfTheRulesPass) {
  const auto files = rule_tests();
  ASSERT_EQ(files.size(), 2u);
  std::vector<std::string> command{"promtool", "test", "rules"};
  command.insert(command.end(), files.begin(), files.end());
  const auto tested = test::run_to_end(command, 2min);
  EXPECT_EQ(tested.code, 0) << tested.output;
}

TEST_F(PrometheusTest, AScrapeBringsEveryDocumentedMetricAndEveryRuleRuns) {
  test::Prometheus prometheus({{"newsmill", live->port()}}, test::read_file(kRules));
  const auto deadline = std::chrono::steady_clock::now() + 2min;
  while (true) {
    const std::string up = prometheus.ask("query", "up == 1 and on(job) (count_over_time(up[1m]) > 2)");
    if (up.find("\"newsmill\"") != std::string::npos) break;
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << prometheus.ask("targets");
    std::this_thread::sleep_for(100ms);
  }

  rapidjson::Document names;
  names.Parse(prometheus.ask("label/__name__/values").c_str());
  std::set<std::string> present;
  for (const auto& name : names.GetArray()) present.insert(name.GetString());
  rapidjson::Document metadata;
  metadata.Parse(prometheus.ask("metadata").c_str());
  for (const metrics::Family& row : metrics::families()) {
    const std::string name(row.name);
    EXPECT_THAT(present, Contains(row.kind == metrics::Kind::histogram ? name + "_bucket" : name));
    ASSERT_TRUE(metadata.HasMember(name.c_str())) << name;
    const auto& known = metadata[name.c_str()][0];
    EXPECT_EQ(std::string(known["help"].GetString()), row.help);
    const char* kind = row.kind == metrics::Kind::counter ? "counter"
                       : row.kind == metrics::Kind::gauge ? "gauge"
                                                          : "histogram";
    EXPECT_STREQ(known["type"].GetString(), kind) << name;
  }

  EXPECT_EQ(prometheus.value(
                "sum(newsmill_input_records_total) - sum(newsmill_delivered_total) - sum(newsmill_dead_letter_total)"
                " - sum(newsmill_records_rewound_total) - sum(newsmill_records_in_flight)"),
            0);
  EXPECT_GE(prometheus.value("sum(newsmill_delivered_total)"), 20);
  EXPECT_EQ(prometheus.value("newsmill_ready"), 1);
  EXPECT_GT(prometheus.value("process_resident_memory_bytes"), 1e6);
  EXPECT_LT(prometheus.value("time() - process_start_time_seconds"), 600);
  EXPECT_LE(prometheus.value("scrape_samples_scraped"), 1000) << "more series than one instance is worth";

  rapidjson::Document rules;
  std::size_t checked = 0;
  do {
    rules.Parse(prometheus.ask("rules").c_str());
    checked = 0;
    for (const auto& group : rules["groups"].GetArray())
      for (const auto& rule : group["rules"].GetArray()) {
        if (std::string_view(rule["health"].GetString()) == "unknown") continue;  // not evaluated yet
        ++checked;
        EXPECT_STREQ(rule["health"].GetString(), "ok") << rule["name"].GetString();
        EXPECT_STRNE(rule["state"].GetString(), "firing") << rule["name"].GetString() << " on a healthy newsmill";
      }
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  } while (checked == 0 || prometheus.ask("rules").find("\"unknown\"") != std::string::npos);
  prometheus.stop();
}

TEST_F(PrometheusTest, TheDemoStopsCleanlyAfterAllThat) { EXPECT_EQ(live->stop(), 0); }

}  // namespace
}  // namespace newsmill
