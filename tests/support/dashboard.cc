#include "tests/support/dashboard.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tests/support/child.h"
#include "tests/support/dashboard_lint.h"
#include "tests/support/promql.h"

namespace newsmill::test {
namespace {

namespace fs = std::filesystem;
using rapidjson::Value;

const fs::path kDashboards = NEWSMILL_SOURCE_DIR "/deploy/grafana/dashboards";

/// `label_values(metric{…}, label)` as what Grafana asks Prometheus.
std::string label_query(const std::string& definition) {
  const std::string begin = "label_values(";
  const std::size_t comma = definition.rfind(", ");
  if (!definition.starts_with(begin) || !definition.ends_with(')') || comma == std::string::npos) return definition;
  return "count by (" + definition.substr(comma + 2, definition.size() - comma - 3) + ") (" +
         definition.substr(begin.size(), comma - begin.size()) + ")";
}

}  // namespace

Dashboard::Dashboard(const fs::path& file) : name_(file.filename()) {
  const std::string text = read_file(file);
  json_.Parse(text.c_str(), text.size());
  if (json_.HasParseError() || !json_.IsObject()) throw std::runtime_error(file.string() + " is no JSON object");
}

Dashboard::Dashboard(const Dashboard& other) : name_(other.name_) { json_.CopyFrom(other.json_, json_.GetAllocator()); }

Value& Dashboard::panel(const std::string& type) {
  for (Value& panel : json_["panels"].GetArray())
    if (panel["type"] == type.c_str()) return panel;
  throw std::runtime_error(name_ + " has no panel of type " + type);
}

std::vector<Dashboard::Query> Dashboard::queries() const {
  std::vector<Query> all;
  for (const Value& panel : list_in(json_, "panels"))
    for (const Value& target : list_in(panel, "targets"))
      all.push_back({name_ + ", panel \"" + text_in(panel, "title") + "\", " + text_in(target, "refId"),
                     text_in(target, "expr"), text_in(target, "legendFormat")});
  for (const Value& variable : list_in(map_in(json_, "templating"), "list"))
    if (text_in(variable, "type") == "query")
      all.push_back({name_ + ", variable " + text_in(variable, "name"), label_query(text_in(variable, "definition")), ""});
  for (const Value& annotation : list_in(map_in(json_, "annotations"), "list"))
    all.push_back({name_ + ", annotation " + text_in(annotation, "name"), text_in(annotation, "expr"), ""});
  return all;
}

std::set<std::string> Dashboard::families() const {
  std::set<std::string> names;
  for (const Query& query : queries())
    for (const Selector& selector : selectors(query.expression)) names.insert(family_of(selector.name));
  return names;
}

std::vector<std::string> Dashboard::findings(const std::set<std::string>& units) const {
  return DashboardLint(name_, json_, units).findings();
}

std::vector<Dashboard> dashboards() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kDashboards)) files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<Dashboard> all;
  for (const fs::path& file : files) all.emplace_back(file);
  return all;
}

std::set<std::string> grafana_units() {
  std::set<std::string> units;
  std::istringstream lines(read_file(NEWSMILL_SOURCE_DIR "/tests/deploy/grafana-data-13.2.2-units.txt"));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line[0] != '#') units.insert(line);
  return units;
}

}  // namespace newsmill::test
