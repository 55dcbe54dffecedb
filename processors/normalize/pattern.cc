#include "processors/normalize/pattern.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "processors/normalize/letters.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

constexpr std::array<std::pair<std::string_view, Slot>, 4> kSlotNames{{
    {"words", Slot::words}, {"names", Slot::names}, {"date", Slot::date}, {"site", Slot::site}}};

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

/// True when the characters before and at `at` belong to one word.
bool splits_word(std::u32string_view text, std::size_t at) {
  return at > 0 && at < text.size() && is_word(text[at - 1]) && is_word(text[at]);
}

bool fits(Slot slot, std::string_view text) {
  switch (slot) {
    case Slot::any: return true;
    case Slot::digits: return std::ranges::all_of(text, [](char c) { return is_digit(static_cast<unsigned char>(c)); }) && !text.empty();
    case Slot::words: return !text.empty();
    case Slot::names: return looks_like_names(text);
    case Slot::date: return text.size() >= 6 && text.size() <= 60 && std::ranges::any_of(text, [](char c) { return is_digit(static_cast<unsigned char>(c)); });
    case Slot::site: return looks_like_site(text);
  }
  return false;
}

}  // namespace

void FoldedLine::set(std::string_view line) {
  text_ = line;
  folded_.clear();
  offsets_.clear();
  for (std::size_t at = 0; at < line.size();) {
    offsets_.push_back(static_cast<std::uint32_t>(at));
    folded_.push_back(fold_for_match(text::next(line, at)));
  }
  offsets_.push_back(static_cast<std::uint32_t>(line.size()));
}

std::string_view FoldedLine::bytes(std::size_t begin, std::size_t end) const {
  return text_.substr(offsets_[begin], offsets_[end] - offsets_[begin]);
}

// --- reading ------------------------------------------------------------------------------------

/// Recursive descent over the pattern; each call returns every spelling of its part.
class PatternReader {
 public:
  PatternReader(std::string_view source, std::string& problem) : source_(source), problem_(problem) {}

  std::vector<Pattern> run() {
    std::vector<Pattern> all = sequence(0);
    if (problem_.empty() && at_ < source_.size()) fail(std::string("'") + source_[at_] + "' closes nothing");
    if (!problem_.empty()) return {};
    for (Pattern& pattern : all) {
      pattern.close_gaps();
      if (pattern.pieces_.empty()) { fail("a spelling of it is empty and would match no line"); return {}; }
      pattern.find_key_word();
    }
    return all;
  }

 private:
  static constexpr int kMaxDepth = 8;

  void fail(std::string what) {
    if (problem_.empty()) problem_ = std::move(what);
  }

  std::vector<Pattern> sequence(int depth) {
    std::vector<Pattern> all(1);
    if (depth > kMaxDepth) { fail("brackets are nested more than 8 deep"); return all; }
    while (problem_.empty() && at_ < source_.size()) {
      const char c = source_[at_];
      if (c == ']' || c == ')' || c == '|') break;
      if (c == '[' || c == '(') {
        ++at_;
        multiply(all, group(c, depth));
      } else if (c == '*' || c == '#') {
        ++at_;
        for (Pattern& pattern : all) pattern.add_slot(c == '*' ? Slot::any : Slot::digits);
      } else if (c == '<') {
        if (const auto slot = field()) for (Pattern& pattern : all) pattern.add_slot(*slot);
      } else {
        const std::u32string literal = character();
        for (Pattern& pattern : all) pattern.add_literal(literal);
      }
    }
    return all;
  }

  std::vector<Pattern> group(char open, int depth) {
    std::vector<Pattern> all;
    if (open == '[') all.emplace_back();
    while (true) {
      std::vector<Pattern> part = sequence(depth + 1);
      std::ranges::move(part, std::back_inserter(all));
      if (at_ < source_.size() && source_[at_] == '|') { ++at_; continue; }
      break;
    }
    const char close = open == '[' ? ']' : ')';
    if (at_ < source_.size() && source_[at_] == close) ++at_;
    else fail(std::string("'") + open + "' is not closed by '" + close + "'");
    return all;
  }

  void multiply(std::vector<Pattern>& all, const std::vector<Pattern>& parts) {
    if (all.size() * parts.size() > Pattern::kMaxSpellings) { fail("it has more than 1024 spellings"); return; }
    std::vector<Pattern> product;
    for (const Pattern& head : all) {
      for (const Pattern& part : parts) {
        Pattern joined = head;
        for (const Pattern::Piece& piece : part.pieces_) {
          if (piece.literal) joined.add_literal(piece.text);
          else joined.add_slot(piece.slot);
        }
        product.push_back(std::move(joined));
      }
    }
    all = std::move(product);
  }

  std::optional<Slot> field() {
    const std::size_t end = source_.find('>', at_);
    const std::string_view name = end == std::string_view::npos ? source_.substr(at_) : source_.substr(at_ + 1, end - at_ - 1);
    for (const auto& [known, slot] : kSlotNames) {
      if (end != std::string_view::npos && name == known) { at_ = end + 1; return slot; }
    }
    fail("'<" + std::string(name.substr(0, 20)) + "' is no field: there are <words>, <names>, <date> and <site>");
    return std::nullopt;
  }

  std::u32string character() {
    if (source_[at_] == '\\' && at_ + 1 < source_.size()) ++at_;
    return std::u32string(1, fold_for_match(text::next(source_, at_)));
  }

  std::string_view source_;
  std::string& problem_;
  std::size_t at_ = 0;
};

std::vector<Pattern> Pattern::read(std::string_view source, std::string& problem) {
  problem.clear();
  if (!text::valid_utf8(source)) { problem = "it is not UTF-8"; return {}; }
  return PatternReader(source, problem).run();
}

void Pattern::add_literal(std::u32string_view text) {
  if (!pieces_.empty() && pieces_.back().literal) pieces_.back().text += text;
  else pieces_.push_back({true, std::u32string(text), Slot::any});
}

void Pattern::add_slot(Slot slot) { pieces_.push_back({false, {}, slot}); }

void Pattern::close_gaps() {
  bool after_space = true;  // a line begins with none
  for (Piece& piece : pieces_) {
    if (!piece.literal) { after_space = false; continue; }
    std::u32string kept;
    for (const char32_t c : piece.text) {
      if (c != ' ' || !after_space) kept += c;
      after_space = c == ' ';
    }
    piece.text = std::move(kept);
  }
  if (!pieces_.empty() && pieces_.back().literal && pieces_.back().text.ends_with(U' ')) pieces_.back().text.pop_back();
  std::erase_if(pieces_, [](const Piece& piece) { return piece.literal && piece.text.empty(); });
}

bool Pattern::is_digits(std::size_t piece, int step) const {
  const std::size_t other = piece + static_cast<std::size_t>(step);
  return other < pieces_.size() && !pieces_[other].literal && pieces_[other].slot == Slot::digits;
}

void Pattern::find_key_word() {
  std::size_t longest = 0;
  for (std::size_t p = 0; p < pieces_.size(); ++p) {
    if (!pieces_[p].literal) continue;
    const std::u32string& text = pieces_[p].text;
    for (std::size_t begin = 0; begin < text.size();) {
      if (!is_word(text[begin])) { ++begin; continue; }
      std::size_t end = begin;
      WordHash hash;
      while (end < text.size() && is_word(text[end])) hash.add(text[end++]);
      // A figure may touch a word: "3min".
      const bool whole = (begin > 0 || !is_digits(p, -1)) && (end < text.size() || !is_digits(p, 1));
      if (whole && end - begin > longest) {
        longest = end - begin;
        key_word_ = hash.value();
      }
      begin = end;
    }
  }
}

std::size_t Pattern::least_chars() const {
  std::size_t chars = 0;
  for (const Piece& piece : pieces_) chars += piece.literal ? piece.text.size() : piece.slot != Slot::any;
  return chars;
}

bool Pattern::fixed_length() const {
  return std::ranges::all_of(pieces_, [](const Piece& piece) { return piece.literal; });
}

// --- matching -----------------------------------------------------------------------------------

bool Pattern::match(const FoldedLine& line, std::vector<Capture>& captures) const {
  captures.clear();
  const std::u32string_view text = line.folded();
  std::size_t at = 0, open = 0;         // `open`: where the field before the literal begins
  const Piece* field = nullptr;
  const auto close = [&](std::size_t end) {
    const std::string_view found = trim(line.bytes(open, end));
    if (!fits(field->slot, found)) return false;
    if (field->slot != Slot::any) captures.push_back({field->slot, found});
    field = nullptr;
    return true;
  };
  for (std::size_t p = 0; p < pieces_.size(); ++p) {
    const Piece& piece = pieces_[p];
    if (!piece.literal) {
      if (field != nullptr && field->slot == Slot::digits) {
        std::size_t end = open;
        while (end < text.size() && is_digit(text[end])) ++end;
        if (!close(end)) return false;
        at = end;
      } else if (field != nullptr) {
        continue;  // two fields side by side: the first takes all
      }
      field = &piece;
      open = at;
      continue;
    }
    std::size_t found = at;
    const std::size_t size = piece.text.size();
    if (field == nullptr) {
      if (text.substr(at, size) != piece.text) return false;
    } else if (p + 1 == pieces_.size()) {
      if (text.size() < at + size || !text.ends_with(piece.text)) return false;
      found = text.size() - size;
      if (field->slot != Slot::digits && splits_word(text, found)) return false;
    } else {
      for (found = text.find(piece.text, at); found != std::u32string_view::npos; found = text.find(piece.text, found + 1)) {
        if ((field->slot == Slot::digits || !splits_word(text, found)) &&
            (is_digits(p, 1) || !splits_word(text, found + size))) break;
      }
      if (found == std::u32string_view::npos) return false;
    }
    if (p + 1 < pieces_.size() && !is_digits(p, 1) && splits_word(text, found + size)) return false;
    if (field != nullptr && !close(found)) return false;
    at = found + size;
  }
  if (field != nullptr) return close(text.size());
  return at == text.size();
}

// --- forms --------------------------------------------------------------------------------------

bool looks_like_names(std::string_view text) {
  static constexpr std::string_view kParticles[] = {
      "and", "&", "of", "for", "in", "at", "with", "de", "da", "do", "dos", "del", "della", "di", "la", "le", "van",
      "von", "den", "der", "ten", "ter", "zu", "bin", "ibn", "al", "el", "y", "e", "et", "und", "en", "aus", "à"};
  if (text.empty() || text.size() > 120) return false;
  std::size_t words = 0, small = 0, capital = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (++words > 12) return false;
    if (std::ranges::find(kParticles, word) != std::end(kParticles)) {
      if (words == 1) return false;
      continue;
    }
    if (words > 1 && (word == "-" || word == "–" || word == "/")) continue;
    std::size_t inside = 0;
    const char32_t first = text::next(word, inside);
    if (std::ranges::any_of(word, [](char c) { return is_digit(static_cast<unsigned char>(c)) || std::strchr("!?:;@/\"()[]{}|=<>_", c) != nullptr; })) return false;
    // A full stop ends an initial or an abbreviation, never a name of many letters.
    if (word.back() == '.' && word.size() > 4) return false;
    if (text::is_upper(first)) ++capital;
    else if (text::is_lower(first)) ++small;
    else if (text::is_letter(first)) ++capital;  // a script without case
    else return false;
    if (words == 1 && capital == 0) return false;
  }
  return capital >= 1 && small == 0;
}

bool looks_like_site(std::string_view text) {
  if (text.starts_with("www.") || text.starts_with("WWW.")) text.remove_prefix(4);
  const std::size_t dot = text.rfind('.');
  if (text.size() > 80 || dot == std::string_view::npos || dot == 0 || text.size() - dot < 3) return false;
  const auto is_alpha = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
  if (!std::ranges::all_of(text.substr(dot + 1), is_alpha)) return false;
  char before = '.';
  for (const char c : text.substr(0, dot)) {
    if (!is_alpha(c) && !is_digit(static_cast<unsigned char>(c)) && c != '-' && !(c == '.' && before != '.')) return false;
    before = c;
  }
  return before != '.';
}

}  // namespace newsmill::normalize
