#pragma once
#include <span>
#include <string_view>

namespace newsmill::config {

/// One kind of finding. Codes are stable: they are only ever added, never given a new meaning.
struct Finding {
  std::string_view code;   ///< "E102"
  std::string_view title;  ///< a few words
  std::string_view help;   ///< what it means and how to mend it; a few sentences
};

/// The one table of codes, sorted: docs/options.md#findings and `newsmill help E102` come from
/// it. E0xx is YAML itself, E1xx values in any file, E2xx sources.yaml, E3xx lexicons, E5xx names.
std::span<const Finding> findings();

/// Null when there is no such code. Any case.
const Finding* finding(std::string_view code);

}  // namespace newsmill::config
