#include "config/interpolation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "config/file.h"

namespace newsmill::config {
namespace {

constexpr std::size_t kMaxBytes = 1u << 20;

std::string absolute(const std::string& path, const std::string& folder) {
  return path.starts_with('/') || folder.empty() ? path : folder + "/" + path;
}

/// The place of byte `offset` of the scalar, where it is written as it is read; else the scalar's.
Node place(const Document& document, const Node& node, std::size_t offset) {
  Node at = node;
  const std::string line = document.line(node.line);
  const std::size_t begin = line.find(node.text);
  if (node.text.find('\n') != std::string::npos || begin == std::string::npos) return at;
  at.column = 1;
  for (std::size_t i = 0; i < begin + offset; ++i) at.column += (static_cast<unsigned char>(line[i]) & 0xC0) != 0x80;
  return at;
}

}  // namespace

Expanded expand(const Document& document, const Node& node, const std::string& folder, Diagnostics& diagnostics) {
  Expanded expanded;
  const std::string& text = node.text;
  const auto fail = [&](std::size_t offset, std::string code, std::string message, std::string hint) {
    diagnostics.add(document.at(place(document, node, offset), std::move(code), std::move(message), std::move(hint)));
    expanded.failed = true;
  };
  std::size_t at = 0;
  for (std::size_t begin = text.find("${"); begin != std::string::npos; begin = text.find("${", at)) {
    if (begin > at && text[begin - 1] == '$') {
      expanded.text.append(text, at, begin - 1 - at);
      expanded.text += "${";
      at = begin + 2;
      continue;
    }
    expanded.text.append(text, at, begin - at);
    const std::size_t end = text.find('}', begin);
    if (end == std::string::npos) {
      fail(begin, "E107", "\"${\" is not closed with \"}\"", "write $${ for the two characters themselves");
      return expanded;
    }
    const std::string whole = text.substr(begin, end + 1 - begin);
    const std::string inside = text.substr(begin + 2, end - begin - 2);
    at = end + 1;
    if (expanded.through.empty()) expanded.through = whole;
    if (inside.starts_with("env:")) {
      const std::string name = inside.substr(4);
      const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): before any thread
      if (value)
        expanded.text += value;
      else
        fail(begin, "E108", fmt::format("environment variable \"{}\" is not set", name),
             "set it, or write the value here");
    } else if (inside.starts_with("file:")) {
      const std::string path = absolute(inside.substr(5), folder);
      std::string error;
      auto bytes = read_file(path, kMaxBytes, error);
      if (bytes && bytes->find('\0') != std::string::npos) bytes.reset(), error = "holds NUL bytes";
      if (bytes) {
        if (bytes->ends_with('\n')) bytes->pop_back();
        if (bytes->ends_with('\r')) bytes->pop_back();
        expanded.text += *bytes;
      } else {
        fail(begin, "E109", fmt::format("cannot read \"{}\": {}", path, error), "check the path and the rights");
      }
    } else {
      fail(begin, "E107", fmt::format("found {}, expected ${{env:NAME}} or ${{file:PATH}}", whole),
           !inside.empty() && inside.find_first_of(":{ ") == std::string::npos
               ? fmt::format("for an environment variable write ${{env:{}}}", inside)
               : "write $${ for the two characters ${ themselves");
    }
  }
  expanded.text.append(text, at, std::string::npos);
  return expanded;
}

}  // namespace newsmill::config
