#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace newsmill::text {

/// Names of months, weekdays and halves of the day in some 80 languages, from ICU's copy of CLDR
/// (wide and abbreviated, in a date and alone), and the small words that stand in dates.
/// Keys are what date_word() gives. Built once; constant after that, so any thread may read it.
class DateNames {
 public:
  DateNames();

  /// 1 to 12, 0 when the word is no month or is another month in another language and `language`
  /// (primary subtag, may be empty) does not decide: listopad is October or November.
  int month(std::string_view word, std::string_view language) const;
  bool weekday(std::string_view word) const;
  enum class Half : std::uint8_t { none, am, pm };
  Half half(std::string_view word) const;
  /// Words without meaning of their own: "de", "of", "at", "Uhr", "года".
  static bool filler(std::string_view word);
  /// "st", "nd", "er", "º" behind a day.
  static bool ordinal(std::string_view word);

 private:
  enum class Kind : std::uint8_t { month, weekday, half };
  struct Meaning {
    Kind kind;
    std::uint8_t value;
    std::string language;
  };
  void add(std::string_view name, Kind kind, int value, const std::string& language);

  std::unordered_map<std::string, std::vector<Meaning>> names_;
};

const DateNames& date_names();

}  // namespace newsmill::text
