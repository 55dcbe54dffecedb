#pragma once
#include <rapidjson/document.h>

#include <set>
#include <string>
#include <vector>

namespace newsmill::test {

/// The rules that a dashboard of ours keeps: those of Grafana's dashboard-linter (a data source that can
/// be chosen, matchers for job and instance, $__rate_interval, units, titles and descriptions, rates of
/// counters, no empty panel), and what a Grafana shows wrongly without a word: unknown units, panel types
/// and options.
class DashboardLint {
 public:
  DashboardLint(const std::string& name, const rapidjson::Value& json, const std::set<std::string>& units)
      : name_(name), json_(json), units_(units) {}
  std::vector<std::string> findings();

 private:
  void look_at_whole();
  void look_at_variables();
  void look_at_panel(const rapidjson::Value& panel);
  void look_at_options(const rapidjson::Value& panel, const std::string& type);
  void look_at_units(const rapidjson::Value& panel);
  void look_at_targets(const rapidjson::Value& panel, const std::string& type);
  void look_at_expression(const std::string& expression, bool instant);
  void look_at_places();
  void find(const std::string& what);

  const std::string& name_;
  const rapidjson::Value& json_;
  const std::set<std::string>& units_;
  std::string place_;
  std::vector<std::string> findings_;
};

/// Members of a JSON object, whatever it is: an absent or other one is empty.
const rapidjson::Value& map_in(const rapidjson::Value& object, const char* name);
rapidjson::Value::ConstArray list_in(const rapidjson::Value& object, const char* name);
std::string text_in(const rapidjson::Value& object, const char* name);

}  // namespace newsmill::test
