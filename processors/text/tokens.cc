#include "processors/text/tokens.h"

#define XXH_INLINE_ALL  // a hash per word: the call through the library costs as much as the hash
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
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
constexpr std::string_view kFirstWords[] = {
    "A",   "After", "All", "An",  "And", "As",  "At", "But",  "By",   "For", "From", "He",    "Her",
    "His", "I",     "If",  "In",  "It",  "Its", "On", "Our",  "She",  "So",  "Some", "That",  "The",
    "Then", "There", "These", "They", "This", "To", "We", "What", "When", "While"};

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
bool joins(char32_t c) {
  switch (c) {
    case '\'': case 0x2019: case '-': case 0x2010: case 0x2011: case '.': case '/': case '&': case '_': case '@':
      return true;
    default: return false;
  }
}

bool written_without_spaces(std::uint16_t property) {
  switch (static_cast<Script>(property >> kScriptShift)) {
    case Script::han: case Script::kana: case Script::thai: case Script::lao: case Script::khmer: case Script::myanmar:
      return true;
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
        if (c != '.' || !points) small[size++] = ascii_lower(c);
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
      if (text_[at] == ' ') {  // what between() does with a space
        ++gap_;
        gap_joins_ = false;
        spaced_ = true;
        ++at;
        continue;
      }
      if (static_cast<unsigned char>(text_[at]) < 0x80) {
        if (const std::size_t end = ascii_word(at); end != at) {
          at = end;
          continue;
        }
      }
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

  /// word() for the common case: ASCII letters and digits, less than kShort of them, with nothing behind
  /// them that could belong to them. Returns `begin` when it is another case.
  std::size_t ascii_word(std::size_t begin) {
    alignas(16) std::array<char, kShort> lower;
    const Shape shape = ascii_shape(begin, lower);
    if (shape.length == 0 || shape.length == kShort) return begin;
    const std::size_t end = begin + shape.length;
    const unsigned last = 1U << (shape.length - 1);
    if (end < text_.size()) {
      const char c = text_[end];
      // Points may abbreviate, separators join digits, marks and letters of other alphabets go on.
      if (c == '.' || static_cast<unsigned char>(c) >= 0x80 || (c == ',' && (shape.digit & last) != 0)) return begin;
    }
    std::uint16_t flags = 0;
    if ((shape.upper & 1) != 0) flags |= kCapital;
    if (shape.digit != 0) flags |= kDigit;
    if ((shape.upper & shape.lower << 1) != 0) flags |= kCamel;
    if (shape.lower == 0 && (shape.upper & (shape.upper - 1)) != 0) flags |= kAllCaps;
    emit(begin, end, flags, (shape.lower & 1) != 0, XXH3_64bits(lower.data(), shape.length));
    return end;
  }

  static constexpr std::size_t kShort = 16;
  /// The ASCII letters and digits at a place, at most kShort: bit i of the masks is byte i.
  struct Shape {
    std::size_t length;
    unsigned upper, lower, digit;
  };

  /// Writes the lower-case form to `folded`; bytes beyond `length` are of no meaning.
  Shape ascii_shape(std::size_t begin, std::array<char, kShort>& folded) const {
#if defined(__SSE2__)
    if (text_.size() - begin >= kShort) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text_.data() + begin));
      // Signed compares: bytes from 0x80 on are negative and in no range.
      const auto within = [](__m128i all, char low, char high) {
        return _mm_and_si128(_mm_cmpgt_epi8(all, _mm_set1_epi8(static_cast<char>(low - 1))),
                             _mm_cmplt_epi8(all, _mm_set1_epi8(static_cast<char>(high + 1))));
      };
      const __m128i is_upper = within(bytes, 'A', 'Z');
      const auto upper = static_cast<unsigned>(_mm_movemask_epi8(is_upper));
      const auto lower = static_cast<unsigned>(_mm_movemask_epi8(within(bytes, 'a', 'z')));
      const auto digit = static_cast<unsigned>(_mm_movemask_epi8(within(bytes, '0', '9')));
      const __m128i to_lower = _mm_and_si128(is_upper, _mm_set1_epi8(0x20));
      _mm_store_si128(reinterpret_cast<__m128i*>(folded.data()), _mm_or_si128(bytes, to_lower));
      const auto length = static_cast<std::size_t>(__builtin_ctz(~(upper | lower | digit)));
      const unsigned taken = (1U << length) - 1;
      return {length, upper & taken, lower & taken, digit & taken};
    }
#endif
    Shape shape{};
    for (std::size_t at = begin; at < text_.size() && shape.length < kShort; ++at, ++shape.length) {
      const char c = text_[at];
      const unsigned bit = 1U << shape.length;
      if (c >= 'A' && c <= 'Z') shape.upper |= bit;
      else if (c >= 'a' && c <= 'z') shape.lower |= bit;
      else if (c >= '0' && c <= '9') shape.digit |= bit;
      else break;
      folded[shape.length] = ascii_lower(c);
    }
    return shape;
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
    const auto flags = static_cast<std::uint16_t>(kIdeographic | ((property & kDecimal) != 0 ? kDigit : 0));
    emit(begin, end, flags, (property & kLower) != 0, folded_.hash(text_.substr(begin, end - begin), false));
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
    const std::uint64_t hash = folded_.hash(text_.substr(begin, end - begin), (flags & kAbbreviation) != 0);
    emit(begin, end, flags, (first & kLower) != 0, hash);
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
    std::ranges::transform(word, lower.begin(), ascii_lower);
    const std::string_view key(lower.data(), word.size());
    // In lower case "no" ends a sentence more often than it counts something.
    if (key == "no" && (first & kUpper) == 0) return end;
    return std::ranges::binary_search(kAbbreviations, key) ? end + 1 : end;
  }

  bool begins_sentence(std::size_t begin, std::size_t end, bool small) const {
    switch (end_) {
      case End::none: return false;
      case End::hard: return true;
      case End::soft: return spaced_ && !small;
      case End::abbreviation:
        return spaced_ && std::ranges::find(kFirstWords, text_.substr(begin, end - begin)) != std::end(kFirstWords);
    }
    return false;
  }

  /// The s of 's and ’s: `begin` and `end` are of a token joined to the one before it.
  bool is_possessive(std::size_t begin, std::size_t end) const {
    if (end != begin + 1 || (text_[begin] | 0x20) != 's' || begin == last_end_) return false;
    std::size_t at = last_end_;
    return is_apostrophe(next(text_, at));
  }

  /// `small`: the token begins with a lower-case letter.
  void emit(std::size_t begin, std::size_t end, std::uint16_t flags, bool small, std::uint64_t hash) {
    if (!any_) {
      flags |= kSentenceStart;
    } else {
      if (end_ != End::none && begins_sentence(begin, end, small)) {
        ++sentence_;
        flags |= kSentenceStart;
      }
      if (gap_ == 0 || (gap_ == 1 && gap_joins_)) {
        flags |= kJoined;
        if (is_possessive(begin, end)) flags |= kPossessive;
      }
    }
    tokens_.push_back({hash, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), sentence_, flags,
        field_});
    any_ = true;
    last_end_ = end;
    gap_ = 0;
    gap_joins_ = true;
    newlines_ = 0;
    spaced_ = false;
    end_ = (flags & kAbbreviation) != 0 && text_[end - 1] == '.' ? End::abbreviation : End::none;
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

std::uint32_t tokenize(std::string_view text, Field field, std::uint32_t first_sentence,
                       std::pmr::vector<Token>& tokens) {
  return Scan(text, field, first_sentence, tokens).run();
}

std::uint64_t token_hash(std::string_view word) {
  bool points = word.find('.') != std::string_view::npos;
  for (std::size_t at = 0; points && at < word.size();) points = (properties()[next(word, at)] & kDecimal) == 0;
  return Folded().hash(word, points);
}

}  // namespace newsmill::text
