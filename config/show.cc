#include "config/show.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "config/json_text.h"
#include "config/options.h"
#include "config/secret.h"

namespace newsmill::config {
namespace {

struct Line {
  std::string path, value, origin;
};

std::string masked_or(const Loaded& loaded, const std::string& path, std::string value) {
  return loaded.masked(path) ? json_text(kMasked) : std::move(value);
}

/// Every value with its full path, in the order of the table; maps and lists taken apart.
std::vector<Line> lines(const Loaded& loaded) {
  std::vector<Line> all;
  const auto add = [&](const std::string& path, std::string value, const std::string& origin_of) {
    all.push_back({path, masked_or(loaded, path, std::move(value)), origin_text(loaded.origin(origin_of))});
  };
  for (const Option& row : options()) {
    const std::string path(row.path);
    if (path.find("[]") != std::string::npos) continue;
    if (path == "kafka.client") {
      for (const auto& [key, value] : loaded.settings.kafka.client)
        add(path + "." + key, yaml_text(value), path + "." + key);
    } else if (path == "input.topics") {
      for (std::size_t i = 0; i < loaded.settings.input.topics.size(); ++i)
        for (const Option& item : options()) {
          if (!item.path.starts_with("input.topics[].")) continue;
          const std::string place = fmt::format("{}[{}].{}", path, i, item.key());
          add(place, value_text(item, loaded.settings.input.topics[i]), place);
        }
    } else {
      add(path, value_text(row, loaded.settings), path);
    }
  }
  return all;
}

}  // namespace

std::string show(const Loaded& loaded) {
  std::vector<std::pair<std::string, std::string>> rows;  // text, origin
  std::string section;
  for (const Line& line : lines(loaded)) {
    const std::size_t dot = line.path.find('.');
    const std::string first = dot == std::string::npos ? "" : line.path.substr(0, dot);
    std::string rest = line.path.substr(dot == std::string::npos ? 0 : dot + 1);
    if (first != section && !first.empty()) rows.emplace_back(first + ":", "");
    section = first;
    std::string indent = first.empty() ? "" : "  ";
    if (rest.starts_with("client.")) {
      if (std::ranges::find(rows, "  client:", &std::pair<std::string, std::string>::first) == rows.end())
        rows.emplace_back("  client:", "");
      rest = rest.substr(7), indent += "  ";
      rest = yaml_text(rest);
    } else if (rest.starts_with("topics[")) {
      const std::string key = rest.substr(rest.rfind('.') + 1);
      if (key == "name" && rest.starts_with("topics[0]")) rows.emplace_back("  topics:", "");
      indent += key == "name" ? "  - " : "    ";
      rest = key;
    }
    rows.emplace_back(fmt::format("{}{}: {}", indent, rest, line.value), line.origin);
  }
  std::size_t width = 0;
  for (const auto& [text, origin] : rows) width = std::max(width, std::min<std::size_t>(text.size(), 60));
  std::string out;
  for (const auto& [text, origin] : rows)
    out += origin.empty() ? text + "\n" : fmt::format("{:<{}}  # {}\n", text, width, origin);
  return out;
}

std::string show_json(const Loaded& loaded) {
  std::string out = fmt::format("{{\n  \"hash\": {},\n  \"values\": {{", json_text(loaded.hash));
  const char* between = "\n";
  for (const Line& line : lines(loaded)) {
    const bool quoted = line.value.starts_with('"');
    out += fmt::format("{}    {}: {{\"value\": {}, \"origin\": {}}}", between, json_text(line.path),
                       quoted ? line.value : json_text(line.value), json_text(line.origin));
    between = ",\n";
  }
  return out + "\n  }\n}\n";
}

std::string settings_hash(const Loaded& loaded) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a, 64 bits
  for (const Line& line : lines(loaded))
    for (const char c : line.path + "=" + line.value + "\n")
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return fmt::format("{:016x}", hash);
}

}  // namespace newsmill::config
