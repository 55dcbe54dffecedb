#include "cli/gazetteer_build.h"

#include "cli/exit.h"
#include "cli/printable.h"
#include "cli/progress.h"
#include "consumer/file_bytes.h"
#include "consumer/names.h"
#include "processors/tag_entities/gazetteer.h"
#include "processors/tag_entities/name_lists.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <list>

namespace newsmill::cli {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{4} << 30;  // of one list, unpacked

/// The whole of a list; false after it was said why not.
bool slurp(const std::string& path, std::string& text, int& code) {
  consumer::FileBytes file(path);
  std::size_t got = 0;
  do {
    const std::size_t at = text.size();
    text.resize(at + (std::size_t{1} << 20));
    got = file.read(text.data() + at, std::size_t{1} << 20);
    text.resize(at + got);
  } while (got > 0 && text.size() <= kMaxBytes);
  if (file.failed()) {
    std::cerr << fmt::format("newsmill: cannot read \"{}\": {}\n", path, file.failure());
    code = file.damaged() ? kBadData : kNoInput;
    return false;
  }
  if (text.size() <= kMaxBytes) return true;
  std::cerr << fmt::format("newsmill: \"{}\" has more than {} bytes\n", path, kMaxBytes);
  code = kBadData;
  return false;
}

/// Beside the file and then renamed, because a running newsmill has the old one mapped.
bool replace(const std::string& path, const std::string& bytes) {
  const std::string fresh = fmt::format("{}.{}.new", path, ::getpid());
  std::FILE* file = std::fopen(fresh.c_str(), "wb");
  bool written = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  int error = errno;
  written = written && std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
  if (file != nullptr && std::fclose(file) != 0) written = false;
  if (written && std::rename(fresh.c_str(), path.c_str()) == 0) return true;
  if (written || error == 0) error = errno;
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);
  std::cerr << fmt::format("newsmill: cannot write \"{}\": {}\n", path, std::strerror(error));
  return false;
}

void print_sum(const tag_entities::BuildSum& sum, const std::string& out, std::size_t bytes, double seconds) {
  std::cerr << fmt::format("{} rows, {} ways of writing a name, {} identifiers\n", grouped(sum.rows),
                           grouped(sum.aliases), grouped(sum.identifiers));
  std::cerr << fmt::format("joined by name: {} places, {} entries of registers, {} without an identifier; {} refused\n",
                           grouped(sum.joined.places), grouped(sum.joined.companies), grouped(sum.joined.by_name),
                           grouped(sum.refused));
  std::cerr << fmt::format("left out: {} that are no names, {} codes, {} kinds of things, {} listed under a country\n",
                           grouped(sum.junk), grouped(sum.codes), grouped(sum.common_nouns), grouped(sum.borrowed));
  for (const auto& [name, count] : sum.cut)
    std::cerr << fmt::format("newsmill: \"{}\" has {} names; the first {} are kept\n", printable(name), grouped(count),
                             grouped(tag_entities::NameLists::kMostAliases));
  std::cerr << fmt::format(
      "{}: {} names of {} entities ({} with an identifier, {} of known type), {:.1f} MB, {:.1f} s\n", out,
      grouped(sum.names), grouped(sum.entities), grouped(sum.linked), grouped(sum.typed),
      static_cast<double>(bytes) / 1e6, seconds);
}

}  // namespace

int build_gazetteer(const GazetteerBuild& asked) {
  if (asked.inputs.empty() && !asked.starter) {
    std::cerr << "newsmill: there is nothing to build from\n  hint: name a list, or leave out --no-starter\n";
    return kUsage;
  }
  Progress progress;
  tag_entities::NameLists lists = asked.starter ? consumer::starter_lists() : consumer::empty_lists();
  if (asked.starter) consumer::add_kinds(lists);
  std::list<std::string> texts;  // the lists point into them
  int code = kOk;
  for (const auto& path : asked.inputs) {
    progress.tick([&] { return "reading " + path; });
    std::string& text = texts.emplace_back();
    if (!slurp(path, text, code)) continue;
    const auto read = lists.read(text, std::filesystem::path(path).filename().string());
    if (!read.error.empty()) {
      progress.wipe();
      std::cerr << fmt::format(
          "newsmill: \"{}\" is no list of names: {}\n  hint: docs/gazetteer.md describes the columns\n", path,
          read.error);
      code = kBadData;
    } else if (read.malformed > 0) {
      progress.wipe();
      std::cerr << fmt::format(
          "newsmill: {}:{}: {} rows are left out, this is the first: not UTF-8, or more cells than columns\n",
          path, read.first_malformed, grouped(read.malformed));
    }
  }
  if (code != kOk) return code;
  progress.tick([] { return std::string("building"); });
  tag_entities::BuildSum sum;
  const std::string bytes = lists.build(sum);
  progress.wipe();
  std::string error;
  if (!tag_entities::Gazetteer::open(bytes, nullptr, error)) {
    std::cerr << fmt::format("newsmill: defect: what was built cannot be opened: {}\n", error);
    return kInternal;
  }
  if (!replace(asked.out, bytes)) return kIo;
  print_sum(sum, asked.out, bytes.size(), progress.seconds());
  return kOk;
}

}  // namespace newsmill::cli
