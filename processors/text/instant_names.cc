#include "processors/text/instant_names.h"

#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>

#include "processors/text/instant_pieces.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

// Locales with month names of their own. fa and th would give their own calendars otherwise.
constexpr std::array kLocales = {
    "af", "am", "ar", "ar_DZ", "ar_LB", "ar_MA", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "de_AT",
    "el", "en", "en_GB", "es", "et", "eu", "fa@calendar=gregorian", "fi", "fil", "fr", "fr_CA", "ga", "gl", "gu", "ha",
    "he", "hi", "hr", "hu", "hy", "id", "ig", "is", "it", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv", "mk",
    "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl", "nn", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "so",
    "sq", "sr", "sr_Latn", "sv", "sw", "ta", "te", "th@calendar=gregorian", "tr", "uk", "ur", "uz", "vi", "yo", "zh",
    "zu", "ja"};

// Spellings that CLDR does not list: common abbreviations, and names of Esperanto.
struct Extra {
  std::string_view language;
  std::array<std::string_view, 12> months;
};
constexpr std::array kExtras = {
    Extra{"en", {"", "", "", "", "", "", "", "", "sept", "", "", ""}},
    Extra{"de", {"jänner", "feber", "mrz", "", "", "", "", "", "sept", "", "", ""}},
    Extra{"id", {"", "peb", "", "", "", "", "", "agt", "", "", "nop", ""}},
    Extra{"nl", {"", "", "mrt", "", "", "", "", "", "", "", "", ""}},
    Extra{"eo",
          {"januaro", "februaro", "marto", "aprilo", "majo", "junio", "julio", "aŭgusto", "septembro", "oktobro",
           "novembro", "decembro"}}};

constexpr std::array<std::string_view, 62> kFillers = {
    "a",   "al",   "alle", "am",  "as",  "at",   "az", "clock", "d",   "dal",  "de",    "del", "den", "der", "di",
    "dia", "dna",  "dne",  "dnia", "du", "el",   "en", "g",     "gmt", "godz", "gada",  "h",   "hs",  "il",  "kell",
    "kl",  "klo",  "la",   "las", "le",  "les",  "m",  "ngày",  "năm", "o",    "ob",    "of",  "on",  "ora", "ore",
    "ore", "p",    "saat", "the", "u",   "uhr",  "um", "à",     "às",  "в",    "во",    "г",   "год", "года", "на",
    "о",   "року"};

std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

/// Without accents, for feeds that write "fevrier".
std::string without_marks(std::string_view word) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(error);
  if (U_FAILURE(error)) return std::string(word);
  const icu::StringPiece piece(word.data(), static_cast<std::int32_t>(word.size()));
  const std::string apart = utf8(nfd->normalize(icu::UnicodeString::fromUTF8(piece), error));
  std::string out;
  for (std::size_t at = 0; at < apart.size();) {
    const char32_t c = next(apart, at);
    if (!is_mark(c)) append(out, c);
  }
  return out;
}

/// Letters, at most two words of them (the months of the Levant: كانون الأول).
bool is_name(std::string_view word) {
  int spaces = 0;
  for (std::size_t at = 0; at < word.size();) {
    const char32_t c = next(word, at);
    if (c == ' ') ++spaces;
    else if (!is_letter(c) && !is_mark(c)) return false;
  }
  return !word.empty() && spaces <= 1;
}

}  // namespace

void DateNames::add(std::string_view name, Kind kind, int value, const std::string& language) {
  const std::string word = date_word(name);
  // "12月" and "tháng 12" are numbers with a word; one letter ("J") names three months.
  if (!is_name(word) || code_points(word) < 2) return;
  const auto put = [&](const std::string& key) {
    std::vector<Meaning>& meanings = names_[key];
    const bool known = std::ranges::any_of(meanings, [&](const Meaning& meaning) {
      return meaning.kind == kind && meaning.value == value && meaning.language == language;
    });
    if (!known) meanings.push_back({kind, static_cast<std::uint8_t>(value), language});
  };
  put(word);
  std::size_t first = 0;
  if (const Script kin = script(next(word, first)); kin != Script::latin && kin != Script::greek) return;
  const std::string plain = without_marks(word);
  if (plain != word) put(plain);
}

DateNames::DateNames() {
  for (const char* const name : kLocales) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Locale locale(name);
    const icu::DateFormatSymbols symbols(locale, error);
    if (U_FAILURE(error)) continue;
    const std::string language = locale.getLanguage();
    for (const auto context : {icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::STANDALONE})
      for (const auto width : {icu::DateFormatSymbols::WIDE, icu::DateFormatSymbols::ABBREVIATED}) {
        std::int32_t count = 0;
        const icu::UnicodeString* names = symbols.getMonths(count, context, width);
        for (int i = 0; i < std::min(count, 12); ++i) add(utf8(names[i]), Kind::month, i + 1, language);
        names = symbols.getWeekdays(count, context, width);
        for (int i = 1; i < count; ++i) add(utf8(names[i]), Kind::weekday, i, language);
      }
    std::int32_t count = 0;
    const icu::UnicodeString* const halves = symbols.getAmPmStrings(count);
    for (int i = 0; i < std::min(count, 2); ++i) add(utf8(halves[i]), Kind::half, i, language);
  }
  for (const Extra& extra : kExtras)
    for (std::size_t i = 0; i < extra.months.size(); ++i)
      add(extra.months[i], Kind::month, static_cast<int>(i) + 1, std::string(extra.language));
}

int DateNames::month(std::string_view word, std::string_view language) const {
  const auto found = names_.find(std::string(word));
  if (found == names_.end()) return 0;
  int any = 0, english = 0;
  bool one = true;
  for (const Meaning& meaning : found->second) {
    if (meaning.kind != Kind::month) continue;
    if (meaning.language == language) return meaning.value;
    if (meaning.language == "en") english = meaning.value;
    one &= any == 0 || any == meaning.value;
    any = meaning.value;
  }
  return one ? any : english;
}

bool DateNames::weekday(std::string_view word) const {
  const auto found = names_.find(std::string(word));
  return found != names_.end() && std::ranges::count(found->second, Kind::weekday, &Meaning::kind) > 0;
}

DateNames::Half DateNames::half(std::string_view word) const {
  const auto found = names_.find(std::string(word));
  if (found == names_.end()) return Half::none;
  for (const Meaning& meaning : found->second)
    if (meaning.kind == Kind::half) return meaning.value == 0 ? Half::am : Half::pm;
  return Half::none;
}

bool DateNames::filler(std::string_view word) { return std::ranges::find(kFillers, word) != kFillers.end(); }

bool DateNames::ordinal(std::string_view word) {
  constexpr std::array<std::string_view, 10> kOrdinals = {"st", "nd", "rd", "th", "er", "o", "a", "ª", "e", "го"};
  return std::ranges::find(kOrdinals, word) != kOrdinals.end();
}

const DateNames& date_names() {
  static const DateNames names;
  return names;
}

}  // namespace newsmill::text
