// The names that others got wrong: the issue trackers of CLIFF, flashtext, spaCy and Spotlight, and the
// list of hard names that every news desk knows.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/tagging.h"

namespace newsmill::tag_entities {
namespace {

struct Row {
  const char* about;
  const char* headline;
  const char* body;
  const char* surface;
  const char* id;  ///< "" = no mention of that surface, "-" = a mention without an id
  const char* language = "en";
};

void check(const std::vector<Row>& rows) {
  test::Tagging tagging;
  for (const Row& row : rows) {
    ASSERT_TRUE(tagging.read(row.headline, row.body, row.language)) << row.about;
    EXPECT_EQ(tagging.id_of(row.surface), row.id) << row.about << ": " << row.body << "\nfound:\n" << tagging.mentions();
  }
}

TEST(Pitfalls, Capitals) {
  check({
      {"US is the country", "", "A treaty with the US was signed.", "US", "wd:Q30"},
      {"us is a pronoun", "", "They told us nothing. It gave us time.", "us", ""},
      {"U.S. at the end of a sentence", "", "He moved to the U.S. The firm stayed.", "U.S.", "wd:Q30"},
      {"WHO is the organisation", "", "The WHO warned of delays.", "WHO", "wd:Q7817"},
      {"who is a pronoun", "", "Who knows who said it?", "Who", ""},
      {"Nato as the British write it", "", "Troops of Nato stay there.", "Nato", "wd:Q7184"},
      {"lower case is no name", "", "Fine china and a turkey for dinner.", "china", ""},
      {"a name that begins small", "", "Sellers on eBay pay more.", "eBay", "wd:Q58024"},
      {"a place in capitals", "", "The plane from LONDON landed.", "LONDON", "wd:Q84"},
      {"headline in capitals: us is not US", "SHARES TUMBLE AS BANKS TELL US NOTHING NEW TODAY", "Shares fell. Banks said nothing.", "US", ""},
      {"headline in capitals: US when the body has it", "CHINA AND US SIGN NEW TRADE TREATY TODAY", "China and the US signed a treaty.", "US", "wd:Q30"},
      {"title case: an ordinary word", "Why Nice People Finish Reading Their Mobile Contracts", "People read.", "Reading", ""},
      {"title case: a country", "Russia Tells Its Partners That Talks Will Continue", "Talks continue.", "Russia", "wd:Q159"},
  });
}

TEST(Pitfalls, OrdinaryWords) {
  check({
      {"May is a month", "", "In May the talks go on. May brings rain.", "May", ""},
      {"May behind the full name", "", "Theresa May resigned. Later, May said she was sorry.", "May", "wd:Q264766"},
      {"apples", "", "Apple trees and an apple a day.", "Apple", ""},
      {"Apple Inc", "", "Shares of Apple Inc rose. Analysts of Apple agreed, and at Apple they smiled.", "Apple", "wd:Q312"},
      {"Target at the head of a sentence", "", "Target practice is held daily.", "Target", ""},
      {"Nature in general", "", "Nature heals itself. The forest is nature.", "Nature", ""},
      {"windows", "", "Windows were broken in the street.", "Windows", ""},
      {"reading", "", "Reading is fun. Reading helps.", "Reading", ""},
      {"Reading the town", "", "Police in Reading said a man from near Reading was held.", "Reading", "wd:Q161491"},
      {"nice", "", "Nice weather helped the crowd.", "Nice", ""},
      {"split", "", "Split decisions are rare.", "Split", ""},
      {"mobile", "", "Mobile phones rang.", "Mobile", ""},
      {"bath", "", "Bath time was short.", "Bath", ""},
  });
}

TEST(Pitfalls, PlacesOfOneName) {
  check({
      {"Georgia among its neighbours", "", "Georgia and Armenia signed a deal in Tbilisi. Russia objected.", "Georgia", "wd:Q230"},
      {"Georgia with Atlanta", "", "Voters in Atlanta and across Georgia went to the polls in the United States. Officials in Texas watched.", "Georgia", "wd:Q1428"},
      {"Georgia State Fair is neither", "", "The Georgia State Fair opened.", "Georgia", ""},
      {"Jordan with a first name before it", "", "The player Michael Jordan retired.", "Jordan", ""},
      {"Jordan the country", "", "Refugees in Jordan need help.", "Jordan", "wd:Q810"},
      {"Turkey", "", "Turkey and Russia agreed.", "Turkey", "wd:Q43"},
      {"Türkiye", "", "Leaders of Türkiye arrived.", "Türkiye", "wd:Q43"},
      {"Chad", "", "Aid reached Chad on Monday.", "Chad", "wd:Q657"},
      {"Niger is not Nigeria", "", "Soldiers in Niger and Nigeria met.", "Niger", "wd:Q1032"},
      {"Guinea-Bissau is not Guinea", "", "A vote in Guinea-Bissau was held.", "Guinea-Bissau", "wd:Q1007"},
      {"Papua New Guinea", "", "A quake hit Papua New Guinea.", "Papua New Guinea", "wd:Q691"},
      {"Equatorial Guinea", "", "Oil of Equatorial Guinea.", "Guinea", ""},
      {"Paris in Texas", "", "A tornado hit Paris, Texas, on Monday.", "Paris", "wd:Q830149"},
      {"Paris alone", "", "The summit in Paris ended.", "Paris", "wd:Q90"},
      {"Paris Hilton is no city", "", "The party of Paris Hilton went on.", "Paris", ""},
      {"an unknown Paris", "", "The singer Paris Jacksonville performed.", "Paris", ""},
      {"Kiev and Kyiv", "", "The train to the border starts in Kiev.", "Kiev", "wd:Q1899"},
      {"Burma", "", "Monks in Burma marched.", "Burma", "wd:Q836"},
      {"Swaziland", "", "The king of Swaziland, a monarchy.", "Swaziland", "wd:Q1050"},
      {"UK", "", "The UK left.", "UK", "wd:Q145"},
      {"England is not the UK", "", "Fans in England sang.", "England", "wd:Q21"},
  });
}

TEST(Pitfalls, PartsOfLongerNames) {
  check({
      {"China Daily", "", "The paper China Daily wrote so.", "China Daily", "wd:Q1070956"},
      {"China in China Daily", "", "The paper China Daily wrote so.", "China", ""},
      {"Bank of America", "", "Shares of Bank of America rose.", "Bank of America", "wd:Q487907"},
      {"New York Times", "", "He told the New York Times so.", "New York Times", "wd:Q9684"},
      {"New York in it", "", "He told the New York Times so.", "New York", ""},
      {"Washington Post", "", "The Washington Post wrote so.", "Washington Post", "wd:Q166032"},
      {"South China Sea", "", "Ships in the South China Sea.", "South China Sea", "wd:Q37660"},
      {"no name over the end of a sentence", "", "He went to China. Daily he wrote home.", "China", "wd:Q148"},
      {"no name over a comma", "", "In China, Daily papers sell well.", "China", "wd:Q148"},
      {"Washington, D.C.", "", "He lives in Washington, D.C. with his dog.", "Washington, D.C.", "wd:Q61"},
  });
}

TEST(Pitfalls, MarksInsideAndBehind) {
  check({
      {"possessive", "", "China's trade grew.", "China", "wd:Q148"},
      {"typographic possessive", "", "Russia’s trade grew.", "Russia", "wd:Q159"},
      {"a name that ends in 's", "", "A burger at McDonald's costs more.", "McDonald's", "wd:Q38076"},
      {"Kellogg's", "", "The cereal of Kellogg's sells. Shares of Kellogg's rose.", "Kellogg's", "wd:Q856897"},
      {"hyphen", "", "The US-China talks ended.", "China", "wd:Q148"},
      {"hyphen, first part", "", "The US-China talks ended.", "US", "wd:Q30"},
      {"N'Djamena", "", "Troops reached N'Djamena at night.", "N'Djamena", "wd:Q3604"},
      {"an address", "", "Write to press@amazon.com or see www.Amazon.com today.", "Amazon", ""},
      {"a handle", "", "As @China_Watch wrote.", "China", ""},
      {"a hyphen in the name", "", "He met Ban Ki-moon there.", "Ban Ki-moon", "wd:Q313266"},
      {"particles", "", "President Alexander Van der Bellen spoke. Later Van der Bellen left.", "Van der Bellen", "wd:Q78869"},
      {"quotes", "", "The so-called \"China\" question.", "China", "wd:Q148"},
  });
}

TEST(Pitfalls, OtherScripts) {
  check({
      {"Cyrillic", "", "Это заявил Сергей Лавров в пятницу.", "Сергей Лавров", "wd:Q58217", "ru"},
      {"simplified", "", "外交部长王毅表示，中国和俄罗斯将继续合作。", "王毅", "wd:Q701801", "zh"},
      {"simplified president", "", "国家主席习近平昨天抵达。", "习近平", "wd:Q15031", "zh"},
      {"traditional", "", "國家主席習近平昨天抵達。", "習近平", "wd:Q15031", "zh-Hant"},
      {"the longer name", "", "据中国日报报道。", "中国日报", "wd:Q1070956", "zh"},
      {"no shorter one inside", "", "据中国日报报道。", "中国", "", "zh"},
      {"a digit behind it", "", "中国日报1 2021", "中国日报", "wd:Q1070956", "zh"},
      {"Katakana", "", "ロシアの外相は語った。", "ロシア", "wd:Q159", "ja"},
      {"no name inside of a longer word", "", "ベロロシアンは語った。", "ロシア", "", "ja"},
      {"transliterated", "", "Außenminister Sergej Lawrow kam.", "Sergej Lawrow", "wd:Q58217", "de"},
  });
}

TEST(Pitfalls, EverySurfaceIsItsSlice) {
  // The İ grows when it is folded; the offsets are those of the text all the same.
  test::Tagging tagging;
  ASSERT_TRUE(tagging.read("İstanbul İİİ: Russia", "İİİİ in China, İ — naïve ﬁ 中国 and Türkiye’s U.S. \U0001F600 Paris"));
  for (const char* surface : {"Russia", "China", "中国", "Türkiye", "U.S.", "Paris"}) EXPECT_NE(tagging.entity_of(surface), nullptr) << surface << "\n" << tagging.mentions();
}

}  // namespace
}  // namespace newsmill::tag_entities
