#include "processors/text/tokens.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <string>

#include "processors/text/ascii.h"
#include "processors/text/properties.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

constexpr std::uint16_t kWord = kLetter | kMark | kDecimal;

// Written with a point that ends no sentence, lower case, sorted. Month names and titles of the four
// languages that have lexicons.
constexpr std::string_view kAbbreviations[] = {
    "abs",  "adm", "apr", "art",  "aug", "ave", "bd",   "blvd", "brig", "bzw",  "ca",   "capt", "cie", "cmdr", "co",
    "col",  "corp", "dec", "dept", "dez", "dr",  "dra",  "ed",   "est",  "etc",  "feb",  "fig",  "gen", "gov",  "hon",
    "inc",  "jan", "jr",  "jul",  "jun", "lt",  "ltd",  "maj",  "mar",  "messrs", "mio", "mlle", "mme", "mr", "mrd",
    "mrs",  "ms",  "mt",  "no",   "nos", "nov", "nr",   "oct",  "okt",  "pp",   "prof", "rep",  "reps", "rev", "sen",
    "sens", "sep", "sept", "sgt", "sr",  "sra", "srta", "st",   "str",  "supt", "usw",  "vol",  "vs",  "zb"};
static_assert(std::ranges::is_sorted(kAbbreviations));
constexpr std::size_t kLongestAbbreviation = 6;

// Words that hardly ever follow an abbreviation inside a sentence.
constexpr std::string_view kFirstWords[] = {"A",    "After", "All", "An",  "And", "As",  "At",   "But",  "By",   "For",   "From", "He",
                                            "Her",  "His",   "I",   "If",  "In",  "It",  "Its",  "On",   "Our",  "She",   "So",   "Some",
                                            "That", "The",   "Then", "There", "These", "They", "This", "To", "We", "What", "When", "While"};

/// What stands between the last token and here, as far as sentences care.
enum class End : std::uint8_t {
  none,
  abbreviation,  ///< a point that belongs to the last token
  soft,          ///< . ! ? …: ends a sentence before white space and no lower-case letter
  hard,          ///< a full stop of another script, or a blank line
};

bool is_closer_or_opener(char32_t c) {
  switch (c) {
    case '"': case '\'': case ')': case ']': case '(': case '[': case '-':
    case 0xAB: case 0xBB: case 0x2013: case 0x2014: case 0x2018: case 0x2019: case 0x201A: case 0x201C: case 0x201D:
    case 0x201E: case 0x2039: case 0x203A: case 0x300C: case 0x300D: case 0x300E: case 0x300F: case 0xFF08: case 0xFF09:
      return true;
    default: return false;
  }
}

bool is_hard_stop(char32_t c) {
  switch (c) {
    case 0x3002: case 0xFF01: case 0xFF1F: case 0xFF61:  // CJK
    case 0x061F: case 0x06D4:                            // Arabic, Urdu
    case 0x0964: case 0x0965: case 0x1362: case 0x104B: case 0x17D4:  // Devanagari, Ethiopic, Myanmar, Khmer
      return true;
    default: return false;
  }
}

bool is_apostrophe(char32_t c) { return c == '\'' || c == 0x2019; }
bool joins(char32_t c) { return is_apostrophe(c) || c == '-' || c == '.' || c == '/' || c == '&' || c == '_' || c == '@' || c == 0x2010 || c == 0x2011; }

bool written_without_spaces(std::uint16_t property) {
  switch (static_cast<Script>(property >> kScriptShift)) {
    case Script::han: case Script::kana: case Script::thai: case Script::lao: case Script::khmer: case Script::myanmar: return true;
    default: return false;
  }
}

class Folded {
 public:
  /// `points`: leave out the points of an abbreviation.
  std::uint64_t hash(std::string_view word, bool points) {
    std::array<char, 64> small;
    if (word.size() <= small.size() && is_ascii(word)) {
      std::size_t size = 0;
      for (const char c : word)
        if (c != '.' || !points) small[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
      return XXH3_64bits(small.data(), size);
    }
    form_.clear();
    fold(word, form_);
    if (points) std::erase(form_, '.');
    return XXH3_64bits(form_.data(), form_.size());
  }

 private:
  std::string form_;
};

class Scan {
 public:
  Scan(std::string_view text, Field field, std::uint32_t sentence, std::pmr::vector<Token>& tokens)
      : text_(text), field_(field), sentence_(sentence), tokens_(tokens) {}

  std::uint32_t run() {
    for (std::size_t at = 0; at < text_.size();) {
      std::size_t after = at;
      const char32_t c = next(text_, after);
      const std::uint16_t property = properties_[c];
      // A mark without a letter before it is a token of its own only when it begins a word.
      if ((property & kWord) != 0) at = written_without_spaces(property) ? letter(at, after, property) : word(at);
      else {
        between(c, property);
        at = after;
      }
    }
    return any_ ? sentence_ + 1 : sentence_;
  }

 private:
  std::uint16_t property_at(std::size_t at, std::size_t& after) const {
    if (at >= text_.size()) return 0;
    after = at;
    return properties_[next(text_, after)];
  }

  /// A character outside words.
  void between(char32_t c, std::uint16_t property) {
    ++gap_;
    if (!joins(c)) gap_joins_ = false;
    if ((property & kSpace) != 0) {
      spaced_ = true;
      if (c == '\n' && ++newlines_ == 2) end_ = End::hard;
      return;
    }
    newlines_ = 0;
    if (is_hard_stop(c)) end_ = End::hard;
    else if (c == '.' || c == '!' || c == '?' || c == 0x2026) {
      if (end_ != End::hard) {
        end_ = End::soft;
        spaced_ = false;
      }
    } else if (!is_closer_or_opener(c) && end_ != End::hard) end_ = End::none;
  }

  /// One letter of a script written without spaces, with its marks.
  std::size_t letter(std::size_t begin, std::size_t end, std::uint16_t property) {
    for (std::size_t after = end; (property_at(end, after) & kMark) != 0; end = after) {}
    emit(begin, end, static_cast<std::uint16_t>(kIdeographic | ((property & kDecimal) != 0 ? kDigit : 0)), property);
    return end;
  }

  std::size_t word(std::size_t begin) {
    std::uint16_t flags = 0, first = 0, before = 0;
    std::size_t letters = 0, upper = 0, end = begin;
    while (end < text_.size()) {
      std::size_t after = end;
      const char32_t c = next(text_, after);
      const std::uint16_t property = properties_[c];
      if ((property & kWord) == 0) {
        std::size_t beyond = after;
        const std::uint16_t follows = property_at(after, beyond);
        // Digits stay together over a separator; a joiner stays inside its word.
        const bool number = (c == ',' || c == '.') && (before & kDecimal) != 0 && (follows & kDecimal) != 0;
        const bool joiner = (c == 0x200C || c == 0x200D) && (follows & (kLetter | kMark)) != 0;
        if (!number && !joiner) break;
        end = after;
        continue;
      }
      if (written_without_spaces(property) && (property & kMark) == 0) break;
      if (before == 0) first = property;
      if ((property & kLetter) != 0) {
        ++letters;
        if ((property & kUpper) != 0) ++upper;
        if ((property & kUpper) != 0 && (before & kLower) != 0) flags |= kCamel;
      }
      if ((property & kDecimal) != 0) flags |= kDigit;
      before = property;
      end = after;
    }
    if ((first & kUpper) != 0) flags |= kCapital;
    if (const std::size_t whole = (flags & kDigit) != 0 ? end : abbreviation(begin, end, letters, first); whole > end) {
      flags |= kAbbreviation;
      const std::string_view initials = text_.substr(end, whole - end);
      for (std::size_t at = 0; at < initials.size();) {
        const std::uint16_t property = properties_[next(initials, at)];
        if ((property & kLetter) != 0) ++letters;
        if ((property & kUpper) != 0) ++upper;
      }
      end = whole;
    }
    if (upper >= 2 && upper == letters) flags |= kAllCaps;
    emit(begin, end, flags, first);
    return end;
  }

  /// Where the word ends with its points, when it is an abbreviation; else `end`.
  std::size_t abbreviation(std::size_t begin, std::size_t end, std::size_t letters, std::uint16_t first) const {
    if (end >= text_.size() || text_[end] != '.') return end;
    if (letters == 1 && (first & kLetter) != 0) {
      std::size_t whole = end + 1, count = 1;
      for (std::size_t after = whole; (property_at(whole, after) & kLetter) != 0;) {
        std::size_t beyond = after;
        if ((property_at(after, beyond) & kWord) != 0) break;  // a word, not one more initial
        ++count;
        const bool point = after < text_.size() && text_[after] == '.';
        whole = point ? after + 1 : after;
        if (!point) break;
        after = whole;
      }
      // One letter alone is an initial only as a capital: J. Smith, but not "option a."
      return count > 1 || (first & kUpper) != 0 ? whole : end;
    }
    const std::string_view word = text_.substr(begin, end - begin);
    if (word.size() > kLongestAbbreviation || !is_ascii(word)) return end;
    std::array<char, kLongestAbbreviation> lower;
    std::ranges::transform(word, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    const std::string_view key(lower.data(), word.size());
    // In lower case "no" ends a sentence more often than it counts something.
    if (key == "no" && (first & kUpper) == 0) return end;
    return std::ranges::binary_search(kAbbreviations, key) ? end + 1 : end;
  }

  bool begins_sentence(std::size_t begin, std::size_t end, std::uint16_t first) const {
    switch (end_) {
      case End::none: return false;
      case End::hard: return true;
      case End::soft: return spaced_ && (first & kLower) == 0;
      case End::abbreviation:
        return spaced_ && std::ranges::find(kFirstWords, text_.substr(begin, end - begin)) != std::end(kFirstWords);
    }
    return false;
  }

  void emit(std::size_t begin, std::size_t end, std::uint16_t flags, std::uint16_t first) {
    if (!any_) flags |= kSentenceStart;
    else {
      if (begins_sentence(begin, end, first)) {
        ++sentence_;
        flags |= kSentenceStart;
      }
      if (gap_ == 0 || (gap_ == 1 && gap_joins_)) {
        flags |= kJoined;
        const std::string_view gap = text_.substr(last_end_, begin - last_end_);
        std::size_t at = 0;
        if (end == begin + 1 && (text_[begin] | 0x20) == 's' && !gap.empty() && is_apostrophe(next(gap, at))) flags |= kPossessive;
      }
    }
    const bool points = (flags & kAbbreviation) != 0;
    tokens_.push_back({folded_.hash(text_.substr(begin, end - begin), points), static_cast<std::uint32_t>(begin),
                       static_cast<std::uint32_t>(end), sentence_, flags, field_});
    any_ = true;
    last_end_ = end;
    gap_ = 0;
    gap_joins_ = true;
    newlines_ = 0;
    spaced_ = false;
    end_ = points && text_[end - 1] == '.' ? End::abbreviation : End::none;
  }

  const std::string_view text_;
  const Field field_;
  std::uint32_t sentence_;
  std::pmr::vector<Token>& tokens_;
  const Properties& properties_ = properties();
  Folded folded_;
  bool any_ = false;
  // Since the last token:
  std::size_t last_end_ = 0, gap_ = 0;
  bool gap_joins_ = true, spaced_ = false;
  int newlines_ = 0;
  End end_ = End::none;
};

}  // namespace

std::uint32_t tokenize(std::string_view text, Field field, std::uint32_t first_sentence, std::pmr::vector<Token>& tokens) {
  return Scan(text, field, first_sentence, tokens).run();
}

std::uint64_t token_hash(std::string_view word) {
  bool points = word.find('.') != std::string_view::npos;
  for (std::size_t at = 0; points && at < word.size();) points = (properties()[next(word, at)] & kDecimal) == 0;
  return Folded().hash(word, points);
}

}  // namespace newsmill::text
