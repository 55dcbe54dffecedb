#include "processors/text/language.h"

#include <gtest/gtest.h>

#include <string>

namespace newsmill::text {
namespace {

TEST(Language, HasTheFullTables) { EXPECT_NO_THROW(require_full_language_tables()); }

TEST(Language, IsThatOfTheText) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"en", "Crane drivers at the two largest container terminals of the port walked off the job on Tuesday morning."},
      {"de", "Die Hafenbehörde rechnet damit, dass sich rund achtunddreißigtausend Container verspäten werden."},
      {"fr", "La Banque centrale européenne a laissé jeudi ses taux directeurs inchangés, comme prévu."},
      {"uk", "Порти Великої Одеси у лютому перевалили понад чотири мільйони тонн зерна, повідомило міністерство."},
      {"ar", "سجلت قناة السويس يوم الخميس عبور ست وخمسين سفينة، وهو أعلى عدد يومي منذ عامين."},
      {"zh", "上海港二月份完成集装箱吞吐量四百一十二万标准箱，同比增长百分之六点三，创下历年同期新高。"},
      {"zh-Hant", "香港國際機場二月份處理四十一萬噸貨物，較去年同期增加百分之六，創下歷年同期新高。"},
      {"sw", "Bandari ya Mombasa imepokea meli kubwa zaidi ya makontena kuwahi kutia nanga nchini Kenya."},
  };
  for (const auto& [tag, text] : rows) {
    const LanguageGuess guess = detect_language(text, {}, {});
    EXPECT_EQ(guess.tag, tag) << text;
    EXPECT_TRUE(guess.reliable) << text;
    EXPECT_GT(guess.confidence, 0.9) << text;
  }
}

// CLD2 passes over what repeats itself, so every sentence here is another.
TEST(Language, OfALongTextComesFromThreePlaces) {
  std::string text =
      "Die Hafenbehörde rechnet damit, dass sich rund achtunddreißigtausend Container verspäten. Für die Schifffahrt "
      "auf dem Rhein "
      "fehlen von Donnerstag an die ersten Ladungen. Die Gewerkschaft verlangt acht Prozent mehr Lohn und höchstens "
      "neun Nachtschichten "
      "im Monat, während die Arbeitgeber den Streik für unangemessen halten und erst wieder verhandeln wollen, wenn "
      "alle Kräne laufen. "
      "Am Abend warteten noch neunzehn Schiffe vor der Küste. ";
  text +=
      "Crane drivers at the two largest terminals walked off the job on Tuesday morning. Barges are waiting upstream, "
      "and two ships have "
      "already been sent to another harbour. The night train between both capitals will run every day again from the "
      "middle of June, "
      "because the rebuilt sleeping cars have finally arrived. Seagrass meadows hold almost a third more carbon than "
      "earlier surveys "
      "had found, according to a study of several hundred sediment cores that were taken over five years by divers. "
      "Shipping companies have begun to bring their liners back to the shorter route, and the canal authority expects "
      "that revenue will "
      "rise in the second quarter. Drivers should allow extra time on bridges and in tunnels until the storm has "
      "passed the coast. "
      "The central bank left its key interest rates unchanged, as most economists had expected, and said that growth "
      "was a little better "
      "than it had feared before winter. Tickets for the additional ferries go on sale next week, and foot passengers "
      "are not affected. ";
  const LanguageGuess guess = detect_language(text, {}, {});
  EXPECT_EQ(guess.tag, "en");
  EXPECT_LT(guess.confidence, 0.9);
}

TEST(Language, IsUndeterminedWithoutLetters) {
  for (const std::string_view text : {"", "12 345 – 67", "!!!"}) {
    const LanguageGuess guess = detect_language(text, {}, {});
    EXPECT_EQ(guess.tag, "und") << text;
    EXPECT_FALSE(guess.reliable) << text;
  }
}

TEST(LanguageTag, ReadsWhatFeedsWrite) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"de", "de"},        {"DEU", "de"},          {"ger", "de"},   {"german", "de"},    {"Deutsch", "de"},
       {"de_DE.UTF-8", "de"}, {"en-GB", "en"},
      {"English", "en"},   {"iw", "he"},           {"in", "id"},    {"zh-CN", "zh"},     {"zh_TW", "zh-Hant"},
       {"zh-Hant-HK", "zh-Hant"},
      {"zh-Hans-TW", "zh"}, {"cmn", "zh"},    {"pt-BR", "pt"}, {"Français", "fr"},  {"русский", "ru"}, {"yor", "yo"},
               {"fil", "fil"},
      {" sv ", "sv"},      {"", ""},               {"klingon!", ""}, {"x-none", ""},     {"deutsche", ""},  {"und", ""},
  };
  for (const auto& [name, tag] : rows) EXPECT_EQ(language_tag(name), tag) << name;
  EXPECT_EQ(language_tag(std::string(100'000, 'a')), "");
}

}  // namespace
}  // namespace newsmill::text
