#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/diagnostic.h"
#include "config/document.h"
#include "processors/core/format.h"

namespace newsmill {

/// What is known about one publisher.
struct Source {
  std::string name;      ///< key: domain or source name, folded
  std::string display;   ///< name for people
  std::string language;  ///< BCP 47
  std::string tz;        ///< IANA zone of its undated clocks
  std::string country;   ///< ISO 3166-1 alpha-2
  int tier = 0;          ///< 1 = most important, 0 = not said
  std::optional<Format> format;
};

/// sources.yaml: publishers by domain or name, and the zones of country domains that have only
/// one. Immutable; any thread.
class Sources {
 public:
  /// Reads a document; every finding goes to `diagnostics`, and what is sound is kept.
  static Sources read(const config::Document& document, config::Diagnostics& diagnostics);

  /// By exact name, by host, or by its registrable domain; null when unknown. O(1).
  const Source* find(std::string_view name_or_host) const;
  /// Zone of a host's country domain when that country has a single zone (".cn" → Asia/Shanghai);
  /// empty otherwise.
  std::string_view zone_of_domain(std::string_view host) const;
  std::size_t size() const { return sources_.size(); }

 private:
  std::unordered_map<std::string, Source> sources_;
  std::unordered_map<std::string, std::string> zones_;
};

}  // namespace newsmill
