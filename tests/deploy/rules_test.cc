#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "config/document.h"
#include "tests/support/child.h"

// The alerts of deploy/prometheus and their page; that they fire when they should is tested by promtool,
// in tests/prometheus.
namespace newsmill {
namespace {

using config::Node;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::filesystem::path kFolder = NEWSMILL_SOURCE_DIR "/deploy/prometheus";

std::vector<Node> rules() {
  config::Diagnostics diagnostics;
  const auto document = config::Document::open(kFolder / "newsmill.rules.yaml", diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  std::vector<Node> all;
  for (const Node& group : document.root().find("groups")->items)
    for (const Node& rule : group.find("rules")->items) all.push_back(rule);
  return all;
}

std::string text(const Node& node, const char* key) {
  const Node* found = node.find(key);
  return found == nullptr ? "" : found->text;
}

/// The anchors of a page's headings, as GitHub makes them of one word.
std::set<std::string> anchors(const std::string& page) {
  std::set<std::string> all;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("### ")) {
      std::string anchor = line.substr(4);
      std::ranges::transform(anchor, anchor.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      all.insert(anchor);
    }
  return all;
}

TEST(Rules, EachSaysHowUrgentItIsWhatItMeansAndWhereItSaysWhatToDo) {
  const auto known = anchors(test::read_file(NEWSMILL_SOURCE_DIR "/docs/operations.md"));
  for (const Node& rule : rules()) {
    const std::string name = text(rule, "alert");
    EXPECT_TRUE(name.starts_with("Newsmill")) << name;
    EXPECT_THAT((std::vector<std::string>{"page", "ticket", "info"}), Contains(text(*rule.find("labels"), "severity")))
        << name;
    const Node& annotations = *rule.find("annotations");
    EXPECT_FALSE(text(annotations, "summary").empty()) << name;
    EXPECT_THAT(text(annotations, "description"), testing::AnyOf(EndsWith("."), EndsWith("{{ end }}"))) << name;
    std::string anchor = name;
    std::ranges::transform(anchor, anchor.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_EQ(text(annotations, "runbook"), "docs/operations.md#" + anchor);
    EXPECT_TRUE(known.contains(anchor)) << "docs/operations.md has no section " << name;
  }
}

TEST(Rules, EachHasAUnitTestInWhichItFires) {
  std::string tests;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().string().ends_with(".test.yaml")) tests += test::read_file(entry.path());
  const auto all = rules();
  ASSERT_GE(all.size(), 16u);
  for (const Node& rule : all) EXPECT_THAT(tests, HasSubstr(text(rule, "alert")));
}

TEST(Rules, NoSectionOfThePageIsAboutAnAlertThatIsNotThere) {
  std::set<std::string> names;
  for (const Node& rule : rules()) names.insert(text(rule, "alert"));
  std::istringstream lines(test::read_file(NEWSMILL_SOURCE_DIR "/docs/operations.md"));
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(!line.starts_with("### Newsmill") || names.contains(line.substr(4))) << line;
}

}  // namespace
}  // namespace newsmill
