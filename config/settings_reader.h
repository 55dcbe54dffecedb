#pragma once
#include <map>
#include <string>

#include "config/document.h"
#include "config/load.h"
#include "config/options.h"

namespace newsmill::config {

/// Applies documents to Settings by the option table. One document after the other; see load().
class SettingsReader {
 public:
  SettingsReader(Loaded& loaded, Diagnostics& diagnostics) : loaded_(loaded), diagnostics_(diagnostics) {}

  /// `folder`: where relative ${file:…} start.
  void apply(const Document& document, Origin::Kind kind, const std::string& folder);

 private:
  struct Setter;
  void apply_map(const Node& map, const std::string& section);
  void apply_option(const Option& option, const std::string& path, const Node& node, Settings::InputTopic* topic);
  void apply_topics(const Node& node, std::vector<Settings::InputTopic>& topics);
  void report_unknown(const Node& key, const std::string& section);
  /// The text of a scalar after interpolation; false when there was a finding. `path` for messages.
  bool read_scalar(const std::string& path, const Node& node, std::string& text, Origin& origin);
  void report(const Node& node, const std::string& path, std::string code, const std::string& message,
              std::string hint = {});
  Origin origin_of(const Node& node) const;

  Loaded& loaded_;
  Diagnostics& diagnostics_;
  const Document* document_ = nullptr;
  Origin::Kind kind_ = Origin::Kind::file;
  std::string folder_;
};

}  // namespace newsmill::config
