#include "processors/tag_entities/name_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "processors/tag_entities/search.h"

namespace newsmill::tag_entities {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kWords = "nature\nof\nnice\napple\n";

/// Lists turned into a gazetteer.
class Lists {
 public:
  explicit Lists(std::vector<std::string> texts) : texts_(std::move(texts)) {
    NameLists lists(kWords);
    for (const auto& text : texts_) {
      const auto read = lists.read(text, "list");
      EXPECT_EQ(read.error, "") << text;
    }
    std::string error;
    gazetteer_ = Gazetteer::from_bytes(lists.build(sum), error);
    EXPECT_TRUE(gazetteer_) << error;
  }
  std::vector<std::string> ids(std::string_view name) const {
    std::vector<std::string> found;
    for (const auto& candidate : find(*gazetteer_, name)) found.emplace_back(gazetteer_->entity(candidate.entity).id);
    return found;
  }
  EntityView first(std::string_view name) const {
    const auto found = find(*gazetteer_, name);
    EXPECT_FALSE(found.empty()) << name;
    return found.empty() ? EntityView() : gazetteer_->entity(found[0].entity);
  }
  std::uint16_t flags(std::string_view name) const {
    const auto found = find(*gazetteer_, name);
    EXPECT_FALSE(found.empty()) << name;
    return found.empty() ? std::uint16_t{0} : found[0].flags;
  }
  const Gazetteer& operator*() const { return *gazetteer_; }
  BuildSum sum;

 private:
  std::vector<std::string> texts_;
  std::shared_ptr<const Gazetteer> gazetteer_;
};

constexpr const char* kHead = "name\ttype\tid\tsource\tlang\n";
using Ids = std::vector<std::string>;

TEST(NameLists, ATitleAndItsItemAreOneThing) {
  const Lists lists(
      {std::string(kHead) + "Sergey Lavrov\tPER\twd:Q58217\ta\t\nSergey Lavrov\tANY\tenwiki:Sergey_Lavrov\tb\t\n",
       "Sergey Lavrov\tQ58217\n"});
  EXPECT_EQ(lists.ids("Sergey Lavrov"), Ids{"wd:Q58217"});
  EXPECT_EQ(lists.first("Sergey Lavrov").ids.enwiki, "Sergey_Lavrov");
  EXPECT_EQ((*lists).sources(find(*lists, "Sergey Lavrov")[0]), "a, b");
}

TEST(NameLists, NoPersonIsJoinedByNameAlone) {
  const Lists lists({std::string(kHead) + "Wang Yi\tPER\twd:Q701801\ta\t\nWang Yi\tPER\twd:Q16949576\ta\t\n"});
  EXPECT_EQ(lists.ids("Wang Yi").size(), 2u);
}

TEST(NameLists, TerritoriesOfCldrAreThoseOfIso3166) {
  const Lists lists({std::string(kHead) + "Frankreich\tLOC\tcldr:FR\tcldr\tde\nFrance\tLOC\tcldr:FR\tcldr\ten\n"
                                          "France\tANY\tenwiki:France\tvital\t\nFrance\tANY\twd:Q142\tfb\t\n",
                     "France\tQ142\n"});
  EXPECT_EQ(lists.ids("Frankreich"), Ids{"wd:Q142"});
  const EntityView france = lists.first("France");
  EXPECT_EQ(france.ids.iso3166, "FR");
  EXPECT_EQ(france.name, "France");
  EXPECT_EQ(france.subtype, "country");
  EXPECT_EQ(france.country, "FR");
  EXPECT_EQ(lists.flags("Frankreich") & kForeign, kForeign);
}

/// A country, a state and cities that share names, with titles as the sources write them.
const char* const kPlaces =
    "name\ttype\tids\tsubtype\tcountry\tpopulation\n"
    "Georgia\tLOC\tiso:GE\tcountry\tGE\t\n"
    "Georgia\tLOC\tiso:US-GA\tregion\tUS\t\n"
    "United States\tLOC\tiso:US wd:Q30\tcountry\tUS\t\n"
    "Alaska\tLOC\tiso:US-AK\tregion\tUS\t\n"
    "Texas\tLOC\tiso:US-TX\tregion\tUS\t\n"
    "Anchorage\tLOC\tgn:5879400\tcity\tUS\t289600\n"
    "Paris\tLOC\tgn:2988507\tcity\tFR\t2138551\n"
    "Paris\tLOC\tgn:4717560\tcity\tUS\t24782\n"
    "Ontario\tLOC\tiso:CA-ON\tregion\tCA\t\n"
    "Ontario\tLOC\tgn:5379439\tcity\tUS\t175265\n"
    "Batman\tLOC\tgn:321836\tcity\tTR\t447106\n";

TEST(NameLists, AQualifierOfATitleSaysWhichPlaceIsMeant) {
  const Lists lists({kPlaces,
                     std::string(kHead) +
                         "Georgia\tANY\tenwiki:Georgia_(country)\tv\t\nGeorgia\tANY\tenwiki:Georgia_(U.S._state)\tv\t\n"
                         "Anchorage\tANY\tenwiki:Anchorage,_Alaska\tv\t\nParis\tANY\tenwiki:Paris,_Texas\tv\t\n"
                         "Paris\tLOC\tenwiki:Paris\tv\t\nAlaska\tANY\tenwiki:Alaska\tv\t\n"
                         "Ontario\tANY\tenwiki:Ontario\tv\t\nBatman\tANY\tenwiki:Batman\tv\t\n",
                     "Georgia (country)\tQ230\nGeorgia (U.S. state)\tQ1428\nAnchorage, "
                     "Alaska\tQ39450\nParis\tQ90\nParis, Texas\tQ830149\n"
                     "Alaska\tQ797\nOntario\tQ1904\n"});
  EXPECT_EQ(lists.sum.joined.places, 7u);
  const auto about = [&](std::string_view name, std::string_view id) {
    for (const auto& candidate : find(*lists, name))
      if (const EntityView entity = (*lists).entity(candidate.entity); entity.id == id) return entity;
    ADD_FAILURE() << name << ": no " << id;
    return EntityView();
  };
  EXPECT_EQ(about("Georgia", "wd:Q230").ids.iso3166, "GE");
  EXPECT_EQ(about("Georgia", "wd:Q1428").ids.iso3166, "US-GA");
  EXPECT_EQ(about("Anchorage", "wd:Q39450").ids.geonames, "5879400");
  EXPECT_EQ(about("Paris", "wd:Q90").ids.geonames, "2988507");
  EXPECT_EQ(about("Paris", "wd:Q830149").ids.geonames, "4717560");
  EXPECT_EQ(about("Alaska", "wd:Q797").ids.iso3166, "US-AK");
  EXPECT_EQ(about("Ontario", "wd:Q1904").ids.iso3166, "CA-ON");
  EXPECT_EQ(about("Batman", "gn:321836").ids.enwiki, "");
  EXPECT_EQ(lists.first("Paris").id, "wd:Q90");
  ASSERT_FALSE(lists.first("Anchorage").related.empty());
  EXPECT_EQ((*lists).entity(lists.first("Anchorage").related[0].entity()).name, "United States");
}

TEST(NameLists, TwoItemsAreNeverJoined) {
  const Lists lists({std::string(kHead) + "Paris\tLOC\twd:Q90\ta\t\nParis\tLOC\twd:Q830149\ta\t\n",
                     "Paris\tQ90\nParis\tQ830149\n"});
  EXPECT_EQ(lists.ids("Paris").size(), 2u);
  EXPECT_EQ(lists.sum.refused, 1u);
}

TEST(NameLists, WhatHasANameOnlyJoinsTheOneThingOfThatName) {
  const Lists lists({std::string(kHead) +
                     "Olaf Scholz\tPER\twd:Q61053\ta\t\nOlaf Scholz\tPER\tep:1\tb\t\nO. Scholz\tPER\tep:1\tb\t\n"
                     "Olaf Scholz\tORG\tph:Olaf Scholz\tc\t\n"});
  EXPECT_EQ(lists.ids("O. Scholz"), Ids{"wd:Q61053"});
  EXPECT_EQ(lists.ids("Olaf Scholz").size(), 2u);  // an organisation of that name is another thing
}

TEST(NameLists, NamesOfCitiesUnderACountryAreNotTheCountrys) {
  const Lists lists({std::string(kHead) +
                     "Portugal\tLOC\tiso:PT\tcldr\ten\nPortugal\tANY\tph:Portugal\tp\t\nLisbon\tANY\tph:Portugal\tp\t\n"
                     "Russia\tLOC\tiso:RU\tcldr\ten\nRussian Federation\tLOC\tiso:RU\tcldr\ten\n"
                     "Russian Federation\tANY\tph:Russian Federation\tp\t\nMoscow\tANY\tph:Russian Federation\tp\t\n"});
  EXPECT_THAT(lists.ids("Lisbon"), IsEmpty());
  EXPECT_THAT(lists.ids("Moscow"), IsEmpty());
  EXPECT_EQ(lists.ids("Russian Federation"), Ids{"iso:RU"});
  const Lists parts(
      {std::string(kHead) +
       "United Kingdom\tLOC\tiso:GB\tcldr\ten\nEngland\tLOC\tiso:GB\tfb\t\nEngland\tLOC\tiso2:gbeng\tcldr\ten\n"});
  EXPECT_EQ(parts.ids("England"), Ids{"iso:GB-ENG"});
}

TEST(NameLists, TheWritingOfANameDecidesWhenItCounts) {
  const Lists lists({"name\ttype\tid\tflags\taliases\n"
                     "United States\tLOC\tiso:US\t\t=US|U.S.A.|=MA\n"
                     "Nato\tORG\tenwiki:NATO\t\tNATO\n"
                     "Nature\tORG\tdomain:nature.com\t\t\n"
                     "eBay\tORG\tdomain:ebay.com\t\t\n"
                     "Vladimir Putin\tPER\twd:Q7747\t\tPutin|Пу́тин\n"
                     "American\tNORP\tiso:US\tdemonym\tAmericans\n"});
  EXPECT_EQ(lists.flags("US"), kCaseExact | kAcronym);
  EXPECT_EQ(lists.flags("U.S.A."), kCaseExact | kAcronym | kAbbreviated);
  EXPECT_EQ(lists.flags("NATO"), kAcronym | kPreferred) << "Nato is written too, so capitals are not asked for";
  EXPECT_EQ(lists.flags("Nature"), kPreferred | kCommonWord | kNeedsContext | kCaseExact);
  EXPECT_EQ(lists.flags("eBay"), kPreferred | kLowerCase);
  EXPECT_EQ(lists.flags("Putin"), kSurname | kNeedsContext);
  EXPECT_EQ(lists.flags("Americans"), kDemonym);
  EXPECT_EQ(lists.first("Americans").type, EntityType::LOC);
  EXPECT_EQ(lists.first("Americans").name, "United States");
}

TEST(NameLists, CodesAreNoNames) {
  const Lists lists({"name\ttype\tid\taliases\nUfa\tLOC\tgn:1\tUFA\n",
                     std::string(kHead) +
                         "Djibouti\tLOC\tiso:DJ\ta\ten\nDJ\tANY\tiso:DJ\ta\t\nHebrew\tANY\twd:Q9288\ta\t\n"
                         "he\tANY\twd:Q9288\ta\t\nAnchorage\tLOC\tgn:5879400\ta\t\nANC\tLOC\tgn:5879400\ta\t\n"
                         "Associated Press\tORG\twd:Q40469\ta\t\nAP\tORG\twd:Q40469\ta\t\n"});
  for (const char* code : {"DJ", "he", "ANC"}) EXPECT_THAT(lists.ids(code), IsEmpty()) << code;
  EXPECT_EQ(lists.sum.codes, 3u);
  EXPECT_EQ(lists.ids("AP"), Ids{"wd:Q40469"});
  EXPECT_EQ(lists.ids("Ufa"), Ids{"gn:1"});
}

TEST(NameLists, APlaceThatIsCalledAsManyPeopleAreNeedsContext) {
  std::string text = kHead;
  for (int i = 0; i < 25; ++i)
    text += "Person" + std::string(1, static_cast<char>('a' + i)) + " Cameron\tPER\twd:Q" + std::to_string(100 + i) +
            "\ta\t\n";
  const Lists lists({text, "name\ttype\tid\tfame\nCameron\tLOC\tgn:1\t0.3\nWashington\tLOC\tgn:2\t0.9\n"});
  EXPECT_EQ(lists.flags("Cameron"), kPreferred | kNeedsContext);
  EXPECT_EQ(lists.flags("Washington"), kPreferred);
}

TEST(NameLists, JunkIsLeftOut) {
  const Lists lists({"name\ttype\tid\taliases\n"
                     "Paris\tLOC\tgn:1\tP|1900|—|...||  |" + std::string(300, 'x') + "\n"
                     "\tLOC\tgn:2\t\n"
                     "Sea apple\tANY\tenwiki:Sea_apple\t\n"
                     "Nature\tANY\tenwiki:Nature\t\n"
                     "Sea of Azov\tANY\tenwiki:Sea_of_Azov\t\n"});
  EXPECT_EQ((*lists).names(), 2u);
  EXPECT_EQ(lists.ids("Sea of Azov"), Ids{"enwiki:Sea_of_Azov"});
  EXPECT_EQ(lists.sum.common_nouns, 2u);
  EXPECT_EQ(lists.sum.junk, 6u);
}

TEST(NameLists, OfOneThingWithTwoHundredThousandNamesTheFirstAreKept) {
  std::string text = "name\ttype\tid\n";
  for (int i = 0; i < 200'000; ++i) {
    std::string word;
    for (int rest = i; word.size() < 5; rest /= 26) word += static_cast<char>('a' + rest % 26);
    text += "Name " + word + "\tORG\twd:Q1\n";
  }
  const Lists lists({text});
  EXPECT_EQ((*lists).names(), NameLists::kMostAliases);
  ASSERT_EQ(lists.sum.cut.size(), 1u);
  EXPECT_EQ(lists.sum.cut[0].second, 200'000u);
}

TEST(NameLists, ThingsThatBelongToEachOtherInACircleDoNoHarm) {
  const Lists lists({"name\ttype\tids\trelated\n"
                     "Alpha Group\tORG\twd:Q1\tparent=wd:Q2 parent=wd:Q1 parent=wd:Q9 nonsense owner=wd:Q2 =\n"
                     "Beta Group\tORG\twd:Q2 wd:Q2\tparent=wd:Q1\n"});
  ASSERT_EQ(lists.first("Alpha Group").related.size(), 1u);
  EXPECT_EQ((*lists).entity(lists.first("Alpha Group").related[0].entity()).name, "Beta Group");
  EXPECT_EQ((*lists).entity(lists.first("Beta Group").related[0].entity()).name, "Alpha Group");
}

TEST(NameLists, TypesThatNoListSaysAreGuessedFromWords) {
  const std::pair<const char*, EntityType> rows[] = {{"Battle of Hastings", EntityType::EVENT},
                                                     {"University of Oxford", EntityType::ORG},
                                                     {"Lake Baikal", EntityType::LOC},
                                                     {"Treaty of Rome", EntityType::LAW}};
  for (const auto& [name, type] : rows) {
    const Lists lists({std::string(kHead) + name + "\tANY\twd:Q1\ta\t\n"});
    EXPECT_EQ(lists.first(name).type, type) << name;
    EXPECT_TRUE(lists.first(name).type_known) << name;
  }
  const Lists unknown({std::string(kHead) + "Zorblax Quux\tANY\twd:Q1\ta\t\n"});
  EXPECT_FALSE(unknown.first("Zorblax Quux").type_known);
}

TEST(NameLists, ARowWithoutNameTellsTheType) {
  const Lists lists(
      {"name\ttype\tsubtype\tid\n\tORG\tcompany\twd:Q1\n", std::string(kHead) + "Zorblax Quux\tANY\twd:Q1\ta\t\n"});
  EXPECT_EQ(lists.first("Zorblax Quux").type, EntityType::ORG);
  EXPECT_EQ(lists.first("Zorblax Quux").subtype, "company");
  const Lists both({"name\ttype\tsubtype\tid\n\tLOC\tcountry\twd:Q1\nQuuxland\tLOC\tregion\twd:Q1\n"});
  EXPECT_EQ(both.first("Quuxland").subtype, "region");
}

TEST(NameLists, TheSameListsGiveTheSameBytes) {
  const auto bytes = [] {
    NameLists lists(kWords);
    lists.read(kPlaces, "list");
    BuildSum sum;
    return lists.build(sum);
  };
  EXPECT_EQ(bytes(), bytes());
}

struct Read {
  std::size_t rows = 0, titles = 0;
  NameListResult result;
};

Read read(std::string_view text) {
  Read read;
  read.result = read_name_list(text, [&](const NameRow&) { ++read.rows; }, [&](const TitleRow&) { ++read.titles; });
  return read;
}

TEST(NameList, TellsNamesFromTitlesAndRefusesTheRest) {
  EXPECT_EQ(read("name\ttype\nParis\tLOC\r\n# said by nobody\n\nRome\n").rows, 2u);
  EXPECT_EQ(read("Paris\tQ90\nRome\tQ220\n").titles, 2u);
  EXPECT_EQ(read("\xEF\xBB\xBFtype\tname\tcolour\nLOC\tParis\tred\n").rows, 1u);
  EXPECT_THAT(read("").result.error, HasSubstr("no line"));
  EXPECT_THAT(read("# only this\n").result.error, HasSubstr("no line"));
  EXPECT_THAT(read("\n\nParis\tLOC\n").result.error, HasSubstr("line 3"));
  const Read bad = read("name\ttype\nParis\tLOC\tmore\n\xff\tLOC\nRome\tLOC\n");
  EXPECT_EQ(bad.rows, 1u);
  EXPECT_EQ(bad.result.malformed, 2u);
  EXPECT_EQ(bad.result.first_malformed, 2u);
  EXPECT_EQ(read("Paris\tQ90\nRome\tX\nParis\n").result.malformed, 2u);
}

TEST(Search, NearMissesAreTheMostFamousNamesOfFewLettersApart) {
  const Lists lists(
      {"name\ttype\tid\tfame\nLavrov\tPER\twd:Q1\t0.2\nLavrow\tPER\twd:Q2\t0.9\nPutin\tPER\twd:Q3\t0.9\n"});
  EXPECT_THAT(near_misses(*lists, "Lavrof"), testing::ElementsAre("Lavrow", "Lavrov"));
  EXPECT_THAT(near_misses(*lists, "Quetzalcoatl"), IsEmpty());
  EXPECT_THAT(near_misses(*lists, "\xff"), IsEmpty());
}

}  // namespace
}  // namespace newsmill::tag_entities
