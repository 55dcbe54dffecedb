#include "tests/support/dashboard_lint.h"

#include <algorithm>
#include <map>

#include "consumer/metrics/table.h"
#include "tests/support/promql.h"

namespace newsmill::test {
namespace {

using rapidjson::Value;

struct PanelType {
  std::set<std::string> options, custom;  ///< of Grafana 9.3: an older one ignores what is newer
};

const std::map<std::string, PanelType>& panel_types() {
  static const std::map<std::string, PanelType> kTypes = {
      {"timeseries",
       {{"legend", "tooltip"}, {"drawStyle", "lineWidth", "fillOpacity", "showPoints", "spanNulls", "stacking"}}},
      {"stat", {{"reduceOptions", "orientation", "textMode", "colorMode", "graphMode", "justifyMode"}, {}}},
      {"bargauge",
       {{"reduceOptions", "orientation", "displayMode", "showUnfilled", "minVizWidth", "minVizHeight"}, {}}},
      {"table", {{"showHeader", "footer", "sortBy"}, {"align", "inspect"}}},
      {"state-timeline",
       {{"mergeValues", "showValue", "alignValue", "rowHeight", "legend", "tooltip"}, {"lineWidth", "fillOpacity"}}},
  };
  return kTypes;
}

const metrics::Family* family_named(const std::string& name) {
  const auto rows = metrics::families();
  const auto found = std::ranges::find(rows, std::string_view(name), &metrics::Family::name);
  return found == rows.end() ? nullptr : &*found;
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

const Value& map_in(const Value& object, const char* name) {
  static const Value kEmpty(rapidjson::kObjectType);
  return object.IsObject() && object.HasMember(name) && object[name].IsObject() ? object[name] : kEmpty;
}

Value::ConstArray list_in(const Value& object, const char* name) {
  static const Value kEmpty(rapidjson::kArrayType);
  return (object.IsObject() && object.HasMember(name) && object[name].IsArray() ? object[name] : kEmpty).GetArray();
}

std::string text_in(const Value& object, const char* name) {
  return object.IsObject() && object.HasMember(name) && object[name].IsString() ? object[name].GetString() : "";
}

void DashboardLint::find(const std::string& what) {
  findings_.push_back(name_ + (place_.empty() ? "" : ", " + place_) + ": " + what);
}

std::vector<std::string> DashboardLint::findings() {
  look_at_whole();
  look_at_variables();
  for (const Value& panel : list_in(json_, "panels")) {
    place_ = "panel " + quoted(text_in(panel, "title"));
    look_at_panel(panel);
  }
  place_.clear();
  look_at_places();
  return findings_;
}

void DashboardLint::look_at_whole() {
  for (const char* name : {"uid", "title", "description"})
    if (text_in(json_, name).empty()) find(std::string(name) + " is missing");
  // 9.3 writes 37 and migrates up to it; 39 is the last without fields that 9.3 does not know.
  const bool versioned = json_.HasMember("schemaVersion") && json_["schemaVersion"].IsInt();
  if (!versioned || json_["schemaVersion"].GetInt() < 37 || json_["schemaVersion"].GetInt() > 39)
    find("schemaVersion is not 37 to 39");
  // What an export has: a provisioned dashboard then asks for a data source called ${DS_…}.
  for (const char* name : {"__inputs", "__requires", "id"})
    if (json_.HasMember(name)) find(std::string(name) + " belongs to an export, not to a file");
  if (list_in(json_, "panels").Empty()) find("there is no panel");
}

void DashboardLint::look_at_variables() {
  std::set<std::string> names;
  for (const Value& variable : list_in(map_in(json_, "templating"), "list")) {
    const std::string name = text_in(variable, "name"), type = text_in(variable, "type");
    names.insert(name);
    if (name == "datasource" && (type != "datasource" || text_in(variable, "query") != "prometheus"))
      find("variable datasource does not choose a Prometheus");
    if (type == "query" && text_in(map_in(variable, "query"), "query") != text_in(variable, "definition"))
      find("variable " + name + " has a definition that is not its query");
    if (text_in(variable, "label").empty()) find("variable " + name + " has no label");
  }
  for (const char* name : {"datasource", "job", "instance"})
    if (!names.contains(name)) find(std::string("variable ") + name + " is missing");
}

void DashboardLint::look_at_panel(const Value& panel) {
  const std::string type = text_in(panel, "type");
  if (text_in(panel, "title").empty()) find("a panel has no title");
  if (type == "row") return;
  if (!panel_types().contains(type)) return find("no panel type of ours: " + quoted(type));
  if (text_in(panel, "description").empty()) find("there is no description");
  if (text_in(map_in(panel, "datasource"), "uid") != "${datasource}") find("the data source cannot be chosen");
  look_at_options(panel, type);
  look_at_units(panel);
  look_at_targets(panel, type);
}

void DashboardLint::look_at_options(const Value& panel, const std::string& type) {
  const PanelType& known = panel_types().at(type);
  for (const auto& option : map_in(panel, "options").GetObject())
    if (!known.options.contains(option.name.GetString()))
      find("no option of a " + type + ": " + quoted(option.name.GetString()));
  const Value& defaults = map_in(map_in(panel, "fieldConfig"), "defaults");
  for (const auto& option : map_in(defaults, "custom").GetObject())
    if (!known.custom.contains(option.name.GetString()))
      find("no field option of a " + type + ": " + quoted(option.name.GetString()));
  if (type == "state-timeline" && list_in(defaults, "mappings").Empty())
    find("a state-timeline without value mappings draws 1 in red");
  if (type == "bargauge" && text_in(map_in(panel, "options"), "orientation") != "horizontal")
    find("a bargauge that is not horizontal cuts its names");
  if (type == "table") {
    const auto hides_time = [](const Value& step) {
      return text_in(step, "id") == "organize" &&
             map_in(map_in(step, "options"), "excludeByName").HasMember("Time");
    };
    const auto steps = list_in(panel, "transformations");
    if (std::none_of(steps.begin(), steps.end(), hides_time)) find("a table shows the column Time");
  }
}

void DashboardLint::look_at_units(const Value& panel) {
  const Value& config = map_in(panel, "fieldConfig");
  const std::string unit = text_in(map_in(config, "defaults"), "unit");
  if (unit.empty()) find("there is no unit");
  else if (!units_.contains(unit)) find("no unit of Grafana: " + quoted(unit));
  for (const Value& field : list_in(config, "overrides"))
    for (const Value& property : list_in(field, "properties"))
      if (text_in(property, "id") == "unit" && !units_.contains(text_in(property, "value")))
        find("no unit of Grafana: " + quoted(text_in(property, "value")));
}

void DashboardLint::look_at_targets(const Value& panel, const std::string& type) {
  const auto targets = list_in(panel, "targets");
  if (targets.Empty()) return find("there is no query");
  std::set<std::string> ids;
  for (const Value& target : targets) {
    if (!ids.insert(text_in(target, "refId")).second) find("two queries are called " + text_in(target, "refId"));
    if (text_in(map_in(target, "datasource"), "uid") != "${datasource}") find("a query's data source cannot be chosen");
    const bool instant = target.HasMember("instant") && target["instant"].IsTrue();
    if (type == "table" && (!instant || text_in(target, "format") != "table")) find("a table wants instant tables");
    look_at_expression(text_in(target, "expr"), instant);
  }
}

void DashboardLint::look_at_expression(const std::string& expression, bool instant) {
  const auto all = selectors(expression);
  if (all.empty()) find("an expression names no metric: " + expression);
  for (const Selector& selector : all) {
    const metrics::Family* family = family_named(selector.name);
    if (family == nullptr) family = family_named(family_of(selector.name));
    if (family == nullptr) {
      find("no metric of newsmill: " + selector.name);
      continue;
    }
    for (const char* matcher : {"job=~\"$job\"", "instance=~\"$instance\""})
      if (selector.matchers.find(matcher) == std::string::npos) find(selector.name + " lacks " + matcher);
    const bool rate = selector.function == "rate" || selector.function == "increase";
    // The sums of an account balance as they stand; only differences of counters of one moment do.
    const bool account = instant && expression.find(" - sum(newsmill_records_in_flight") != std::string::npos;
    if (family->kind != metrics::Kind::gauge && !rate && !account) find(selector.name + " is a counter without a rate");
    if (family->kind == metrics::Kind::gauge && rate) find(selector.name + " is no counter and has no rate");
    const bool whole_range = instant && (selector.range == "$__range" || selector.range == "1h");
    if (rate && selector.range != "$__rate_interval" && !whole_range)
      find(selector.name + " has the fixed interval [" + selector.range + "]");
    if (selector.name.ends_with("_bucket") && selector.matchers.find("le=") == std::string::npos &&
        expression.find("histogram_quantile(") == std::string::npos)
      find(selector.name + " is a histogram without a quantile");
  }
}

/// Grafana's grid is 24 wide; overlapping panels push each other down.
void DashboardLint::look_at_places() {
  std::set<int> ids;
  std::set<std::pair<int, int>> taken;
  std::set<std::string> titles;
  for (const Value& panel : list_in(json_, "panels")) {
    const std::string title = text_in(panel, "title");
    if (!panel.HasMember("id") || !ids.insert(panel["id"].GetInt()).second) find("panel " + quoted(title) + " has no id of its own");
    if (!titles.insert(title).second) find("two panels are called " + quoted(title));
    const Value& place = map_in(panel, "gridPos");
    if (place.MemberCount() != 4) {
      find("panel " + quoted(title) + " has no place");
      continue;
    }
    const int x = place["x"].GetInt(), y = place["y"].GetInt(), w = place["w"].GetInt(), h = place["h"].GetInt();
    if (x < 0 || x + w > 24) find("panel " + quoted(title) + " is wider than the page");
    bool overlaps = false;
    for (int column = x; column < x + w; ++column)
      for (int line = y; line < y + h; ++line) overlaps |= !taken.emplace(column, line).second;
    if (overlaps) find("panel " + quoted(title) + " lies over another");
  }
}

}  // namespace newsmill::test
