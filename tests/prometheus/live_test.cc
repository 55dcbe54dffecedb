#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "config/builtin.h"
#include "tests/support/child.h"
#include "tests/support/dashboard.h"
#include "tests/support/instance.h"
#include "tests/support/kafka_fixture.h"
#include "tests/support/prometheus.h"
#include "tests/support/promql.h"

// Every expression of every panel, variable, annotation and alert, asked of a real Prometheus that
// scrapes a live `newsmill run` on a real Kafka, with articles, dead letters among them, gone through it.
namespace newsmill::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kRules = NEWSMILL_SOURCE_DIR "/deploy/prometheus/newsmill.rules.yaml";

/// The expressions that may bring nothing, by the place in which they stand, with the reason.
std::map<std::string, std::string> may_be_empty() {
  std::map<std::string, std::string> reasons;
  std::istringstream lines(read_file(NEWSMILL_SOURCE_DIR "/tests/prometheus/may-be-empty.txt"));
  for (std::string line; std::getline(lines, line);)
    if (const std::size_t colon = line.find(": "); !line.starts_with('#') && colon != std::string::npos)
      reasons[line.substr(0, colon)] = line.substr(colon + 2);
  return reasons;
}

class Live : public KafkaTest {
 protected:
  void SetUp() override {
    KafkaTest::SetUp();
    if (IsSkipped() || HasFatalFailure() || mill) return;
    const std::string raw = unique("raw"), enriched = unique("enriched"), deadletter = unique("deadletter"),
                      dedup = unique("dedup");
    client().create_topic(raw, 2, {{"max.message.bytes", std::to_string(8 << 20)}});
    for (const std::string& name : {enriched, deadletter})
      client().create_topic(name, 1, {{"max.message.bytes", std::to_string(10 << 20)}});
    client().create_dedup_log(dedup);
    folder = std::make_unique<TemporaryFolder>();
    mill = std::make_unique<Instance>(folder->path(), Instance::Options{.binary = NEWSMILL_BINARY,
                                                                        .name = "a",
                                                                        .bootstrap = broker().bootstrap(),
                                                                        .group = unique("group"),
                                                                        .inputs = {{.topic = raw, .format = "auto"}},
                                                                        .enriched = enriched,
                                                                        .deadletter = deadletter,
                                                                        .dedup = dedup});
    mill->start();
    mill->wait_until_ready();
    prometheus = std::make_unique<Prometheus>(std::map<std::string, int>{{"newsmill", mill->port()}},
                                              read_file(kRules));
    // Counters must have been seen before they grow, or their rates stay 0.
    until([] { return present("newsmill_ready == 1 and count_over_time(newsmill_ready[1m]) > 2"); });
    fed = 0;
    for (int round = 0; round < 3; ++round) {
      std::vector<KafkaRecord> records;
      for (const config::Builtin& file : config::builtins())
        if (file.path.starts_with("demo/"))
          records.push_back({.key = std::to_string(fed++), .value = std::string(file.text)});
      records.push_back({.key = std::to_string(fed++), .value = "{\"title\":\"cut he"});
      client().produce(raw, std::move(records));
      until([] { return value("sum(newsmill_delivered_total) + sum(newsmill_dead_letter_total)") == fed; });
    }
  }
  static void TearDownTestSuite() {
    prometheus.reset();
    mill.reset();
    folder.reset();
  }

  static void until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 2min;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("not true after two minutes:\n" + tail_of(mill->log_file()));
      std::this_thread::sleep_for(100ms);
    }
  }

  struct Series {
    std::map<std::string, std::string> labels;
    double value;
  };
  /// Throws what Prometheus finds wrong.
  static std::vector<Series> ask(const std::string& expression) {
    rapidjson::Document data;
    data.Parse(prometheus->ask("query", expression).c_str());
    std::vector<Series> all;
    if (std::string_view(data["resultType"].GetString()) == "scalar") return {{{}, 0}};
    for (const auto& row : data["result"].GetArray()) {
      Series series{{}, std::stod(row["value"][1].GetString())};
      for (const auto& label : row["metric"].GetObject()) series.labels[label.name.GetString()] = label.value.GetString();
      all.push_back(std::move(series));
    }
    return all;
  }
  static bool present(const std::string& expression) { return !ask(expression).empty(); }
  static double value(const std::string& expression) {
    const auto all = ask(expression);
    return all.size() == 1 ? all[0].value : std::nan("");
  }

  /// What is wrong with what a query brings; empty = nothing.
  static std::string fault_of(const Dashboard::Query& query) {
    std::vector<Series> all;
    try {
      all = ask(substituted(query.expression));
    } catch (const std::runtime_error& refused) {
      return refused.what();
    }
    if (std::ranges::none_of(all, [](const Series& series) { return !std::isnan(series.value); }))
      return all.empty() ? "no series" : "no number, only NaN";
    for (std::size_t at = 0; (at = query.legend.find("{{", at)) != std::string::npos; at += 2) {
      const std::string label = query.legend.substr(at + 2, query.legend.find("}}", at) - at - 2);
      if (std::ranges::none_of(all, [&](const Series& series) { return series.labels.contains(label); }))
        return "no series has the label " + label + " of the legend";
    }
    return {};
  }

  static std::unique_ptr<TemporaryFolder> folder;
  static std::unique_ptr<Instance> mill;
  static std::unique_ptr<Prometheus> prometheus;
  static int fed;
};
std::unique_ptr<TemporaryFolder> Live::folder;
std::unique_ptr<Instance> Live::mill;
std::unique_ptr<Prometheus> Live::prometheus;
int Live::fed = 0;

TEST_F(Live, EveryExpressionOfTheDashboardsBringsNumbers) {
  auto excused = may_be_empty();
  std::size_t asked = 0;
  for (const Dashboard& board : dashboards())
    for (const Dashboard::Query& query : board.queries()) {
      ++asked;
      const std::string fault = fault_of(query);
      const bool empty = fault == "no series" || fault == "no number, only NaN";
      if (excused.erase(query.place) != 0 && empty) continue;
      EXPECT_EQ(fault, "") << query.place << ": " << query.expression;
    }
  EXPECT_GE(asked, 80u);
  for (const auto& [place, reason] : excused)
    EXPECT_THAT(place, testing::StartsWith("Newsmill")) << "no such expression is there to be excused";
}

TEST_F(Live, WhatItCountsIsWhatWasFed) {
  EXPECT_EQ(value("sum(newsmill_input_records_total)"), fed);
  EXPECT_GE(value("sum(newsmill_dead_letter_total{code=\"malformed-json\"})"), 3);
  EXPECT_EQ(value("sum(newsmill_documents_total) - sum(newsmill_delivered_total)"), 0);
  EXPECT_EQ(value("sum(newsmill_story_relations_total) - sum(newsmill_delivered_total)"), 0);
  EXPECT_GT(value("sum(newsmill_story_relations_total{relation=\"original\"})"), 0);
  EXPECT_GT(value("sum(newsmill_story_relations_total{relation!=\"original\"})"), 0) << "all was fed three times";
  EXPECT_GT(value("sum(newsmill_topic_matches_total)"), 0);
  EXPECT_GT(value("sum(newsmill_entities_total{linked=\"yes\"})"), 0);
  EXPECT_EQ(value("sum(newsmill_topics) - count(newsmill_topic_matches_total{topic!=\"other\"})"), 0);
  EXPECT_EQ(value("newsmill_topic_matches_total{topic=\"other\"}"), 0);
  EXPECT_GT(value("count(newsmill_knowledge_info)"), 3);
}

TEST_F(Live, EveryAlertLooksAtSeriesThatAreThere) {
  const auto excused = may_be_empty();
  rapidjson::Document rules;
  until([&] {
    const std::string text = prometheus->ask("rules");
    rules.Parse(text.c_str());
    return text.find("\"unknown\"") == std::string::npos && text.find("\"health\"") != std::string::npos;
  });
  std::size_t asked = 0;
  for (const auto& group : rules["groups"].GetArray())
    for (const auto& rule : group["rules"].GetArray()) {
      ++asked;
      const std::string name = rule["name"].GetString(), expression = rule["query"].GetString();
      EXPECT_STREQ(rule["health"].GetString(), "ok") << name;
      EXPECT_STRNE(rule["state"].GetString(), "firing") << name << " on a newsmill in health";
      const std::string fault = fault_of({name, unconditional(expression), ""});
      if (excused.contains(name) && fault == "no series") continue;
      EXPECT_EQ(fault, "") << name << ": " << unconditional(expression);
    }
  EXPECT_GE(asked, 17u);
}

// The same checks on expressions with one fault of each kind.
TEST_F(Live, AFaultyTwinIsFound) {
  const struct {
    Dashboard::Query query;
    const char* fault;
  } rows[] = {
      {{"", "sum(rate(newsmill_deliverd_total{job=~\"$job\"}[$__rate_interval]))", ""}, "no series"},
      {{"", "sum(rate(newsmill_delivered_total{jobs=~\"$job\"}[$__rate_interval]))", ""}, "no series"},
      {{"", "sum(rate(newsmill_delivered_total[$__rate_interval]))) ", ""}, "parse error"},
      {{"", "sum by (stage) (rate(newsmill_stage_seconds_sum[$__rate_interval]) / newsmill_workers", ""}, "parse error"},
      {{"", "rate(newsmill_delivered_total)", ""}, "expected type range vector"},
      {{"", "sum by (code) (newsmill_dead_letter_total)", "{{reason}}"}, "has the label reason"},
      {{"", "newsmill_stage_seconds_sum / newsmill_stage_articles_total", ""}, "no series"},
      {{"", "0 * sum(newsmill_workers) / 0", ""}, "only NaN"},
      {{"", "newsmill_ready == 0", ""}, "no series"},
  };
  for (const auto& row : rows) EXPECT_THAT(fault_of(row.query), HasSubstr(row.fault)) << row.query.expression;
  // An alert on a metric that does not exist is never firing, and is found all the same.
  EXPECT_EQ(fault_of({"", unconditional("time() - newsmill_last_progess_timestamp_seconds > 90"), ""}), "no series");
}

TEST_F(Live, ItStopsCleanlyAfterAllThat) { EXPECT_EQ(mill->stop(), 0); }

}  // namespace
}  // namespace newsmill::test
