#include "processors/text/instant_layouts.h"

#include <algorithm>
#include <array>

#include "processors/text/instant_names.h"
#include "processors/text/instant_zones.h"

namespace newsmill::text {
namespace {

using Kind = Piece::Kind;

/// Countries that write the month before the day in figures (CLDR short date patterns).
constexpr std::array<std::string_view, 9> kMonthFirst = {"US", "PH", "FM", "MH", "PW", "GU", "AS", "VI", "MP"};
/// Languages that write the year first when it has two digits; three pairs of digits are left alone.
constexpr std::array<std::string_view, 6> kYearFirst = {"zh", "ja", "ko", "hu", "mn", "lt"};

bool is_upper_ascii(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Walks the pieces; every function either matches and moves on, or leaves the place as it was.
class Matcher {
 public:
  Matcher(const Pieces& pieces, const InstantHints& hints)
      : pieces_(pieces), hints_(hints), language_(hints.language.substr(0, hints.language.find_first_of("-_"))) {}

  std::optional<Written> match() {
    for (const auto form : {&Matcher::date_then_time, &Matcher::time_then_date, &Matcher::year_last}) {
      at_ = 0;
      written_ = {};
      skip_weekday();
      if ((this->*form)()) return written_;
    }
    return std::nullopt;
  }

 private:
  const Piece& here(std::size_t ahead = 0) const { return pieces_[at_ + ahead]; }
  bool is_sign(char32_t sign, std::size_t ahead = 0) const {
    return here(ahead).kind == Kind::sign && here(ahead).sign == sign;
  }
  bool is_word(std::string_view word, std::size_t ahead = 0) const {
    return here(ahead).kind == Kind::word && pieces_.raw(here(ahead)) == word;
  }
  bool is_number(std::size_t low, std::size_t high, std::size_t ahead = 0) const {
    return here(ahead).kind == Kind::number && here(ahead).digits >= low && here(ahead).digits <= high;
  }
  int value(std::size_t ahead = 0) const { return static_cast<int>(here(ahead).value); }
  bool glued(std::size_t ahead) const { return here(ahead).begin == here(ahead - 1).end; }
  std::string folded() const { return here().kind == Kind::word ? pieces_.folded(here()) : std::string(); }
  bool take(char32_t sign) {
    if (!is_sign(sign)) return false;
    ++at_;
    return true;
  }
  bool take_any(std::initializer_list<char32_t> signs) {
    return std::ranges::any_of(signs, [&](char32_t sign) { return take(sign); });
  }

  /// The end of the text; a full stop and comments in parentheses may stand before it.
  bool finished() {
    take('.');
    while (is_sign('(')) {
      while (here().kind != Kind::end && !take(')')) ++at_;
    }
    return here().kind == Kind::end;
  }

  void skip_weekday() {
    const std::size_t begin = at_;
    take(',');
    const bool bracket = take('(');
    if (here().kind == Kind::word && date_names().weekday(folded())) {
      ++at_;
      take_any({',', '.', U'،'});
      if (!bracket || take(')')) return;
    }
    at_ = begin;
  }

  void skip_fillers() {
    while (here().kind == Kind::word && DateNames::filler(folded())) {
      ++at_;
      take_any({'\'', U'’', U'،'});  // o'clock
    }
  }

  bool date_then_time() {
    if (!date()) return false;
    take_unit({"года", "году", "г.", "г", "року", "р.", "р"});
    skip_weekday();
    if (finished()) return true;
    if (written_.precision < Precision::day) return false;
    const std::size_t behind_date = at_;
    if (zone() && finished()) return true;  // XML Schema: 2002-10-10+13:00
    at_ = behind_date;
    written_.zone = Written::Zone::none;
    take_any({',', '|', '-', U'–', U'—', U'·', U'•', '@', U'،'});
    if (is_word("T") || is_word("t")) {
      ++at_;
      if (compact_time()) return zone_and_end();
    } else if (is_zone_word() && is_number(1, 2, 1)) {
      // A format letter that printed the zone for the T: 2018-11-28CET11:59:00+0100.
      take_abbreviation();
    }
    skip_fillers();
    if (!time()) return false;
    return zone_and_end();
  }

  bool time_then_date() {
    if (!time()) return false;
    const Written time_only = written_;
    const std::size_t behind_time = at_;
    for (const bool with_zone : {true, false}) {
      at_ = behind_time;
      written_ = time_only;
      if (with_zone && !zone()) continue;
      take_any({',', '|', '-', U'–', U'—', U'·', U'•', U'،'});
      skip_fillers();
      skip_weekday();
      skip_fillers();
      const Precision precision = written_.precision;
      if (!date() || written_.precision != Precision::day) continue;
      written_.precision = precision;
      if (with_zone ? finished() : zone_and_end()) return true;
    }
    return false;
  }

  /// ctime(3): Tue Jan 28 15:28:56 CET 2020
  bool year_last() {
    if (!month_name() || !day()) return false;
    take(',');
    if (!time()) return false;
    zone();
    if (!is_number(4, 4)) return false;
    written_.year = value();
    ++at_;
    return finished();
  }

  // ---- date

  bool date() {
    const std::size_t begin = at_;
    const Written before = written_;
    for (const auto form :
         {&Matcher::year_first, &Matcher::figures, &Matcher::day_month_name, &Matcher::month_name_day}) {
      at_ = begin;
      written_ = before;
      written_.precision = Precision::day;
      if ((this->*form)()) return true;
    }
    at_ = begin;
    written_ = before;
    return false;
  }

  bool set_month(int month) {
    if (month < 1 || month > 12) return false;
    written_.month = month;
    return true;
  }
  bool set_day(int day) {
    if (day < 1 || day > 31) return false;
    written_.day = day;
    return true;
  }

  bool take_unit(std::initializer_list<std::string_view> units) {
    if (here().kind != Kind::word) return false;
    for (const std::string_view unit : units)
      if (is_word(unit)) {
        ++at_;
        return true;
      }
    return false;
  }

  bool year_first() {
    if (here().kind != Kind::number) return false;
    if (here().digits == 8) {  // 20210208
      const int all = value();
      written_.year = all / 10000;
      ++at_;
      return set_month(all / 100 % 100) && set_day(all % 100);
    }
    if (here().digits != 4) return false;
    written_.year = value();
    ++at_;
    if (take_unit({"年", "년"})) {
      if (!is_number(1, 2) || !set_month(value())) return false;
      ++at_;
      if (!take_unit({"月", "월"})) return false;
      if (!is_number(1, 2)) {
        written_.precision = Precision::month;
        return true;
      }
      if (!set_day(value())) return false;
      ++at_;
      return take_unit({"日", "일", "号"});
    }
    const char32_t separator = here().kind == Kind::sign ? here().sign : 0;
    if (separator == '-' || separator == '/' || separator == '.') ++at_;
    if (here().kind == Kind::word) {  // 2004-július-13, 2021. december 1., 2021 Dec 1
      if (!month_name()) return false;
      if (separator != 0) take(separator);
      return day();
    }
    if (separator == 0) return false;
    if (is_number(3, 3) && separator == '-') return day_of_year();
    if (!is_number(1, 2) || !set_month(value())) return false;
    ++at_;
    if (!take(separator)) {
      written_.precision = Precision::month;
      return here().kind == Kind::end;
    }
    if (!is_number(1, 2) || !set_day(value())) return false;
    ++at_;
    take('.');
    return true;
  }

  /// ISO 8601 ordinal date: 2003-335.
  bool day_of_year() {
    int days = value();
    const bool leap = (written_.year % 4 == 0 && written_.year % 100 != 0) || written_.year % 400 == 0;
    constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int month = 1; month <= 12; ++month) {
      const int length = kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
      if (days <= length) {
        ++at_;
        return set_month(month) && set_day(days);
      }
      days -= length;
    }
    return false;
  }

  /// Figures with the year last: 02/08/2017, 1. 12. 2021, 8/11/18.
  bool figures() {
    if (!is_number(1, 2)) return false;
    const int first = value();
    ++at_;
    if (!is_sign('/') && !is_sign('.') && !is_sign('-')) return false;
    const char32_t separator = here().sign;
    ++at_;
    if (!is_number(1, 2)) return false;
    const int second = value();
    ++at_;
    if (!take(separator) || !(is_number(4, 4) || is_number(2, 2))) return false;
    if (here().digits == 2 && std::ranges::find(kYearFirst, language_) != kYearFirst.end()) return false;
    if (!year()) return false;

    bool month_first = std::ranges::find(kMonthFirst, hints_.country) != kMonthFirst.end();
    bool open = false;
    if (separator == '.') {
      month_first = false;  // no country writes the month first with full stops
    } else if (hints_.country.empty() || hints_.country == "CA") {
      if (language_ == "en") month_first = true;
      open = language_ == "en" || language_.empty();
    }
    if (first > 12 || second > 12) {
      month_first = second > 12;
      open = false;
    }
    written_.ambiguous = open && first != second;
    return month_first ? set_month(first) && set_day(second) : set_day(first) && set_month(second);
  }

  /// RFC 5322 section 4.3: two digits are 2000 to 2049 or 1950 to 1999.
  bool year() {
    if (take_any({'\'', U'’'}) && !is_number(2, 2)) return false;
    if (!is_number(4, 4) && !is_number(2, 2)) return false;
    written_.year = value();
    if (here().digits == 2) written_.year += written_.year < 50 ? 2000 : 1900;
    ++at_;
    return true;
  }

  bool day() {
    if (!is_number(1, 2) || !set_day(value())) return false;
    ++at_;
    if (here().kind == Kind::word && glued(0) && DateNames::ordinal(folded())) ++at_;
    take('.');
    return true;
  }

  /// A month by name, or by figure behind the Vietnamese word for month.
  bool month_name() {
    if (here().kind != Kind::word) return false;
    const std::string word = folded();
    if (word == "tháng" || word == "thg") {
      if (!is_number(1, 2, 1) || !set_month(value(1))) return false;
      at_ += 2;
      return true;
    }
    if (here(1).kind == Kind::word) {  // كانون الأول
      const int month = date_names().month(word + ' ' + pieces_.folded(here(1)), language_);
      if (month != 0) {
        at_ += 2;
        return set_month(month);
      }
    }
    const int month = date_names().month(word, language_);
    if (month == 0) return false;
    ++at_;
    return set_month(month);
  }

  /// 14 februarie 2009, 02 de dezembro de 2017, 29Jul2005, 18-JUN-1987
  bool day_month_name() {
    skip_fillers();
    if (!day()) return false;
    take_any({'-', '/', ',', U'‑'});
    skip_fillers();
    if (!month_name()) return false;
    take_any({'-', '/', ',', '.', U'‑'});
    skip_fillers();
    return year();
  }

  /// November 19, 2019; December 2021
  bool month_name_day() {
    if (!month_name()) return false;
    take_any({'-', '/', '.'});
    if (is_number(4, 4)) {
      written_.precision = Precision::month;
      return year() && here().kind == Kind::end;
    }
    if (!day()) return false;
    take_any({',', '-', '/', U'،'});
    skip_fillers();
    return is_number(4, 4) && year();
  }

  // ---- time

  bool time() {
    const std::size_t begin = at_;
    const Written before = written_;
    if (time_of_day()) return true;
    at_ = begin;
    written_ = before;
    return false;
  }

  DateNames::Half take_half() {
    if (here().kind != Kind::word) return DateNames::Half::none;
    const DateNames::Half half = date_names().half(folded());
    if (half != DateNames::Half::none) ++at_;
    return half;
  }

  bool time_of_day() {
    DateNames::Half half = take_half();  // 오후 11:23
    if (!is_number(1, 2)) return false;
    const int hour = value();
    ++at_;
    written_.precision = Precision::minute;
    bool has_minutes = true;
    if (take(':')) {
      if (!minutes()) return false;
      if (take(':') && !seconds()) return false;
    } else if (take_unit({"时", "時", "시", "点"})) {
      if (is_number(1, 2) && !(minutes() && take_unit({"分", "분"}))) return false;
      if (is_number(1, 2) && !(seconds() && take_unit({"秒", "초"}))) return false;
    } else if (is_word("h") || is_word("H") || is_word("h.")) {
      ++at_;
      if (is_number(2, 2) && !minutes()) return false;
      take_unit({"m", "min", "mn"});
      if (is_number(2, 2) && !(seconds() && take_unit({"s"}))) return false;
    } else if (is_sign('.') && is_number(2, 2, 1)) {  // 16.11 Uhr, klo 16.11
      ++at_;
      if (!minutes()) return false;
      if (is_sign('.') && is_number(2, 2, 1)) {
        ++at_;
        if (!seconds()) return false;
      }
    } else {
      has_minutes = false;
    }
    if (half == DateNames::Half::none) half = take_half();
    if (is_word("Uhr") || is_word("uhr") || is_word("hs") || is_word("hrs") || is_word("h") || is_word("น.")) {
      ++at_;
      has_minutes = true;
    }
    if (!has_minutes && half == DateNames::Half::none) return false;
    return set_hour(hour, half);
  }

  bool set_hour(int hour, DateNames::Half half) {
    if (hour > 24 || (half == DateNames::Half::am && hour > 12)) return false;
    if (half == DateNames::Half::pm && hour < 12) hour += 12;
    if (half == DateNames::Half::am && hour == 12) hour = 0;
    if (hour == 24 && (written_.minute != 0 || written_.second != 0)) return false;
    written_.hour = hour;
    return true;
  }
  bool minutes() {
    if (!is_number(1, 2) || value() > 59) return false;
    written_.minute = value();
    ++at_;
    return true;
  }
  bool seconds() {
    if (!is_number(1, 2) || value() > 60) return false;  // 60 is a leap second
    written_.second = value();
    written_.precision = Precision::second;
    ++at_;
    if ((is_sign('.') || is_sign(',') || is_sign(':')) && is_number(1, 9, 1) && glued(0) && glued(1)) {
      std::int64_t fraction = here(1).value;
      for (int digits = here(1).digits; digits < 3; ++digits) fraction *= 10;
      for (int digits = here(1).digits; digits > 3; --digits) fraction /= 10;
      written_.millisecond = static_cast<int>(fraction);
      at_ += 2;
    }
    return true;
  }

  /// The basic form of ISO 8601 behind a T: 110235 or 1102.
  bool compact_time() {
    if (!is_number(4, 4) && !is_number(6, 6)) return false;
    const bool has_seconds = here().digits == 6;
    const int all = has_seconds ? value() : value() * 100;
    if (all / 100 % 100 > 59 || all % 100 > 60) return false;
    written_.minute = all / 100 % 100;
    written_.second = all % 100;
    written_.precision = has_seconds ? Precision::second : Precision::minute;
    ++at_;
    return set_hour(all / 10000, DateNames::Half::none);
  }

  // ---- zone

  bool zone_and_end() {
    zone();
    skip_weekday();
    return finished();
  }

  /// Letters that may be a zone: in the table, or three to five capitals.
  bool is_zone_word() const {
    if (here().kind != Kind::word) return false;
    const std::string_view word = pieces_.raw(here());
    return known_abbreviation(word) || (word.size() >= 3 && word.size() <= 5 && is_upper_ascii(word));
  }

  void take_abbreviation() {
    const std::string_view word = pieces_.raw(here());
    ++at_;
    if (written_.zone == Written::Zone::offset) return;  // an offset beside it says more
    if (word == "UTC" || word == "GMT" || word == "UT") {
      written_.zone = Written::Zone::offset;
      written_.offset_minutes = 0;
    } else {
      written_.zone = Written::Zone::abbreviation;
    }
    written_.zone_name = word;
  }

  bool zone() {
    const std::size_t begin = at_;
    if (is_word("Z") || is_word("z") || is_word("ZZ")) {
      written_.zone = Written::Zone::offset;
      written_.offset_minutes = 0;
      ++at_;
    } else {
      const bool bracket = take('(');
      if (iana_zone()) {
        if (bracket) take(')');
      } else if (is_zone_word()) {
        take_abbreviation();
        if (bracket) take(')');
      } else if (bracket) {
        at_ = begin;
      }
      offset();
    }
    if (take('[')) {  // java.time: 2021-12-01T09:05+01:00[Europe/Berlin]
      const bool known = written_.zone == Written::Zone::offset;
      const Written before = written_;
      if (!iana_zone() || !take(']')) return false;
      if (known) written_ = before;
    }
    return at_ != begin;
  }

  /// A name of the tz database with a slash in it. The longest run of pieces without space is it.
  bool iana_zone() {
    if (here().kind != Kind::word || !is_sign('/', 1)) return false;
    std::size_t last = at_;
    while (pieces_[last + 1].kind != Kind::end && pieces_[last + 1].begin == pieces_[last].end &&
           pieces_[last + 1].sign != ']' && pieces_[last + 1].sign != ')')
      ++last;
    Piece whole = here();
    whole.end = pieces_[last].end;
    const std::string_view name = pieces_.raw(whole);
    if (!known_zone(name)) return false;
    at_ = last + 1;
    written_.zone = Written::Zone::iana;
    written_.zone_name = name;
    return true;
  }

  /// +0100, +01:00, -5, +530
  bool offset() {
    if (!is_sign('+') && !is_sign('-') && !is_sign(U'−')) return false;
    if (!is_number(1, 4, 1)) return false;
    const bool west = !is_sign('+');
    int hours = value(1), minutes = 0;
    std::size_t used = 2;
    if (here(1).digits >= 3) {
      minutes = hours % 100;
      hours /= 100;
    } else if (is_sign(':', 2) && is_number(2, 2, 3)) {
      minutes = value(3);
      used = 4;
    }
    if (minutes > 59 || hours * 60 + minutes > (west ? 12 : 14) * 60) return false;
    written_.zone = Written::Zone::offset;
    written_.offset_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
    written_.zone_name = {};
    at_ += used;
    return true;
  }

  const Pieces& pieces_;
  const InstantHints& hints_;
  std::string_view language_;
  std::size_t at_ = 0;
  Written written_;
};

}  // namespace

std::optional<Written> match_layout(const Pieces& pieces, const InstantHints& hints) {
  return Matcher(pieces, hints).match();
}

}  // namespace newsmill::text
