#include "config/reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "config/finding.h"
#include "config/json_text.h"
#include "config/options.h"

namespace newsmill::config {
namespace {

using Topics = std::vector<Settings::InputTopic>& (*)(Settings&);
using Map = std::map<std::string, std::string>& (*)(Settings&);
using List = std::vector<std::string>& (*)(Settings&);

bool in_list(const Option& row) { return row.path.find("[]") != std::string_view::npos; }

std::string default_text(const Option& row) {
  if (in_list(row)) return value_text(row, Settings::InputTopic{});
  return value_text(row, Settings{});
}

/// "from 1 to 64", "one of a, b", a form; empty = anything of the type.
std::string bounds_text(const Option& row) {
  if (!row.allowed.empty()) return fmt::format("one of `{}`", fmt::join(row.allowed, "`, `"));
  if (row.form) return std::string(row.form->expected);
  if (!row.range.bounded()) return {};
  const auto text = [&](std::int64_t n) {
    if (type_name(row) == "size") return size_text(static_cast<std::size_t>(n));
    if (type_name(row) == "duration") return duration_text(std::chrono::milliseconds(n));
    return std::to_string(n);
  };
  return fmt::format("{} to {}", text(row.range.low), text(row.range.high));
}

/// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

void add_table(std::string& out, const std::vector<const Option*>& rows) {
  out += "| key | value | default | meaning |\n|---|---|---|---|\n";
  for (const Option* row : rows) {
    std::string value = type_name(*row), bounds = bounds_text(*row);
    if (!bounds.empty()) value += ": " + bounds;
    const std::string fallback =
        row->default_words.empty() ? "`" + default_text(*row) + "`" : std::string(row->default_words);
    std::string meaning(row->meaning);
    meaning += fmt::format(" Example: `{}`.", row->example);
    if (row->is_path) meaning += " A relative path starts at the folder of the configuration file.";
    if (!row->restart) meaning += " Read again on SIGHUP.";
    if (row->secret) meaning += " Never shown.";
    out += fmt::format("| `{}` | {} | {} | {} |\n", row->path, cell(value), cell(fallback), cell(meaning));
  }
}

/// `text` in lines of at most `width` bytes, each after `indent`.
std::string wrapped(std::string_view text, std::string_view indent, std::size_t width) {
  std::string out, line(indent);
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    if (line.size() > indent.size() && line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line = indent;
    }
    if (line.size() > indent.size()) line += ' ';
    line += word;
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out + line + "\n";
}

constexpr std::string_view kInterpolated = "\\\\$\\\\{(env|file):[^}]+\\\\}";

/// The schema of one value, without description.
std::string value_schema(const Option& row) {
  const std::string type = type_name(row);
  const auto text_or = [](const std::string& other) {
    return fmt::format(R"("anyOf": [{{{}}}, {{"type": "string", "pattern": "{}"}}])", other, kInterpolated);
  };
  if (type == "true or false") return text_or(R"("type": "boolean")");
  if (type == "share") return text_or(R"("type": "number", "minimum": 0, "maximum": 1)");
  if (type == "whole number") {
    std::string number = R"("type": "integer")";
    if (row.range.bounded()) number += fmt::format(R"(, "minimum": {}, "maximum": {})", row.range.low, row.range.high);
    return text_or(number);
  }
  if (type == "duration") return text_or(R"("type": "string", "pattern": "^[0-9]+ ?(ms|s|m|h|d)$")");
  if (type == "size") return text_or(R"("type": "string", "pattern": "^[0-9]+ ?(B|KiB|MiB|GiB|kB|MB|GB)$")");
  if (type == "list of texts") return R"("type": "array", "items": {"type": ["string", "number", "boolean"]})";
  if (type == "map of texts")
    return R"("type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]})";
  if (!row.allowed.empty()) {
    std::vector<std::string> words;
    for (const auto word : row.allowed) words.push_back(json_text(word));
    return text_or(fmt::format(R"("enum": [{}])", fmt::join(words, ", ")));
  }
  if (row.form) return text_or(fmt::format(R"("type": "string", "pattern": {})", json_text(row.form->pattern)));
  return R"("type": "string")";
}

void add_property(std::string& out, const Option& row, const std::string& indent, bool last);

void add_item_properties(std::string& out, std::string_view list, const std::string& indent) {
  std::vector<const Option*> rows;
  for (const Option& row : options())
    if (row.section() == std::string(list) + "[]") rows.push_back(&row);
  for (const Option* row : rows) add_property(out, *row, indent, row == rows.back());
}

void add_property(std::string& out, const Option& row, const std::string& indent, bool last) {
  out +=
      fmt::format("{}{}: {{\n{}  \"description\": {},\n", indent, json_text(row.key()), indent, json_text(row.meaning));
  if (row.default_words.empty() && !std::holds_alternative<Topics>(row.place))
    out += fmt::format("{}  \"default\": {},\n", indent,
                       type_name(row) == "whole number" || type_name(row) == "share" || type_name(row) == "true or false"     ? default_text(row)
                       : default_text(row).starts_with('"') ? default_text(row)
                                                            : json_text(default_text(row)));
  if (std::holds_alternative<Topics>(row.place)) {
    out += fmt::format(
        "{0}  \"type\": \"array\",\n{0}  \"minItems\": 1,\n{0}  \"items\": {{\n{0}    \"type\": \"object\",\n"
        "{0}    \"additionalProperties\": false,\n{0}    \"required\": [\"name\"],\n{0}    \"properties\": {{\n",
        indent);
    add_item_properties(out, row.path, indent + "      ");
    out += fmt::format("{0}    }}\n{0}  }}\n", indent);
  } else {
    out += fmt::format("{}  {}\n", indent, value_schema(row));
  }
  out += fmt::format("{}}}{}\n", indent, last ? "" : ",");
}

/// Sections in the order of the table, each with its rows; "" holds the keys without one.
std::vector<std::pair<std::string, std::vector<const Option*>>> sections() {
  std::vector<std::pair<std::string, std::vector<const Option*>>> all;
  for (const Option& row : options()) {
    const std::string_view section =
        row.path.find('.') == std::string_view::npos ? "" : row.path.substr(0, row.path.find('.'));
    if (all.empty() || all.back().first != section) all.push_back({std::string(section), {}});
    all.back().second.push_back(&row);
  }
  return all;
}

}  // namespace

std::string options_page() {
  std::string out =
      "# Options\n\n"
      "<!-- Written by `newsmill config docs` from the option table (config/options.cc): edit there. -->\n\n"
      "newsmill reads one YAML file, `newsmill run --config newsmill.yaml`; every key has a default. `newsmill config "
      "new` prints a file "
      "with all keys to begin with, `newsmill config show` the effective values and where each comes from, `newsmill "
      "validate` every "
      "finding at once. `--set KEY=VALUE` on any command overrides the file and goes through the same reader.\n\n"
      "* Unknown keys, duplicate keys, tabs and wrong units are errors, so that nothing misspelt is ignored.\n"
      "* Durations carry `ms`, `s`, `m`, `h` or `d`: `100ms`, `72h`. Sizes carry `B`, `KiB`, `MiB`, `GiB`, `kB`, `MB` "
      "or `GB`: `64MiB`.\n"
      "* `${env:NAME}` inside a value is replaced by an environment variable, `${file:PATH}` by the content of a file "
      "without its last "
      "line end; a relative path starts at the folder of the configuration file. `$${` stands for the characters `${` "
      "themselves. There is "
      "no other interpolation.\n"
      "* Values that came through `${…}`, and keys that hold passwords, secrets or tokens, are masked wherever the "
      "configuration is shown.\n"
      "* For completion and checks in an editor, let the file begin with `# yaml-language-server: "
      "$schema=newsmill.schema.json`; "
      "`newsmill config schema` prints that file.\n\n";
  const bool all_restart = std::ranges::all_of(options(), &Option::restart);
  out += all_restart ? "The file is read once: a change takes a restart. SIGHUP reads the files of sources and lexicons again.\n"
                     : "A change takes a restart, except where the table says otherwise.\n";
  for (const auto& [section, rows] : sections()) {
    out += section.empty() ? "\n## Top level\n\n" : fmt::format("\n## {}\n\n{}\n\n", section, section_meaning(section));
    add_table(out, rows);
  }
  out +=
      "\n## Findings\n\nThe codes are stable; `newsmill help E102` prints the same text. A configuration with errors "
      "ends a command "
      "with exit code 78.\n";
  for (const Finding& row : findings()) out += fmt::format("\n### {} {}\n\n{}\n", row.code, row.title, row.help);
  return out;
}

std::string json_schema() {
  std::string out =
      "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": \"newsmill.yaml\",\n"
      "  \"description\": \"Written by `newsmill config schema` from the option table.\",\n"
      "  \"type\": \"object\",\n  \"additionalProperties\": false,\n  \"properties\": {\n";
  const auto all = sections();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [section, rows] = all[i];
    const bool last = i + 1 == all.size();
    if (section.empty()) {
      for (const Option* row : rows) add_property(out, *row, "    ", last && row == rows.back());
      continue;
    }
    out += fmt::format(
        "    {}: {{\n      \"description\": {},\n      \"type\": [\"object\", \"null\"],\n"
        "      \"additionalProperties\": false,\n      \"properties\": {{\n",
        json_text(section), json_text(section_meaning(section)));
    std::vector<const Option*> own;
    for (const Option* row : rows)
      if (!in_list(*row)) own.push_back(row);
    for (const Option* row : own) add_property(out, *row, "        ", row == own.back());
    out += fmt::format("      }}\n    }}{}\n", last ? "" : ",");
  }
  return out + "  }\n}\n";
}

std::string settings_file() {
  std::string out =
      "# yaml-language-server: $schema=schema/newsmill.schema.json\n"
      "# Every key of newsmill with its default: keep what you change and delete the rest.\n"
      "# `newsmill validate FILE` checks a file, `newsmill config show` tells where each value comes from.\n"
      "# Written by `newsmill config new` from the option table.\n";
  for (const auto& [section, rows] : sections()) {
    const std::string indent = section.empty() ? "" : "  ";
    out += "\n";
    if (!section.empty()) out += fmt::format("# {}\n{}:\n", section_meaning(section), section);
    for (const Option* row : rows) {
      std::string lead = indent;
      if (in_list(*row)) lead = row->key() == "name" ? "    - " : "      ";
      const std::string comment = (in_list(*row) ? "      " : indent) + "# ";
      std::string about(row->meaning);
      if (const std::string bounds = bounds_text(*row); !bounds.empty()) about += fmt::format(" ({})", bounds);
      std::erase(about, '`');
      if (!(in_list(*row) && row->key() == "name")) out += wrapped(about, comment, 100);
      if (std::holds_alternative<Topics>(row->place)) {
        out += fmt::format("{}{}:\n", lead, row->key());
      } else if (row->default_words.empty() || row->default_words == "needed") {
        out += fmt::format("{}{}: {}\n", lead, row->key(), default_text(*row));
      } else {
        out += fmt::format("{}# {}: {}  # default: {}\n", in_list(*row) ? "      " : indent, row->key(), row->example,
                           row->default_words);
      }
    }
  }
  return out;
}

}  // namespace newsmill::config
