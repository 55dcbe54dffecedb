#include "config/secret.h"

#include <algorithm>

namespace newsmill::config {
namespace {

bool key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

bool secret_key(std::string_view key) {
  std::string lower(key);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  for (const std::string_view part : {"password", "secret", "token", "jaas", "key.pem", "oauthbearer.config"})
    if (lower.find(part) != std::string::npos) return true;
  return false;
}

std::string masked_line(std::string line) {
  const bool set = line.find_first_of(" :{") > line.find('=');  // KEY=VALUE
  bool flow = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    flow = flow || line[i] == '{';
    if (!key_character(line[i])) continue;
    std::size_t end = i;
    while (end < line.size() && key_character(line[end])) ++end;
    const std::string_view key = std::string_view(line).substr(i, end - i);
    std::size_t value = end;
    if (value < line.size() && (line[value] == '"' || line[value] == '\'')) ++value;  // of a quoted key
    const bool is_key = value < line.size() && (set ? line[value] == '=' : line[value] == ':');
    i = end - 1;
    if (!is_key || !secret_key(key)) continue;
    value = std::min(line.find_first_not_of(" \t", value + 1), line.size());
    std::size_t stop = line.size();
    if (!set && value < line.size() && (line[value] == '"' || line[value] == '\'')) {
      const std::size_t close = line.find(line[value], value + 1);
      // A quote inside the value may look like its end: only what stands alone in its line is sure.
      stop = close == std::string::npos || !flow ? line.size() : close + 1;
    } else if (flow && !set) {
      stop = std::min(line.find_first_of(",}", value), line.size());
    }
    std::string stars;
    for (std::size_t k = value; k < stop; ++k)
      if ((static_cast<unsigned char>(line[k]) & 0xC0) != 0x80) stars += '*';
    line.replace(value, stop - value, stars);
    i = value + stars.size() - 1;
  }
  return line;
}

}  // namespace newsmill::config
