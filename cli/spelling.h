#pragma once
#include <CLI/CLI.hpp>

#include <string>

namespace newsmill::cli {

/// What is wrong with a command line, with the spelling that was meant and where to read more. CLI11
/// alone answers a misspelt command with "A subcommand is required".
std::string explain(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv);

}  // namespace newsmill::cli
