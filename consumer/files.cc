#include "consumer/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace newsmill::consumer {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r\n"), end = line.find_last_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view{} : line.substr(begin, end + 1 - begin);
}

}  // namespace

bool whole_file(const std::string& path, Format format, std::string_view first_line) {
  if (format == Format::text) return true;
  std::string_view name = path;
  for (const std::string_view packed : {".zst", ".gz"})
    if (name.ends_with(packed)) name.remove_suffix(packed.size());
  for (const std::string_view text : {".txt", ".text", ".htm", ".html"})
    if (name.ends_with(text)) return true;
  const std::string_view line = trimmed(first_line);
  if (path == "-") return line == "{";  // the first line of one object over several lines, which no line of JSON Lines is
  return name.ends_with(".json") && !(line.starts_with('{') && line.ends_with('}'));
}

FileReader::FileReader(std::string path, const InputDefaults& defaults, Split split, std::size_t max_bytes)
    : path_(std::move(path)), defaults_(defaults), split_(split), max_bytes_(max_bytes), bytes_(path_) {}

/// Reads a block behind what is left; false at the end.
bool FileReader::more() {
  if (ended_) return false;
  block_.erase(0, std::exchange(at_, 0));
  const std::size_t before = block_.size();
  block_.resize(before + kBlock);
  const std::size_t got = bytes_.read(block_.data() + before, kBlock);
  block_.resize(before + got);
  ended_ = got == 0;
  return !ended_;
}

/// Adds to the message; over the cap only its start and its hash go on.
void FileReader::take(std::string_view bytes) {
  size_ += bytes.size();
  if (hash_) {
    hash_->add(bytes);
  } else if (value_.size() + bytes.size() > max_bytes_) {
    hash_ = std::make_unique<Sha256Stream>();
    hash_->add(value_);
    hash_->add(bytes);
    value_.append(bytes.substr(0, std::min(bytes.size(), kStart)));
    value_.resize(std::min({value_.size(), kStart, max_bytes_}));
    value_.shrink_to_fit();
  } else {
    value_.append(bytes);
  }
}

std::optional<FileMessage> FileReader::finish() {
  FileMessage result;
  result.message.topic = path_;
  result.message.offset = split_ == Split::whole ? 0 : line_;
  result.message.value = value_;
  result.message.defaults = &defaults_;
  result.bytes = size_;
  const std::string where = split_ == Split::whole ? "the file" : fmt::format("line {}", line_ + 1);
  if (hash_) {
    result.error =
        Error{Code::too_large, fmt::format("{} bytes", size_), fmt::format("at most {} bytes", max_bytes_), where};
    result.sha256 = hash_->finish();
  } else if (ended_ && bytes_.damaged()) {
    result.error = Error{Code::bad_compression, bytes_.failure(), "whole packed bytes",
                         fmt::format("byte {} of the file", bytes_.position())};
    result.sha256 = sha256(value_);
  }
  return result;
}

std::optional<FileMessage> FileReader::next() {
  if (split_ == Split::automatic) {
    // The first line decides, as far as one block shows it.
    while (block_.size() < kBlock && block_.find('\n') == std::string::npos && more()) {}
    split_ = whole_file(path_, defaults_.format, std::string_view(block_).substr(0, block_.find('\n'))) ? Split::whole
                                                                                                        : Split::lines;
  } else if (size_ > 0 || hash_) {
    value_.clear(), hash_.reset(), size_ = 0;
  }
  if (split_ == Split::whole) {
    if (line_ > 0) return std::nullopt;
    do take(std::string_view(block_).substr(at_)), at_ = block_.size();
    while (more());
    if (bytes_.failed() && !bytes_.damaged()) return std::nullopt;
    auto message = finish();
    line_ = 1;
    return message;
  }
  for (;;) {
    if (at_ == block_.size() && !more()) {
      if (size_ == 0 || (bytes_.failed() && !bytes_.damaged())) return std::nullopt;
      if (is_blank(value_) && !hash_) return std::nullopt;
      auto message = finish();
      ++line_;
      return message;
    }
    const std::string_view rest = std::string_view(block_).substr(at_);
    const std::size_t end = rest.find('\n');
    take(rest.substr(0, end));
    at_ = end == std::string_view::npos ? block_.size() : at_ + end + 1;
    if (end == std::string_view::npos) continue;
    if (!hash_ && is_blank(value_)) {
      value_.clear(), size_ = 0;
      ++line_;
      continue;
    }
    if (!hash_ && value_.ends_with('\r')) value_.pop_back();
    auto message = finish();
    ++line_;
    return message;
  }
}

}  // namespace newsmill::consumer
