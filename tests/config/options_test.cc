#include "config/options.h"

#include <gtest/gtest.h>

#include <set>

#include "config/forms.h"
#include "config/load.h"

namespace newsmill::config {
namespace {

TEST(Options, AreCompleteRows) {
  std::set<std::string_view> paths;
  for (const Option& row : options()) {
    EXPECT_TRUE(paths.insert(row.path).second) << row.path << " stands twice";
    EXPECT_GT(row.meaning.size(), 20u) << row.path;
    EXPECT_TRUE(row.meaning.ends_with('.')) << row.path;
    EXPECT_FALSE(row.example.empty()) << row.path;
    const auto dot = row.path.find('.');
    EXPECT_TRUE(dot == std::string_view::npos || !section_meaning(row.path.substr(0, dot)).empty()) << row.path;
  }
}

/// The example of every row, and its default, go through the reader without a finding.
TEST(Options, ExamplesAndDefaultsAreAccepted) {
  for (const Option& row : options()) {
    const bool in_list = row.path.find("[]") != std::string_view::npos;
    for (const std::string& value : {std::string(row.example), in_list ? std::string() : value_text(row, Settings{})}) {
      if (value.empty() || value == "\"\"" || value.find("${") != std::string::npos) continue;
      const std::string set = in_list ? "input.topics=[{name: x, " + std::string(row.key()) + ": " + value + "}]"
                                      : std::string(row.path) + "=" + value;
      if (row.key() == "name") continue;
      Diagnostics diagnostics;
      load({}, {set}, diagnostics);
      EXPECT_TRUE(diagnostics.all().empty())
          << set << ": " << (diagnostics.all().empty() ? "" : diagnostics.all()[0].message);
    }
  }
}

/// Every row changes the setting it names, and no other row's.
TEST(Options, EachRowHasAPlaceOfItsOwn) {
  for (const Option& row : options()) {
    if (row.path.find("[]") != std::string_view::npos || row.example.find("${") != std::string_view::npos) continue;
    Diagnostics diagnostics;
    const Settings changed =
        load({}, {std::string(row.path) + "=" + std::string(row.example), "instance=x"}, diagnostics).settings;
    Settings before;
    before.instance = "x";
    for (const Option& other : options()) {
      if (other.path == "instance") continue;
      const bool same = value_text(other, changed) == value_text(other, before);
      const bool changes = other.path == row.path && row.example != value_text(row, before);
      EXPECT_EQ(same, !changes) << row.path << " on " << other.path;
    }
  }
}

TEST(Forms, TakeWhatTheySay) {
  struct Row { const Form* form; const char* text; bool fits; };
  const Row rows[] = {
      {&kBrokers, "a:9092", true},
      {&kBrokers, "a:1,b:2, c.d:65535", true},
      {&kBrokers, "[::1]:9092", true},
      {&kBrokers, "a", false},
      {&kBrokers, "a:0", false},
      {&kBrokers, "a:65536", false},
      {&kBrokers, "a:1,", false},
      {&kBrokers, "", false},
      {&kBrokers, ":1", false},
      {&kBrokers, "a b:1", false},
      {&kBrokers, "PLAINTEXT://a:1", false},
      {&kBrokers, "a:9x", false},
      {&kBrokers, "a:", false},
      {&kBrokers, "a:+1", false},
      {&kAddress, "", true},
      {&kAddress, "127.0.0.1:0", true},
      {&kAddress, "0.0.0.0:80", true},
      {&kAddress, "80", false},
      {&kTopic, "articles.raw", true},
      {&kTopic, "a_b-C.9", true},
      {&kTopic, "", false},
      {&kTopic, ".", false},
      {&kTopic, "..", false},
      {&kTopic, "a/b", false},
      {&kTopic, "ä", false},
      {&kName, "mill-1", true},
      {&kName, "", false},
      {&kName, "a b", false},
      {&kGroup, "team/a:b", true},
      {&kGroup, "a b", false},
      {&kGroup, "", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(row.form->fits(row.text), row.fits) << row.form->expected << ": \"" << row.text << '"';
  EXPECT_TRUE(kTopic.fits(std::string(249, 'x')));
  EXPECT_FALSE(kTopic.fits(std::string(250, 'x')));
}

TEST(Options, WriteTextsThatReadBack) {
  struct Row { const char *text, *expect; };
  const Row rows[] = {{"plain", "plain"}, {"", "\"\""},         {"a: b", "\"a: b\""},
                      {"-x", "\"-x\""},   {"null", "\"null\""}, {"q\"\\", "\"q\\\"\\\\\""},
                      {"no", "no"},       {"a#b", "\"a#b\""}};
  for (const auto& row : rows) EXPECT_EQ(yaml_text(row.text), row.expect);
}

}  // namespace
}  // namespace newsmill::config
