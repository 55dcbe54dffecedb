#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.h"
#include "config/value.h"

namespace newsmill::config {

/// What a text must look like beyond being text.
struct Form {
  std::string_view expected;  ///< "host:port, with commas between several"
  std::string_view pattern;   ///< the same for the JSON Schema, ECMA 262
  bool (*fits)(std::string_view);
};

/// An enumeration of Settings by its index in `allowed`.
struct Choice {
  std::size_t (*get)(const Settings&);
  void (*set)(Settings&, std::size_t);
};

/// Where the value lives, which is also its type.
using Place = std::variant<bool& (*)(Settings&), double& (*)(Settings&), int& (*)(Settings&), std::size_t& (*)(Settings&), std::chrono::milliseconds& (*)(Settings&),
                           std::string& (*)(Settings&), std::vector<std::string>& (*)(Settings&),
                           std::map<std::string, std::string>& (*)(Settings&), Choice,
                           std::vector<Settings::InputTopic>& (*)(Settings&), std::string& (*)(Settings::InputTopic&)>;

/// One row per key of newsmill.yaml.
struct Option {
  std::string_view path;  ///< "kafka.lanes"; "input.topics[].name" for a key of every item of a list
  Place place;
  Range range = {};                              ///< of whole numbers, durations (ms) and sizes (bytes)
  std::vector<std::string_view> allowed = {};    ///< of texts and choices; empty = any
  const Form* form = nullptr;                    ///< of texts; null = any
  std::string_view default_words = {};           ///< where the default is not what Settings{} holds
  std::string_view meaning = {};                 ///< one or two sentences
  std::string_view example = {};                 ///< a value as it is written
  bool restart = true;  ///< a change takes a restart; what a named file holds is another matter
  bool secret = false;                           ///< never shown
  bool is_path = false;                          ///< of a file or folder: relative to the file it is written in

  std::string_view key() const;      ///< the last part of the path
  std::string_view section() const;  ///< the path without it
};

/// The one table, in the order of newsmill.yaml: the reader, docs/options.md, the JSON Schema and
/// config/default/newsmill.yaml are made from it. Defaults are those of Settings{}.
std::span<const Option> options();
/// Null when there is no such row.
const Option* option(std::string_view path);
/// A sentence about a section: "kafka", "input", …
std::string_view section_meaning(std::string_view section);

/// The type for people: "whole number", "duration", "size", "text", "list of texts", …
std::string type_name(const Option& option);
/// The value as it is written in YAML, on one line; secrets are not masked.
std::string value_text(const Option& option, const Settings& settings);
/// Value of a row "input.topics[].…".
std::string value_text(const Option& option, const Settings::InputTopic& topic);

/// `text` as a YAML scalar: plain where that reads back as the same text, else in double quotes.
std::string yaml_text(std::string_view text);

}  // namespace newsmill::config
