#include "bench/corpus.h"

#include <rapidjson/document.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace newsmill::bench {
namespace {

/// Output of `zstd -dc path`; stops at `limit` line ends.
std::string unpacked(const std::string& path, std::size_t limit) {
  if (!std::filesystem::exists(path)) throw std::runtime_error("no file " + path + ": set NEWSMILL_DATA");
  FILE* const pipe = popen(("zstd -dc '" + path + "'").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start zstd");
  std::string all;
  char buffer[1 << 16];
  std::size_t seen = 0;
  for (std::size_t read; seen < limit && (read = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    all.append(buffer, read);
    for (std::size_t i = 0; i < read; ++i) seen += buffer[i] == '\n';
  }
  pclose(pipe);
  return all;
}

std::string member(const rapidjson::Document& object, std::string_view name) {
  const auto found = object.FindMember(rapidjson::Value(name.data(), static_cast<rapidjson::SizeType>(name.size())));
  if (found == object.MemberEnd() || !found->value.IsString()) return {};
  return {found->value.GetString(), found->value.GetStringLength()};
}

rapidjson::Document parsed(std::string_view json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (!document.IsObject()) throw std::runtime_error("a line of the data is no JSON object");
  return document;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::vector<Story> read_stories(const std::string& path, std::size_t count) {
  const std::string all = unpacked(path, count);
  std::vector<Story> stories;
  for (const std::string_view line : lines_of(all)) {
    if (stories.size() == count) break;
    const rapidjson::Document object = parsed(line);
    stories.push_back({member(object, "title"), member(object, "body"), member(object, "url")});
  }
  return stories;
}

std::vector<std::string> read_lines(const std::string& path) {
  const std::string all = unpacked(path, static_cast<std::size_t>(-1));
  std::vector<std::string> lines;
  for (const std::string_view line : lines_of(all)) lines.emplace_back(line);
  return lines;
}

std::vector<Entry> read_archive(const std::string& path) {
  const std::string all = unpacked(path, static_cast<std::size_t>(-1));
  std::vector<Entry> entries;
  constexpr std::size_t kBlock = 512;
  for (std::size_t at = 0; at + kBlock <= all.size() && all[at] != '\0';) {
    const std::size_t size = std::strtoul(all.substr(at + 124, 12).c_str(), nullptr, 8);
    const std::string name(all.c_str() + at);
    if (all[at + 156] == '0') entries.push_back({name, all.substr(at + kBlock, size)});
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
  return entries;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + path + ": set NEWSMILL_DATA");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string json_string(std::string_view object, std::string_view name) { return member(parsed(object), name); }

std::string data_folder(int count, char** arguments) {
  if (count > 1) return arguments[1];
  const char* const set = std::getenv("NEWSMILL_DATA");
  return set != nullptr ? set : "../shared/data";
}

}  // namespace newsmill::bench
