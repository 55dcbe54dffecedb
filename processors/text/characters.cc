#include "processors/text/characters.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "processors/text/ascii.h"
#include "processors/text/clean_class.h"
#include "processors/text/properties.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"
#include "processors/text/windows_1252.h"

namespace newsmill::text {
namespace {

/// Bytes from `at` on in which clean_characters() has nothing to do. Sets `composed` to false when
/// NFC may have something to do there.
std::size_t clean_run(std::string_view text, std::size_t at, const Properties& table, bool& composed) {
  const std::size_t begin = at;
  while (at < text.size()) {
#if defined(__SSE2__)
    // 16 bytes of printable ASCII and line feeds at a time.
    while (text.size() - at >= 16) {
      const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
      // Signed: bytes from 0x80 on are negative, so "below space" takes them too.
      const __m128i low = _mm_cmplt_epi8(chunk, _mm_set1_epi8(' '));
      const __m128i odd = _mm_or_si128(low, _mm_cmpeq_epi8(chunk, _mm_set1_epi8(0x7F)));
      const __m128i line = _mm_cmpeq_epi8(chunk, _mm_set1_epi8('\n'));
      const int mask = _mm_movemask_epi8(_mm_andnot_si128(line, odd));
      if (mask == 0) {
        at += 16;
        continue;
      }
      at += static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
      break;
    }
    if (at == text.size()) break;
#endif
    std::size_t after = at;
    const std::uint16_t bits = table[next(text, after)];
    if ((bits & kUnclean) != 0) break;
    if ((bits & kComposed) == 0 || (bits & kReordrant) != 0) composed = false;
    at = after;
  }
  return at - begin;
}

/// Letters and marks of scripts that shape by joiners: Arabic and the Brahmic scripts.
bool joins_letters(std::uint16_t bits) {
  if ((bits & (kLetter | kMark)) == 0) return false;
  switch (static_cast<Script>(bits >> kScriptShift)) {
    case Script::arabic:
    case Script::indic:
    case Script::khmer:
    case Script::myanmar: return true;
    default: return false;
  }
}

constexpr std::array<std::string_view, 7> kLigatures = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};

/// What stands on one side of a joiner: a base character with its marks. The marks are a set here,
/// because NFC, which comes later, may reorder them.
struct Cluster {
  bool joins = false;       ///< holds a letter or mark of a joining script
  bool virama = false;      ///< holds a Brahmic mark that reorders: virama, nukta and the like
  bool pictograph = false;

  void add(std::uint16_t bits) {
    joins |= joins_letters(bits);
    virama |= (bits & kMark) != 0 && (bits & kReordrant) != 0 && joins_letters(bits) &&
              static_cast<Script>(bits >> kScriptShift) != Script::arabic;
    pictograph |= (bits & kPictograph) != 0;
  }
};

constexpr int kReach = 8;  // characters looked at on either side, so that a megabyte of marks or joiners costs no more

Cluster cluster_before(std::string_view cleaned, const Properties& table) {
  Cluster cluster;
  std::size_t end = cleaned.size();
  for (int i = 0; i < kReach && end > 0; ++i) {
    --end;
    while ((static_cast<unsigned char>(cleaned[end]) & 0xC0) == 0x80) --end;
    std::size_t at = end;
    const std::uint16_t bits = table[next(cleaned, at)];
    cluster.add(bits);
    if ((bits & kMark) == 0) break;
  }
  return cluster;
}

/// One letter, or a run of marks. What is removed does not count, other joiners neither.
Cluster cluster_after(std::string_view rest, const Properties& table) {
  Cluster cluster;
  bool begun = false;
  std::size_t at = 0;
  for (int i = 0; i < kReach && at < rest.size(); ++i) {
    const char32_t c = next(rest, at);
    const CleanClass kind = clean_class(c);
    if (kind == CleanClass::remove || kind == CleanClass::joiner) continue;
    const std::uint16_t bits = table[c];
    if (begun && (bits & kMark) == 0) break;
    cluster.add(bits);
    if ((bits & kMark) == 0) break;
    begun = true;
  }
  return cluster;
}

/// Whether a ZWJ or ZWNJ between cleaned text and the rest of the text stays.
bool keeps_joiner(char32_t joiner, std::string_view cleaned, std::string_view rest, const Properties& table) {
  const Cluster before = cluster_before(cleaned, table);
  // With a virama it is a letter form of its own (Malayalam chillu, half forms), at the end of a word too.
  if (before.virama) return true;
  const Cluster after = cluster_after(rest, table);
  return (before.joins && after.joins) || (joiner == 0x200D && before.pictograph && after.pictograph);
}

}  // namespace

std::string_view clean_characters(std::string_view text, std::pmr::memory_resource& arena) {
  const Properties& table = properties();
  bool composed = true;
  std::size_t at = clean_run(text, 0, table, composed);
  if (at == text.size()) return composed ? text : nfc(text, arena);

  // Only a C1 control grows (two bytes to three), and its lead byte is 0xC2.
  const auto growth = static_cast<std::size_t>(std::ranges::count(text.substr(at), '\xC2'));
  char* const out = static_cast<char*>(arena.allocate(text.size() + growth, 1));
  char* to = out;
  const auto put = [&](std::string_view part) {
    if (part.empty()) return;
    std::memcpy(to, part.data(), part.size());
    to += part.size();
  };
  put(text.substr(0, at));
  while (at < text.size()) {
    const std::size_t begin = at;
    const char32_t c = next(text, at);
    switch (clean_class(c)) {
      case CleanClass::keep:  // clean_run() stops at nothing of this class
      case CleanClass::remove: break;
      case CleanClass::space: put(" "); break;
      case CleanClass::line:
        if (c == '\r' && at < text.size() && text[at] == '\n') ++at;
        put("\n");
        break;
      case CleanClass::windows_1252: {
        std::string character;
        append(character, from_windows_1252(c));
        put(character);
        break;
      }
      case CleanClass::ligature: put(kLigatures[c - 0xFB00]); break;
      case CleanClass::joiner: {
        const std::string_view cleaned(out, static_cast<std::size_t>(to - out));
        if (keeps_joiner(c, cleaned, text.substr(at), table)) put(text.substr(begin, at - begin));
        break;
      }
    }
    const std::size_t run = clean_run(text, at, table, composed);
    put(text.substr(at, run));
    at += run;
  }
  const std::string_view result = nfc({out, static_cast<std::size_t>(to - out)}, arena);
  return result == text ? text : result;  // joiners that stay stop the scan and change nothing
}

}  // namespace newsmill::text
