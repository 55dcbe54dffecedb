#include "processors/dedup/number_words.h"

#include <bitset>
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace newsmill::dedup {
namespace {

enum class Meaning : std::uint8_t { none, figure, capital_figure, weekday };

// Written as tokens: lower case, one word. "one" and its like are articles and pronouns as well, and
// stay out.
constexpr std::string_view kFigures[] = {
    // English
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy",
    "eighty", "ninety", "hundred", "thousand", "million", "billion", "trillion", "dozen", "half", "quarter", "third",
    "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "january", "february", "april", "june", "july",
    "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec",
    // German
    "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "zwanzig", "hundert",
    "tausend", "millionen", "milliarden", "januar", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember",
    // French
    "deux", "trois", "quatre", "cinq", "sept", "huit", "neuf", "dix", "onze", "douze", "vingt", "trente", "cent",
    "mille", "millions", "milliards", "janvier", "février", "mars", "avril", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
    // Spanish, Portuguese, Italian
    "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "veinte", "treinta",
    "cien", "mil", "millones", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre", "dois", "duas", "três", "quatro", "sete", "oito", "nove", "dez", "vinte",
    "milhões", "janeiro", "fevereiro", "março", "maio", "junho", "julho", "setembro", "outubro", "novembro", "dezembro",
    "due", "tre", "cinque", "sei", "sette", "otto", "dieci", "venti", "cento", "mila", "milioni", "miliardi", "gennaio",
    "febbraio", "aprile", "maggio", "giugno", "luglio", "settembre", "ottobre", "dicembre",
    // Dutch, Swedish
    "twee", "drie", "vijf", "zes", "zeven", "negen", "tien", "twaalf", "twintig", "honderd", "duizend", "miljoen",
    "miljard", "januari", "februari", "maart", "mei", "augustus", "två", "fyra", "fem", "sex", "sju", "åtta", "nio",
    "tio", "tolv", "tjugo", "hundra", "tusen", "miljoner", "miljarder",
    // Russian, Ukrainian, Polish
    "два", "две", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "двадцать", "сто", "тысяч",
    "тысячи", "миллиона", "миллионов", "миллиардов", "января", "февраля", "марта", "апреля", "мая", "июня", "июля",
    "августа", "сентября", "октября", "ноября", "декабря", "дві", "чотири", "п’ять", "шість", "сім", "вісім", "десять",
    "тисяч", "мільйонів", "мільярдів", "січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня",
    "вересня", "жовтня", "листопада", "грудня", "dwa", "dwie", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem",
    "dziewięć", "dziesięć", "sto", "tysięcy", "milionów", "miliardów", "stycznia", "lutego", "marca", "kwietnia",
    "czerwca", "lipca", "sierpnia", "września", "października", "grudnia",
    // Turkish, Indonesian
    "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz", "yüz", "bin", "milyon", "milyar", "ocak", "şubat",
    "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık", "dua", "tiga", "empat",
    "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "ratus", "ribu", "juta", "agustus", "desember",
    // Arabic, Persian, Hindi
    "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة", "مئة", "ألف", "مليون", "مليار", "يناير",
    "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر", "سه", "چهار",
    "پنج", "شش", "هفت", "هشت", "نه", "ده", "صد", "هزار", "میلیون", "میلیارد", "दो", "तीन", "चार", "पांच", "सात", "आठ",
    "नौ", "दस", "सौ", "हजार", "लाख", "करोड़",
    // Han: each letter is a token
    "二", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千", "万", "亿", "億", "萬", "兆"};

constexpr std::string_view kCapitalFigures[] = {"may", "march"};  // also an English verb and noun

constexpr std::string_view kWeekdays[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "montag", "dienstag", "mittwoch",
    "donnerstag", "freitag", "samstag", "sonnabend", "sonntag", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
    "samedi", "dimanche", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo", "lunedì", "martedì",
    "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "segunda", "terça", "quarta", "quinta", "sexta", "maandag",
    "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "måndag", "tisdag", "onsdag", "torsdag",
    "fredag", "lördag", "söndag", "понедельник", "вторник", "среду", "среда", "четверг", "пятницу", "пятница",
    "субботу", "суббота", "воскресенье", "poniedziałek", "wtorek", "środa", "środę", "czwartek", "piątek", "sobota",
    "sobotę", "niedziela", "niedzielę", "pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar",
    "senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"};

/// Most words are in none of the lists, which one bit tells for nearly all of them.
class Meanings {
 public:
  Meanings() {
    for (const std::string_view word : kFigures) add(word, Meaning::figure);
    for (const std::string_view word : kCapitalFigures) add(word, Meaning::capital_figure);
    for (const std::string_view word : kWeekdays) add(word, Meaning::weekday);
  }
  Meaning of(std::uint64_t hash) const {
    if (!maybe_.test(hash % kBits)) return Meaning::none;
    const auto found = table_.find(hash);
    return found == table_.end() ? Meaning::none : found->second;
  }

 private:
  void add(std::string_view word, Meaning meaning) {
    const std::uint64_t hash = text::token_hash(word);
    table_.emplace(hash, meaning);
    maybe_.set(hash % kBits);
  }
  static constexpr std::size_t kBits = 1 << 14;
  std::bitset<kBits> maybe_;
  std::unordered_map<std::uint64_t, Meaning> table_;
};

Meaning meaning(const text::Token& token) {
  static const Meanings kMeanings;
  return kMeanings.of(token.hash);
}

}  // namespace

bool tells_figure(const text::Token& token) {
  if (token.flags & text::kDigit) return true;
  const Meaning means = meaning(token);
  return means == Meaning::figure || (means == Meaning::capital_figure && token.flags & text::kCapital);
}

bool tells_number(const text::Token& token) {
  if (token.flags & text::kDigit) return true;
  const Meaning means = meaning(token);
  return means == Meaning::figure || means == Meaning::weekday ||
         (means == Meaning::capital_figure && token.flags & text::kCapital);
}

}  // namespace newsmill::dedup
