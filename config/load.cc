#include "config/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <set>

#include "config/document.h"
#include "config/options.h"
#include "config/secret.h"
#include "config/settings_reader.h"
#include "config/show.h"

namespace newsmill::config {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "newsmill";
  std::string text(name.data());
  for (char& c : text)
    if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '.' && c != '_') c = '-';
  return text.substr(0, 100);
}

Node scalar_at(std::string text, std::size_t column) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.line = 1, node.column = column;
  return node;
}

/// "a.b=c" as the document {a: {b: c}} whose places are those of the text. A value that begins as
/// a YAML list, map or quote is read as YAML; any other is taken as it stands.
Document set_document(const std::string& text, Diagnostics& diagnostics) {
  Document document = Document::parse("--set", "", diagnostics);
  document.set_source(text);
  const auto refuse = [&](std::size_t column) {
    diagnostics.add(document.at(scalar_at({}, column), "E110",
                                fmt::format("expected KEY=VALUE, found \"{}\"", masked_line(text)),
                                "for example --set kafka.workers=4"));
  };
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    refuse(1);
    return document;
  }
  const std::string value = text.substr(equals + 1);
  Node node = scalar_at(value, equals + 2);
  if (!value.empty() && std::string_view("[{'\"").find(value[0]) != std::string_view::npos) {
    Diagnostics own;
    node = Document::parse("--set", std::string(equals + 1, ' ') + value, own).root();
    for (Diagnostic finding : own.all()) {
      finding.source = masked_line(text);
      diagnostics.add(std::move(finding));
    }
    if (own.has_errors()) return document;
  }
  // From the last key to the first. A row that is a map takes the rest of the path as one key:
  // names of librdkafka have dots.
  std::vector<std::pair<std::string, std::size_t>> keys;
  for (std::size_t begin = 0; begin <= equals;) {
    const Option* row = begin == 0 ? nullptr : option(text.substr(0, begin - 1));
    const bool takes_rest =
        row && std::holds_alternative<std::map<std::string, std::string>& (*)(Settings&)>(row->place);
    const std::size_t end = takes_rest ? equals : std::min(text.find('.', begin), equals);
    if (end == begin) {
      refuse(begin + 1);
      return document;
    }
    keys.emplace_back(text.substr(begin, end - begin), begin + 1);
    begin = end + 1;
  }
  while (!keys.empty()) {
    Node map;
    map.kind = Node::Kind::map;
    map.line = 1, map.column = keys.back().second;
    map.entries.emplace_back(scalar_at(keys.back().first, keys.back().second), std::move(node));
    node = std::move(map);
    keys.pop_back();
  }
  document.root() = std::move(node);
  return document;
}

/// What no single value can tell.
void check_together(const Loaded& loaded, Diagnostics& diagnostics) {
  const Settings& s = loaded.settings;
  std::set<std::string> inputs;
  for (std::size_t i = 0; i < s.input.topics.size(); ++i) {
    const std::string& name = s.input.topics[i].name;
    if (!name.empty() && !inputs.insert(name).second)
      diagnostics.add(finding_at(loaded, fmt::format("input.topics[{}].name", i), "E113",
                                 fmt::format("input.topics[{}].name: topic \"{}\" is listed twice", i, name),
                                 "remove one of the two"));
  }
  for (const auto& [path, name] :
       {std::pair("output.enriched", s.output.enriched), std::pair("output.deadletter", s.output.deadletter)})
    if (inputs.contains(name))
      diagnostics.add(finding_at(
          loaded, path, "E113",
          fmt::format("{}: topic \"{}\" is an input too, so newsmill would read its own results", path, name),
          "use different topics"));
  if (s.output.enriched == s.output.deadletter)
    diagnostics.add(finding_at(loaded, "output.deadletter", "E113",
                               fmt::format("output.deadletter: topic \"{}\" is output.enriched too", s.output.enriched),
                               "use different topics"));
  if (s.dedup.enabled && (inputs.contains(s.dedup.topic) || s.dedup.topic == s.output.enriched ||
                          s.dedup.topic == s.output.deadletter))
    diagnostics.add(finding_at(
        loaded, "dedup.topic", "E113",
        fmt::format("dedup.topic: topic \"{}\" is an input or output too; the dedup log holds nothing else",
                    s.dedup.topic),
        "use a topic of its own, such as articles.dedup"));
  if (s.normalize.max_text_bytes > s.output.max_bytes)
    diagnostics.add(finding_at(
        loaded, loaded.origins.contains("output.max_bytes") ? "output.max_bytes" : "normalize.max_text_bytes", "E113",
        fmt::format("normalize.max_text_bytes ({}) is above output.max_bytes ({}), so such a body has no room",
                    size_text(s.normalize.max_text_bytes), size_text(s.output.max_bytes)),
        "raise output.max_bytes or lower normalize.max_text_bytes"));
}

}  // namespace

std::string origin_text(const Origin& origin) {
  std::string text = origin.kind == Origin::Kind::builtin ? "default"
                     : origin.kind == Origin::Kind::set   ? "--set"
                                                          : fmt::format("{}:{}", origin.file, origin.line);
  if (!origin.through.empty()) text += " " + origin.through;
  return text;
}

const Origin& Loaded::origin(std::string_view path) const {
  static const Origin kBuiltin;
  const auto found = origins.find(std::string(path));
  return found == origins.end() ? kBuiltin : found->second;
}

bool Loaded::masked(std::string_view path) const {
  constexpr std::string_view kClient = "kafka.client.";
  const Option* row = option(path);
  return (row && row->secret) || (path.starts_with(kClient) && secret_key(path.substr(kClient.size()))) ||
         !origin(path).through.empty();
}

Diagnostic finding_at(const Loaded& loaded, std::string_view path, std::string code, std::string message,
                      std::string hint) {
  const Origin& origin = loaded.origin(path);
  Diagnostic finding{.code = std::move(code), .file = origin.file, .line = origin.line, .column = origin.column,
                     .message = std::move(message), .source = origin.source, .hint = std::move(hint)};
  if (origin.kind == Origin::Kind::builtin) {
    finding.file = "defaults";
    if (finding.hint.empty()) finding.hint = fmt::format("set {}", path);
  }
  return finding;
}

Loaded load(const std::vector<std::string>& paths, const std::vector<std::string>& sets, Diagnostics& diagnostics) {
  Loaded loaded;
  SettingsReader reader(loaded, diagnostics);
  const std::size_t before = diagnostics.all().size();
  for (const auto& path : paths) {
    const Document document = Document::open(path, diagnostics);
    reader.apply(document, Origin::Kind::file, std::filesystem::path(path).parent_path().string());
  }
  for (const auto& text : sets) reader.apply(set_document(text, diagnostics), Origin::Kind::set, "");
  if (loaded.settings.instance.empty()) loaded.settings.instance = host_name();
  // After a finding the rest may be at its default only because of it.
  if (diagnostics.all().size() == before) check_together(loaded, diagnostics);
  loaded.hash = settings_hash(loaded);
  return loaded;
}

}  // namespace newsmill::config
