#include "processors/score_topics/wildcard.h"

#include <algorithm>

namespace newsmill::score_topics {
namespace {

// Runs inside are filed under this much of them, so that there are few lengths to look up at each letter.
constexpr std::size_t kInside = 8;

std::size_t code_point(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(length, text.size() - at);
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  constexpr auto kNone = std::string_view::npos;
  std::size_t p = 0, t = 0, star = kNone, resume = 0;
  while (true) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      resume = t;
      continue;
    }
    if (t == text.size()) {
      if (p == pattern.size()) return true;
      // More of the pattern than of the text: a star further back cannot help, it would leave less.
      return false;
    }
    if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t += code_point(text, t);
      continue;
    }
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (p < pattern.size() && pattern[p + escaped] == text[t]) {
      p += 1 + escaped;
      ++t;
      continue;
    }
    if (star == kNone) return false;
    resume += code_point(text, resume);
    p = star;
    t = resume;
  }
}

void Patterns::File::add(std::string_view key, std::uint32_t pattern) {
  under[std::string(key)].push_back(pattern);
  const auto place = std::ranges::lower_bound(lengths, key.size());
  if (place == lengths.end() || *place != key.size()) lengths.insert(place, key.size());
  const auto mark = [&](std::string_view one) { filter[bit_of(one) / 64] |= std::uint64_t{1} << (bit_of(one) % 64); };
  if (const std::size_t bytes = std::min(kFilterBytes, lengths.front()); bytes != filter_bytes) {
    filter_bytes = bytes;
    filter.assign(kFilterBits / 64, 0);
    for (const auto& [one, patterns] : under) mark(one);
  } else {
    mark(key);
  }
}

void Patterns::add(std::string_view pattern, std::uint32_t value) {
  const auto number = static_cast<std::uint32_t>(patterns_.size());
  patterns_.push_back({std::string(pattern), value});
  const std::size_t first = pattern.find_first_of("*?");
  if (first != 0) return beginnings_.add(pattern.substr(0, first), number);
  const std::size_t last = pattern.find_last_of("*?");
  if (last + 1 < pattern.size()) return ends_.add(pattern.substr(last + 1), number);
  std::string_view longest;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = std::min(pattern.find_first_of("*?", at), pattern.size());
    if (end - at > longest.size()) longest = pattern.substr(at, end - at);
    at = end + 1;
  }
  if (longest.empty()) loose_.push_back(number);
  else inside_.add(longest.substr(0, kInside), number);
}

std::size_t Patterns::find(std::string_view word, std::vector<std::uint32_t>& values) const {
  std::size_t work = word.size();
  if (word.size() > kMaxWildcardWord) return work;
  const auto try_all = [&](const std::vector<std::uint32_t>& some) {
    for (const std::uint32_t number : some) {
      const Pattern& pattern = patterns_[number];
      work += pattern.text.size() + word.size();
      if (matches_pattern(pattern.text, word)) values.push_back(pattern.value);
    }
  };
  const auto look_up = [&](const File& file, std::string_view key) {
    work += 16;
    if (const auto found = file.under.find(key); found != file.under.end()) try_all(found->second);
  };
  const std::size_t before = values.size();
  if (beginnings_.may_begin(word))
    for (const std::size_t length : beginnings_.lengths)
      if (length <= word.size()) look_up(beginnings_, word.substr(0, length));
  for (const std::size_t length : ends_.lengths)
    if (length <= word.size() && ends_.may_begin(word.substr(word.size() - length)))
      look_up(ends_, word.substr(word.size() - length));
  if (!inside_.lengths.empty())
    for (std::size_t at = 0; at < word.size(); ++at) {
      if (!inside_.may_begin(word.substr(at))) continue;
      for (const std::size_t length : inside_.lengths)
        if (at + length <= word.size()) look_up(inside_, word.substr(at, length));
    }
  try_all(loose_);
  // A word that holds a run twice meets its patterns twice.
  const auto from = values.begin() + static_cast<std::ptrdiff_t>(before);
  std::sort(from, values.end());
  values.erase(std::unique(from, values.end()), values.end());
  return work;
}

std::size_t Patterns::bytes() const {
  std::size_t all = patterns_.capacity() * sizeof(Pattern);
  for (const Pattern& pattern : patterns_) all += pattern.text.capacity() > 15 ? pattern.text.capacity() : 0;
  for (const File* file : {&beginnings_, &ends_, &inside_})
    all += file->filter.capacity() * 8 + file->under.bucket_count() * sizeof(void*) +
           file->under.size() * (sizeof(std::string) + sizeof(std::vector<std::uint32_t>) + 2 * sizeof(void*)) +
           patterns_.size() * 4;
  return all;
}

}  // namespace newsmill::score_topics
