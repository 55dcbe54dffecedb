#include "processors/normalize/lexicon.h"

#include <algorithm>
#include <bit>
#include <map>

#include "config/reader.h"
#include "processors/normalize/letters.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

const std::vector<std::string> kPlaces{"head", "tail", "any"};
const std::vector<std::string> kKinds{"byline", "published", "updated", "site", "kicker", "rights", "terms", "credit",
                                      "caption", "related", "advertisement", "boilerplate", "notice", "wall", "cut"};

constexpr std::size_t kMaxLineChars = 1000;
// A row that may stand anywhere must not meet prose; one at the end may be a paragraph of small print.
constexpr std::size_t kDefaultChars[] = {200, 600, 160};

std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) text::append(out, fold_for_match(text::next(text, at)));
  return out;
}

}  // namespace

Lexicons Lexicons::read(std::span<const config::Document> documents, config::Diagnostics& diagnostics) {
  Lexicons lexicons;
  for (const config::Document& document : documents) lexicons.read_file(document, diagnostics);
  for (std::size_t places = 1; places < kGroups; ++places) {
    const auto here = [&](const Entry& entry) { return (entry.place & places) != 0; };
    lexicons.short_lines_[places].build(lexicons.entries_, here);
    lexicons.long_lines_[places].build(lexicons.entries_, [&](const Entry& e) { return here(e) && e.most_chars > kShortLine; });
  }
  return lexicons;
}

void Lexicons::read_file(const config::Document& document, config::Diagnostics& diagnostics) {
  config::Reader root(document, document.root(), "", diagnostics);
  const std::string language = root.require("language") ? root.text("language") : "";
  for (const std::string& agency : root.texts("agencies")) agencies_.insert(folded(agency));
  std::size_t number = 0;
  for (const config::Node& node : root.items("rows")) {
    config::Reader reader(document, node, "rows[" + std::to_string(number++) + "]", diagnostics);
    LexiconRow row;
    row.language = language;
    if (reader.require("id")) row.id = reader.text("id");
    const bool taken = std::ranges::any_of(rows_, [&](const LexiconRow& other) { return other.id == row.id; });
    if (taken && !row.id.empty()) {
      reader.report(*reader.find("id"), "id", "E301", "the id '" + row.id + "' is taken by an earlier row",
                    "ids are the rule names of the record, so each is used once in all lexicons");
    }
    reader.require("place");
    const std::size_t place = reader.choice("place", 2, kPlaces);
    row.place = static_cast<Place>(1U << place);
    reader.require("kind");
    row.kind = static_cast<LineKind>(reader.choice("kind", static_cast<std::size_t>(LineKind::boilerplate), kKinds));
    row.rest = reader.boolean("rest", false);
    row.max_chars = static_cast<std::size_t>(
        reader.integer("max_chars", static_cast<std::int64_t>(kDefaultChars[place]), {1, kMaxLineChars}));
    std::vector<Pattern> patterns;
    if (reader.require("match")) {
      const config::Node& match = *reader.find("match");
      const std::vector<config::Node> single{match};
      for (const config::Node& item : match.kind == config::Node::Kind::list ? match.items : single) {
        std::string problem = item.kind == config::Node::Kind::scalar ? "" : "it is no text";
        std::vector<Pattern> read = problem.empty() ? Pattern::read(item.text, problem) : std::vector<Pattern>{};
        if (!problem.empty()) {
          reader.report(item, "match", "E302", "the pattern " + config::shown(item) + " cannot be read: " + problem,
                        "the head of lexicons/en.yaml explains the signs of a pattern; a sign is taken as it is behind '\\'");
        }
        std::ranges::move(read, std::back_inserter(patterns));
      }
    }
    reader.finish();
    if (taken || row.id.empty() || patterns.empty()) continue;
    rows_.push_back(std::move(row));
    const LexiconRow& kept = rows_.back();
    for (Pattern& pattern : patterns) {
      const std::size_t least = pattern.least_chars();
      const std::size_t most = pattern.fixed_length() ? std::min(least, kept.max_chars) : kept.max_chars;
      entries_.push_back({pattern.first(), pattern.last(), static_cast<std::uint16_t>(std::min(least, kMaxLineChars)),
                          static_cast<std::uint16_t>(most), static_cast<std::uint8_t>(kept.place), &kept, std::move(pattern)});
    }
  }
  root.finish();
}

void Lexicons::Index::build(const std::vector<Entry>& entries, const std::function<bool(const Entry&)>& wanted) {
  std::map<std::uint64_t, std::vector<std::uint32_t>> by_word;
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (!wanted(entries[i])) continue;
    most_chars = std::max<std::size_t>(most_chars, entries[i].most_chars);
    const std::uint64_t word = entries[i].pattern.key_word();
    (word == 0 ? without_word : by_word[word]).push_back(i);
  }
  slots.resize(std::bit_ceil(2 * by_word.size() + 2));
  for (const auto& [word, numbers] : by_word) {
    std::size_t at = word & (slots.size() - 1);
    while (slots[at].end != 0) at = (at + 1) & (slots.size() - 1);
    slots[at].word = word;
    slots[at].begin = static_cast<std::uint32_t>(order.size());
    order.insert(order.end(), numbers.begin(), numbers.end());
    slots[at].end = static_cast<std::uint32_t>(order.size());
  }
}

std::span<const std::uint32_t> Lexicons::Index::find(std::uint64_t word) const {
  for (std::size_t at = word & (slots.size() - 1); slots[at].end != 0; at = (at + 1) & (slots.size() - 1)) {
    if (slots[at].word == word) return std::span(order).subspan(slots[at].begin, slots[at].end - slots[at].begin);
  }
  return {};
}

bool Lexicons::is_agency(std::string_view name) const { return agencies_.contains(folded(name)); }

const LexiconRow* LineMatcher::find(std::string_view line, std::uint8_t places, const Accept& accept) {
  if (line.empty() || places == 0 || places >= Lexicons::kGroups) return nullptr;
  const std::size_t chars = text::code_points(line);
  const Lexicons::Index& index = (chars > Lexicons::kShortLine ? lexicons_.long_lines_ : lexicons_.short_lines_)[places];
  if (chars > index.most_chars) return nullptr;
  std::size_t at = 0;
  const char32_t first = fold_for_match(text::next(line, at));
  std::size_t end = line.size() - 1;
  while ((static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  const char32_t last = fold_for_match(text::next(line, end));

  std::uint32_t best = 0xFFFFFFFF;
  bool folded = false;
  const auto try_all = [&](std::span<const std::uint32_t> numbers) {
    for (const std::uint32_t number : numbers) {
      if (number >= best) return;
      const Lexicons::Entry& entry = lexicons_.entries_[number];
      if ((entry.first != 0 && entry.first != first) || (entry.last != 0 && entry.last != last) ||
          chars < entry.least_chars || chars > entry.most_chars) continue;
      if (!folded) folded_.set(line);
      folded = true;
      if (entry.pattern.match(folded_, captures_) && accept(*entry.row, captures_)) best = number;
    }
  };
  try_all(index.without_word);
  Words words(line);
  for (std::uint64_t word = 0; words.next(word);) try_all(index.find(word));
  return best == 0xFFFFFFFF ? nullptr : lexicons_.entries_[best].row;
}

const LexiconRow* LineMatcher::find(std::string_view line, std::uint8_t places) {
  return find(line, places, [](const LexiconRow&, std::span<const Capture>) { return true; });
}

}  // namespace newsmill::normalize
