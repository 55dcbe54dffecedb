#include "processors/core/sources.h"

#include <algorithm>
#include <array>
#include <vector>

#include "config/reader.h"
#include "processors/text/instant.h"
#include "processors/text/language.h"
#include "processors/text/unicode.h"
#include "processors/text/url.h"

namespace newsmill {
namespace {

constexpr int kLowestTier = 9;

std::string folded(std::string_view name) {
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  std::string out;
  text::fold(name, out);
  if (out.starts_with("www.")) out.erase(0, 4);
  return out;
}

bool is_country(std::string_view code) {
  return code.size() == 2 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// The last label of a host, lower case; empty when there is none of two letters.
std::string country_domain(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || host.size() - dot != 3) return {};
  std::string label(host.substr(dot + 1));
  for (char& c : label) c = static_cast<char>(c | 0x20);
  return std::ranges::all_of(label, [](char c) { return c >= 'a' && c <= 'z'; }) ? label : std::string{};
}

void check_zone(config::Reader& reader, const config::Node* node, std::string_view key, const std::string& zone) {
  if (node == nullptr || zone.empty() || text::known_zone(zone)) return;
  reader.report(*node, key, "E201", "'" + zone + "' is no time zone of this system",
                "zones are IANA names such as Europe/Berlin; `timedatectl list-timezones` lists them");
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (int i = 1;; ++i) {
    const std::string_view name = format_name(static_cast<Format>(i));
    if (name.empty()) return names;
    names.emplace_back(name);
  }
}

}  // namespace

Sources Sources::read(const config::Document& document, config::Diagnostics& diagnostics) {
  Sources sources;
  config::Reader root(document, document.root(), "", diagnostics);
  for (const auto& [key, value] : root.entries("country_domains")) {
    const std::string domain = country_domain("x." + key.text);
    if (domain.empty() || value.kind != config::Node::Kind::scalar) {
      root.report(key, "country_domains", "E202", config::shown(key) + " is no country domain with a zone",
                  "write `cn: Asia/Shanghai`, and only countries that have one zone");
      continue;
    }
    check_zone(root, &value, "country_domains", value.text);
    if (text::known_zone(value.text)) sources.zones_[domain] = value.text;
  }
  for (const auto& [key, value] : root.entries("sources")) {
    config::Reader reader(document, value, "sources." + key.text, diagnostics);
    Source source;
    source.name = folded(key.text);
    source.display = reader.text("display");
    source.language = reader.text("language");
    source.tz = reader.text("tz");
    source.country = reader.text("country");
    source.tier = static_cast<int>(reader.integer("tier", 0, {0, kLowestTier}));
    if (reader.find("format") != nullptr) source.format = format_of(reader.text("format"));
    if (const config::Node* node = reader.find("language"); node != nullptr && text::language_tag(source.language) != source.language) {
      reader.report(*node, "language", "E203", "'" + source.language + "' is no language tag of BCP 47",
                    text::language_tag(source.language).empty() ? "write en, de, zh-Hant …"
                                                                : "write " + std::string(text::language_tag(source.language)));
      source.language.clear();
    }
    check_zone(reader, reader.find("tz"), "tz", source.tz);
    if (!text::known_zone(source.tz)) source.tz.clear();
    if (const config::Node* node = reader.find("country"); node != nullptr && !is_country(source.country)) {
      reader.report(*node, "country", "E204", "'" + source.country + "' is no country code of ISO 3166-1",
                    "write two capital letters: DE, US …");
      source.country.clear();
    }
    if (const config::Node* node = reader.find("format"); node != nullptr && !source.format) {
      std::string known;
      for (const std::string& name : format_names()) known += (known.empty() ? "" : ", ") + name;
      reader.report(*node, "format", "E104", config::shown(*node) + " is no format", "one of: auto, " + known);
    }
    reader.finish();
    std::string name = source.name;
    sources.sources_.insert_or_assign(std::move(name), std::move(source));
  }
  root.finish();
  return sources;
}

const Source* Sources::find(std::string_view name_or_host) const {
  if (name_or_host.empty()) return nullptr;
  const std::string name = folded(name_or_host);
  if (const auto exact = sources_.find(name); exact != sources_.end()) return &exact->second;
  // A host below a known domain: "edition.example.org" is of example.org.
  const auto domain = sources_.find(std::string(text::registrable_domain(name)));
  return domain == sources_.end() ? nullptr : &domain->second;
}

std::string_view Sources::zone_of_domain(std::string_view host) const {
  const auto found = zones_.find(country_domain(host));
  return found == zones_.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace newsmill
