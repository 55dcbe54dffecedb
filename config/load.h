#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/settings.h"

namespace newsmill::config {

/// Where a value comes from.
struct Origin {
  enum class Kind { builtin, file, set } kind = Kind::builtin;
  std::string file;                  ///< as typed, or "--set"
  std::size_t line = 0, column = 0;  ///< of the value
  std::string source;                ///< the line as it stands; secrets in it masked
  std::string through;               ///< "${env:NAME}" or "${file:PATH}" when the value holds one
};

/// "default", "newsmill.yaml:7", "--set", "newsmill.yaml:7 ${env:PASSWORD}".
std::string origin_text(const Origin& origin);

/// The effective configuration.
struct Loaded {
  Settings settings;
  /// By path: "kafka.lanes", "kafka.client.sasl.password", "input.topics", "input.topics[0].name".
  /// What is at its default has no entry.
  std::map<std::string, Origin> origins;
  /// 16 hex digits over every value except secrets: two processes with the same digits decide alike.
  std::string hash;

  const Origin& origin(std::string_view path) const;
  /// True when the value must not be shown: a known secret, or one that came through ${…}.
  bool masked(std::string_view path) const;
};

/// A finding about the value at `path`, where it was written. For those who check later what only
/// they can check, such as librdkafka its own keys (E112).
Diagnostic finding_at(const Loaded& loaded, std::string_view path, std::string code, std::string message,
                      std::string hint = {});

/// Reads the files in order and then the `sets` ("kafka.lanes=2"), each over what came before; lists
/// are replaced whole, maps by key. No file = defaults. All findings of all of them go to
/// `diagnostics`; a wrong value leaves what came before. ${env:NAME} and ${file:PATH} are replaced
/// inside values, PATH relative to the file it stands in; $${ stands for ${ itself.
Loaded load(const std::vector<std::string>& paths, const std::vector<std::string>& sets, Diagnostics& diagnostics);

}  // namespace newsmill::config
