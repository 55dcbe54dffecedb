#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "config/document.h"
#include "consumer/metrics/table.h"
#include "tests/support/child.h"
#include "tests/support/dashboard.h"
#include "tests/support/promql.h"

// The dashboards of deploy/grafana as far as they can be checked without a Grafana; that every expression
// brings something is tested on a real Prometheus, in tests/prometheus.
namespace newsmill {
namespace {

using rapidjson::Document;
using rapidjson::Value;
using test::Dashboard;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Dashboards, HaveNoFindings) {
  const auto all = test::dashboards();
  std::vector<std::string> names;
  for (const Dashboard& board : all) {
    names.push_back(board.name());
    EXPECT_THAT(board.findings(test::grafana_units()), IsEmpty());
  }
  EXPECT_THAT(names, ElementsAre("content.json", "pipeline.json"));
}

TEST(Dashboards, HaveIdsOfTheirOwn) {
  std::set<std::string> ids;
  for (Dashboard& board : test::dashboards()) EXPECT_TRUE(ids.insert(board.json()["uid"].GetString()).second);
}

// What nobody looks at is not worth its series.
TEST(Dashboards, ShowEveryMetricThatNoAlertUses) {
  std::set<std::string> shown;
  for (const Dashboard& board : test::dashboards()) shown.merge(board.families());
  for (const metrics::Family& row : metrics::families())
    EXPECT_TRUE(shown.contains(std::string(row.name)) || !row.alerts.empty())
        << row.name << " is on no panel and in no rule";
}

struct Fault {
  const char* name;
  std::function<void(Dashboard&)> make;
  const char* found;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

Value text(Dashboard& board, const char* value) { return Value(value, board.json().GetAllocator()); }
Value& target(Dashboard& board, const char* type = "timeseries") { return board.panel(type)["targets"][0]; }
void set_expression(Dashboard& board, const std::string& expression) {
  target(board)["expr"] = Value(expression.c_str(), board.json().GetAllocator());
}
std::string filtered(const std::string& metric) { return metric + "{job=~\"$job\",instance=~\"$instance\"}"; }

// A copy of the dashboard with one fault of each kind: whoever does not see it looks at nothing.
class FaultyTwin : public testing::TestWithParam<Fault> {};

TEST_P(FaultyTwin, IsFound) {
  const auto all = test::dashboards();
  Dashboard twin(all.back());
  GetParam().make(twin);
  EXPECT_THAT(twin.findings(test::grafana_units()), Contains(HasSubstr(GetParam().found)));
}

const Fault kFaults[] = {
    {"UnknownUnit", [](Dashboard& b) { b.panel("timeseries")["fieldConfig"]["defaults"]["unit"] = "sekonds"; },
     "no unit of Grafana: \"sekonds\""},
    {"UnitOfAColumn",
     [](Dashboard& b) {
       for (Value& panel : b.json()["panels"].GetArray())
         if (panel["title"] == "What runs")
           panel["fieldConfig"]["overrides"][0]["properties"][0]["value"] = text(b, "perhaps");
     },
     "no unit of Grafana: \"perhaps\""},
    {"NoUnit", [](Dashboard& b) { b.panel("stat")["fieldConfig"]["defaults"].RemoveMember("unit"); }, "there is no unit"},
    {"UnknownPanelType", [](Dashboard& b) { b.panel("stat")["type"] = "stats"; }, "no panel type of ours: \"stats\""},
    {"OptionOfAnotherVersion",
     [](Dashboard& b) { b.panel("stat")["options"].AddMember("wideLayout", true, b.json().GetAllocator()); },
     "no option of a stat: \"wideLayout\""},
    {"FieldOptionOfAnotherVersion",
     [](Dashboard& b) {
       b.panel("table")["fieldConfig"]["defaults"]["custom"].AddMember("cellOptions", true, b.json().GetAllocator());
     },
     "no field option of a table: \"cellOptions\""},
    {"UnknownMetric", [](Dashboard& b) { set_expression(b, filtered("newsmill_raedy")); },
     "no metric of newsmill: newsmill_raedy"},
    {"CounterWithoutRate", [](Dashboard& b) { set_expression(b, "sum(" + filtered("newsmill_delivered_total") + ")"); },
     "newsmill_delivered_total is a counter without a rate"},
    {"RateOfAGauge",
     [](Dashboard& b) { set_expression(b, "rate(" + filtered("newsmill_ring_bytes") + "[$__rate_interval])"); },
     "newsmill_ring_bytes is no counter"},
    {"HistogramWithoutQuantile",
     [](Dashboard& b) {
       set_expression(b, "sum(rate(" + filtered("newsmill_end_to_end_seconds_bucket") + "[$__rate_interval]))");
     },
     "is a histogram without a quantile"},
    {"FixedInterval", [](Dashboard& b) { set_expression(b, "rate(" + filtered("newsmill_delivered_total") + "[5m])"); },
     "has the fixed interval [5m]"},
    {"NoMatcherOfTheJob",
     [](Dashboard& b) { set_expression(b, "sum(newsmill_ring_bytes{instance=~\"$instance\"})"); }, "lacks job=~\"$job\""},
    {"NoMatcherOfTheInstance", [](Dashboard& b) { set_expression(b, "sum(newsmill_ring_bytes{job=~\"$job\"})"); },
     "lacks instance=~\"$instance\""},
    {"NoMetric", [](Dashboard& b) { set_expression(b, "vector(1)"); }, "an expression names no metric"},
    {"NoQuery", [](Dashboard& b) { b.panel("stat")["targets"].Clear(); }, "there is no query"},
    {"TwoQueriesOfOneName",
     [](Dashboard& b) {
       for (Value& panel : b.json()["panels"].GetArray())
         if (panel["title"] == "Bytes") panel["targets"][1]["refId"] = "A";
     },
     "two queries are called A"},
    {"NoTitle", [](Dashboard& b) { b.panel("stat")["title"] = ""; }, "a panel has no title"},
    {"NoDescription", [](Dashboard& b) { b.panel("stat").RemoveMember("description"); }, "there is no description"},
    {"TwoPanelsOfOneTitle",
     [](Dashboard& b) { b.panel("stat")["title"] = text(b, b.panel("timeseries")["title"].GetString()); },
     "two panels are called"},
    {"FixedDataSource", [](Dashboard& b) { b.panel("stat")["datasource"]["uid"] = "PBFA97CFB590B2093"; },
     "the data source cannot be chosen"},
    {"FixedDataSourceOfAQuery", [](Dashboard& b) { target(b)["datasource"]["uid"] = "PBFA97CFB590B2093"; },
     "a query's data source cannot be chosen"},
    {"Export",
     [](Dashboard& b) { b.json().AddMember("__inputs", Value(rapidjson::kArrayType), b.json().GetAllocator()); },
     "__inputs belongs to an export"},
    {"NewerSchema", [](Dashboard& b) { b.json()["schemaVersion"] = 41; }, "schemaVersion is not 37 to 39"},
    {"NoNameOfItsOwn", [](Dashboard& b) { b.json()["uid"] = ""; }, "uid is missing"},
    {"NoVariable", [](Dashboard& b) { b.json()["templating"]["list"].PopBack(); }, "variable instance is missing"},
    {"OtherDataSource",
     [](Dashboard& b) { b.json()["templating"]["list"][0]["query"] = "loki"; }, "does not choose a Prometheus"},
    {"TwoIds", [](Dashboard& b) { b.panel("stat")["id"] = b.panel("timeseries")["id"].GetInt(); }, "no id of its own"},
    {"Overlap", [](Dashboard& b) { b.panel("timeseries")["gridPos"]["y"] = 1; }, "lies over another"},
    {"TooWide", [](Dashboard& b) { b.panel("timeseries")["gridPos"]["w"] = 25; }, "is wider than the page"},
    {"StateWithoutColours",
     [](Dashboard& b) { b.panel("state-timeline")["fieldConfig"]["defaults"]["mappings"].Clear(); },
     "draws 1 in red"},
    {"TableWithTime", [](Dashboard& b) { b.panel("table")["transformations"].Clear(); }, "shows the column Time"},
    {"TableOfARange", [](Dashboard& b) { target(b, "table")["instant"] = false; }, "a table wants instant tables"},
};
INSTANTIATE_TEST_SUITE_P(Of, FaultyTwin, testing::ValuesIn(kFaults),
                         [](const auto& fault) { return std::string(fault.param.name); });

TEST(Provisioning, TheFilesAreReadAndNameWhatComposeMounts) {
  const std::string folder = NEWSMILL_SOURCE_DIR "/deploy/grafana/provisioning/";
  config::Diagnostics diagnostics;
  const auto sources = config::Document::open(folder + "datasources/prometheus.yaml", diagnostics);
  const auto providers = config::Document::open(folder + "dashboards/newsmill.yaml", diagnostics);
  ASSERT_FALSE(diagnostics.has_errors());
  const config::Node& source = sources.root().find("datasources")->items.at(0);
  EXPECT_EQ(source.find("type")->text, "prometheus");
  EXPECT_EQ(source.find("isDefault")->text, "true") << "the variable datasource takes the default one";
  const auto scraping = config::Document::open(NEWSMILL_SOURCE_DIR "/deploy/prometheus/prometheus.yaml", diagnostics);
  EXPECT_EQ(source.find("jsonData")->find("timeInterval")->text,
            scraping.root().find("global")->find("scrape_interval")->text);
  const config::Node& provider = providers.root().find("providers")->items.at(0);
  EXPECT_EQ(provider.find("options")->find("path")->text, "/var/lib/grafana/dashboards");
}

TEST(PromQl, SelectorsAreReadWithWhatStandsAroundThem) {
  const auto all = test::selectors(
      "sum by (up) (rate(newsmill_x_total{a=\"}\",b=~\"c\"}[5m])) / on () (process_y{}) + z_total - up > time()");
  ASSERT_EQ(all.size(), 4u) << "the label `up` is read as a metric too, which no expression of ours has";
  EXPECT_EQ(all[1].name, "newsmill_x_total");
  EXPECT_EQ(all[1].matchers, "a=\"}\",b=~\"c\"");
  EXPECT_EQ(all[1].range, "5m");
  EXPECT_EQ(all[1].function, "rate");
  EXPECT_EQ(all[2].name, "process_y");
  EXPECT_EQ(all[2].function, "");
  EXPECT_EQ(all[3].name, "up");
}

TEST(PromQl, AnAlertWithoutItsConditionsGivesAValueInHealthToo) {
  EXPECT_EQ(test::unconditional("a == 0 and on (t) b offset 1d >= 0 and sum(c offset 1d) > 1"),
            "a == bool 0 and on (t) b >= bool 0 and sum(c) > bool 1");
}

}  // namespace
}  // namespace newsmill
