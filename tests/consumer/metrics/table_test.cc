#include "consumer/metrics/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

namespace newsmill::metrics {
namespace {

using ::testing::EndsWith;
using ::testing::MatchesRegex;

TEST(MetricsTable, RowsStandInTheOrderOfTheirIds) {
  std::size_t at = 0;
  for (const Family& row : families()) EXPECT_EQ(static_cast<std::size_t>(row.id), at++) << row.name;
}

TEST(MetricsTable, NamesKeepTheConventionsOfPrometheus) {
  std::set<std::string_view> seen;
  for (const Family& row : families()) {
    EXPECT_TRUE(seen.insert(row.name).second) << row.name << " stands twice";
    EXPECT_THAT(std::string(row.name), MatchesRegex("(newsmill|process)_[a-z][a-z0-9_]*"));
    EXPECT_EQ(row.kind == Kind::counter, row.name.ends_with("_total")) << row.name;
    EXPECT_THAT(std::string(row.help), EndsWith(".")) << row.name;
    EXPECT_EQ(row.kind == Kind::histogram, !row.buckets.empty()) << row.name;
    EXPECT_TRUE(std::ranges::is_sorted(row.buckets)) << row.name;
    for (const char* suffix : {"_count", "_sum", "_bucket", "_ms", "_milliseconds", "_minutes", "_kb"})
      EXPECT_FALSE(row.name.ends_with(suffix)) << row.name;
    std::set<std::string_view> labels;
    for (const LabelSet set : row.labels) EXPECT_TRUE(labels.insert(label_row(set).name).second) << row.name;
  }
}

TEST(MetricsTable, ClosedLabelsHaveDistinctValues) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(LabelSet::count_); ++i) {
    const LabelRow& row = label_row(static_cast<LabelSet>(i));
    ASSERT_FALSE(row.name.empty()) << i;
    EXPECT_FALSE(row.meaning.empty()) << row.name;
    if (row.values == nullptr) continue;
    const auto values = row.values();
    EXPECT_FALSE(values.empty()) << row.name;
    EXPECT_EQ(std::set<std::string_view>(values.begin(), values.end()).size(), values.size()) << row.name;
  }
}

TEST(MetricsTable, LanguageLabelsAreBounded) {
  const struct {
    const char *tag, *label;
  } rows[] = {{"en", "en"},   {"pt-BR", "pt"}, {"zh-Hant", "zh"}, {"und", "und"}, {"tlh", "other"}, {"", "other"},
              {"e", "other"}, {"en_GB", "other"}, {"EN", "other"}, {"sr-Latn", "other"}};
  for (const auto& row : rows) EXPECT_EQ(language_label(row.tag), row.label) << row.tag;
}

/// Alert → expression, from the rule file that is shipped.
std::map<std::string, std::string> shipped_alerts() {
  std::ifstream file(NEWSMILL_SOURCE_DIR "/deploy/prometheus/newsmill.rules.yaml");
  std::map<std::string, std::string> alerts;
  std::string name;
  bool inside = false;  // an expression
  for (std::string line; std::getline(file, line);) {
    const std::size_t alert = line.find("- alert: ");
    if (alert != std::string::npos) name = line.substr(alert + 9);
    if (line.starts_with("        expr:")) inside = true;
    else if (!line.starts_with("          ")) inside = false;
    if (inside) alerts[name] += line + "\n";
  }
  return alerts;
}

/// The metrics of ours that an expression names; a histogram by its family.
std::set<std::string> metrics_in(const std::string& expression) {
  std::set<std::string> names;
  for (std::size_t at = 0; (at = expression.find("newsmill_", at)) != std::string::npos;) {
    std::size_t end = at;
    while (end < expression.size() &&
           (std::isalnum(static_cast<unsigned char>(expression[end])) || expression[end] == '_'))
      ++end;
    std::string name = expression.substr(at, end - at);
    for (const char* part : {"_bucket", "_count", "_sum"})
      if (name.ends_with(part)) name.resize(name.size() - std::string_view(part).size());
    names.insert(name);
    at = end;
  }
  return names;
}

TEST(MetricsTable, AlertsOfARowAreThoseThatUseIt) {
  const auto alerts = shipped_alerts();
  ASSERT_GE(alerts.size(), 10u);
  std::set<std::string> known;
  for (const Family& row : families()) {
    known.insert(std::string(row.name));
    std::set<std::string> users;
    for (const auto& [alert, expression] : alerts)
      if (metrics_in(expression).contains(std::string(row.name)))
        users.insert(alert.substr(std::string_view("Newsmill").size()));
    EXPECT_EQ(std::set<std::string>(row.alerts.begin(), row.alerts.end()), users) << row.name;
  }
  for (const auto& [alert, expression] : alerts)
    for (const std::string& name : metrics_in(expression))
      EXPECT_TRUE(known.contains(name)) << alert << " uses " << name;
}

// The page is written by this test when it is asked to, and compared otherwise.
TEST(MetricsDocument, IsWhatTheTableSays) {
  const std::string path = NEWSMILL_SOURCE_DIR "/docs/metrics.md";
  if (std::getenv("NEWSMILL_WRITE_DOCS") != nullptr) std::ofstream(path) << markdown();
  std::ifstream file(path);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, markdown()) << "docs/metrics.md is not what consumer/metrics/table.cc says; write it with "
                                 "NEWSMILL_WRITE_DOCS=1 ctest -R MetricsDocument";
}

}  // namespace
}  // namespace newsmill::metrics
