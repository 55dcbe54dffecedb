#pragma once
#include <string>

/// What is written from the option table, so that it cannot differ from it. The committed files are
/// compared with these by a test, which names the command that writes them anew.
namespace newsmill::config {

/// docs/options.md: every key, and every finding. `newsmill config docs`
std::string options_page();
/// config/default/schema/newsmill.schema.json: JSON Schema draft 7, which editors read.
/// `newsmill config schema`
std::string json_schema();
/// config/default/newsmill.yaml: every key with its meaning and default. `newsmill config new`
std::string settings_file();

}  // namespace newsmill::config
