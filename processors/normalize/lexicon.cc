#include "processors/normalize/lexicon.h"

#include <algorithm>

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

template <class Visit>
void for_each_word(std::string_view line, Visit&& visit) {
  for (std::size_t at = 0; at < line.size();) {
    char32_t c = text::next(line, at);
    if (!is_word(c)) continue;
    WordHash hash;
    while (true) {
      hash.add(fold_for_match(c));
      if (at >= line.size()) break;
      c = text::next(line, at);
      if (!is_word(c)) break;
    }
    visit(hash.value());
  }
}

}  // namespace

Lexicons Lexicons::read(std::span<const config::Document> documents, config::Diagnostics& diagnostics) {
  Lexicons lexicons;
  for (const config::Document& document : documents) lexicons.read_file(document, diagnostics);
  lexicons.index();
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
                        "see docs/lexicons.md for the signs of a pattern; a sign is taken as it is behind '\\'");
        }
        std::ranges::move(read, std::back_inserter(patterns));
      }
    }
    reader.finish();
    if (taken || row.id.empty() || patterns.empty()) continue;
    rows_.push_back(std::move(row));
    for (Pattern& pattern : patterns) entries_.push_back({std::move(pattern), &rows_.back()});
  }
  root.finish();
}

void Lexicons::index() {
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    longest_ = std::max(longest_, entries_[i].row->max_chars);
    const std::uint64_t word = entries_[i].pattern.key_word();
    if (word == 0) { without_word_.push_back(i); continue; }
    by_word_[word].push_back(i);
    words_seen_[word >> 6 & 63] |= std::uint64_t{1} << (word & 63);
  }
}

bool Lexicons::is_agency(std::string_view name) const { return agencies_.contains(folded(name)); }

void LineMatcher::collect(std::string_view line) {
  candidates_ = lexicons_.without_word_;
  for_each_word(line, [&](std::uint64_t word) {
    if ((lexicons_.words_seen_[word >> 6 & 63] >> (word & 63) & 1) == 0) return;
    const auto found = lexicons_.by_word_.find(word);
    if (found == lexicons_.by_word_.end()) return;
    candidates_.insert(candidates_.end(), found->second.begin(), found->second.end());
  });
  // Rows are tried in their order, and a word may stand twice in the line.
  std::ranges::sort(candidates_);
  const auto rest = std::ranges::unique(candidates_);
  candidates_.erase(rest.begin(), rest.end());
}

const LexiconRow* LineMatcher::find(std::string_view line, std::uint8_t places, const Accept& accept) {
  if (line.empty() || line.size() > 4 * lexicons_.longest_) return nullptr;
  collect(line);
  if (candidates_.empty()) return nullptr;
  const std::size_t chars = text::code_points(line);
  bool folded = false;
  for (const std::uint32_t candidate : candidates_) {
    const Lexicons::Entry& entry = lexicons_.entries_[candidate];
    if ((static_cast<std::uint8_t>(entry.row->place) & places) == 0 || chars > entry.row->max_chars) continue;
    if (!folded) folded_.set(line);
    folded = true;
    if (entry.pattern.match(folded_, captures_) && accept(*entry.row, captures_)) return entry.row;
  }
  return nullptr;
}

const LexiconRow* LineMatcher::find(std::string_view line, std::uint8_t places) {
  return find(line, places, [](const LexiconRow&, std::span<const Capture>) { return true; });
}

}  // namespace newsmill::normalize
