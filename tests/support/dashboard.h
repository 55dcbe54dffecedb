#pragma once
#include <rapidjson/document.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace newsmill::test {

/// A Grafana dashboard as it is shipped, and what can be wrong with one without a Grafana to say so.
class Dashboard {
 public:
  /// Throws std::runtime_error when the file is no JSON object.
  explicit Dashboard(const std::filesystem::path& file);
  /// A copy, to put faults into.
  Dashboard(const Dashboard& other);

  const std::string& name() const { return name_; }
  rapidjson::Document& json() { return json_; }
  /// The first panel of a type; throws when there is none.
  rapidjson::Value& panel(const std::string& type);

  struct Query {
    std::string place;       ///< "pipeline.json, panel \"Lag\", A", for messages
    std::string expression;  ///< PromQL, with Grafana's variables in it
    std::string legend;      ///< of a panel: "{{topic}}"
  };
  /// Every expression: of panels, of variables (label_values as the query that it is) and annotations.
  std::vector<Query> queries() const;
  /// Metrics that they name.
  std::set<std::string> families() const;

  /// What is wrong, a sentence each. `units`: the ids that Grafana knows.
  std::vector<std::string> findings(const std::set<std::string>& units) const;

 private:
  std::string name_;
  rapidjson::Document json_;
};

/// All of deploy/grafana/dashboards.
std::vector<Dashboard> dashboards();

/// The frozen list of units; its name says where it is from.
std::set<std::string> grafana_units();

}  // namespace newsmill::test
