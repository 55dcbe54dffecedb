#include "processors/tag_entities/watchlist.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/tagging.h"

namespace newsmill::tag_entities {
namespace {

test::Tagging watching(const std::string& yaml) {
  return test::Tagging({test::hard_names(), test::watchlist(yaml), test::builtin_words()});
}

struct Row {
  const char* about;
  const char* body;
  const char* surface;
  const char* id;
};

void check(const std::string& yaml, std::initializer_list<Row> rows) {
  test::Tagging tagging = watching(yaml);
  for (const Row& row : rows) {
    ASSERT_TRUE(tagging.read("", row.body)) << row.about;
    EXPECT_EQ(tagging.id_of(row.surface), row.id) << row.about << ": " << row.body << "\n" << tagging.mentions();
  }
}

TEST(Watchlist, FindsEveryAliasOfItsEntities) {
  check("entities:\n  - {id: acme, name: Acme Robotics, type: ORG, aliases: [Acme, ARX, Åcme Görlitz, 阿克米]}\n",
        {{"the name", "Shares of Acme Robotics rose.", "Acme Robotics", "watch:acme"},
         {"an alias", "Shares of Acme rose.", "Acme", "watch:acme"},
         {"an acronym", "Shares of ARX rose.", "ARX", "watch:acme"},
         {"possessive", "Acme's shares rose.", "Acme", "watch:acme"},
         {"in brackets", "The firm (Acme) rose.", "Acme", "watch:acme"},
         {"decomposed letters are one letter", "Die Firma Åcme Görlitz wuchs.", "Åcme Görlitz", "watch:acme"},
         {"Han", "公司阿克米宣布。", "阿克米", "watch:acme"},
         {"in capitals", "ACME rose on Monday after a long day.", "ACME", "watch:acme"},
         {"in lower case", "We reached the acme of the art.", "acme", ""},
         {"inside a longer word", "The Acmeist poets.", "Acme", ""},
         {"inside an address", "Write to hr@acme.com or info@Acme.com now.", "Acme", ""}});
}

TEST(Watchlist, GoesBeforeTheGazetteer) {
  check("entities:\n  - {id: our-apple, name: Apple, type: ORG, wikidata: Q312}\n  - {id: daily, name: China Daily News, type: ORG}\n",
        {{"a name that is in both", "Apple said so. We like Apple.", "Apple", "watch:our-apple"},
         {"a longer name", "The China Daily News wrote so.", "China Daily News", "watch:daily"},
         {"the rest stays", "In China they read.", "China", "wd:Q148"}});
}

TEST(Watchlist, TellsWhenANameCounts) {
  check("entities:\n"
        "  - {id: gap, name: Gap, type: ORG, only_with: [clothing, retail chain]}\n"
        "  - {id: hope, name: hope springs, type: PROJECT, when: always}\n"
        "  - {id: no-turkey, name: Turkey, type: LOC, when: never}\n"
        "  - {id: aid, name: AID, type: ORG, case: exact}\n",
        {{"without its words", "Gap is wide. The Gap grows.", "Gap", ""},
         {"with a word", "Gap, the clothing firm, grew.", "Gap", "watch:gap"},
         {"with a phrase", "The retail chain Gap grew.", "Gap", "watch:gap"},
         {"always, in any case", "They said HOPE springs eternal.", "HOPE springs", "watch:hope"},
         {"always, in lower case", "They said hope springs eternal.", "hope springs", "watch:hope"},
         {"never", "Talks in Turkey and Russia.", "Turkey", ""},
         {"exact", "The AID office closed.", "AID", "watch:aid"},
         {"not exact", "Aid reached them. First aid helps.", "Aid", ""}});
}

TEST(Watchlist, CarriesWhatItIsTold) {
  test::Tagging tagging = watching("entities:\n  - {id: acme, name: Acme Robotics, type: ORG, subtype: company, country: DE, wikidata: Q42}\n");
  ASSERT_TRUE(tagging.read("", "Acme Robotics grew."));
  ASSERT_EQ(tagging.article().entities.size(), 1u);
  const Entity& entity = tagging.article().entities[0];
  EXPECT_EQ(entity.id, "watch:acme");
  EXPECT_EQ(entity.ids.watchlist, "acme");
  EXPECT_EQ(entity.ids.wikidata, "Q42");
  EXPECT_EQ(entity.name, "Acme Robotics");
  EXPECT_EQ(entity.subtype, "company");
  EXPECT_EQ(entity.country, "DE");
  EXPECT_EQ(entity.method, EntityMethod::watchlist);
  EXPECT_EQ(entity.confidence, 1);
}

TEST(Watchlist, PersonsAreCalledByTheirLastName) {
  check("entities:\n  - {id: nova, name: Ilse Novakova, type: PER}\n",
        {{"behind the full name", "Ilse Novakova came. Novakova left.", "Novakova", "watch:nova"},
         {"alone", "Novakova left.", "Novakova", ""}});
}

std::string findings(const std::string& yaml) {
  config::Diagnostics diagnostics;
  const auto document = config::Document::parse("w.yaml", yaml, diagnostics);
  Watchlist::read(document, test::hard_names().get(), diagnostics);
  std::string all;
  for (const config::Diagnostic& finding : diagnostics.sorted())
    all += (finding.severity == config::Diagnostic::Severity::warning ? "warning " : "") + finding.code + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column) + " ";
  return all;
}

TEST(Watchlist, ReportsWhatIsWrongAllAtOnceAndWhere) {
  const struct {
    const char* about;
    const char* yaml;
    const char* findings;
  } rows[] = {
      {"nothing wrong", "entities:\n  - {id: a, name: Acme, type: ORG}\n", ""},
      {"an empty file", "", ""},
      {"no list", "entities: Acme\n", "E105:1:11 "},
      {"an empty alias", "entities:\n  - {id: a, name: Acme, type: ORG, aliases: [\"\", \"--\"]}\n", "E504:2:46 E504:2:50 "},
      {"an ordinary word", "entities:\n  - {id: a, name: Reading, type: ORG}\n", "warning E506:2:19 "},
      {"an ordinary word with its words", "entities:\n  - {id: a, name: Reading, type: ORG, only_with: [town]}\n", ""},
      {"an id twice", "entities:\n  - {id: a, name: Acme, type: ORG}\n  - {id: a, name: Bcme, type: ORG}\n", "E502:3:10 "},
      {"a name twice", "entities:\n  - {id: a, name: Acme, type: ORG}\n  - {id: b, name: Bcme, type: ORG, aliases: [ACME]}\n", "E505:3:46 "},
      {"a name twice in one entity", "entities:\n  - {id: a, name: Acme, type: ORG, aliases: [Acme, acme]}\n", ""},
      {"not an id", "entities:\n  - {id: Ä b, name: Acme, type: ORG}\n", "E501:2:10 "},
      {"not a Wikidata id", "entities:\n  - {id: a, name: Acme, type: ORG, wikidata: 42}\n", "E503:2:46 "},
      {"an unknown key", "entities:\n  - {id: a, name: Acme, type: ORG, alias: [B]}\n", "E101:2:36 "},
      {"an unknown type", "entities:\n  - {id: a, name: Acme, type: FIRM}\n", "E104:2:31 "},
      {"missing keys", "entities:\n  - {aliases: [Acme]}\n", "E106:2:5 E106:2:5 E106:2:5 "},
      {"two rules", "entities:\n  - {id: a, name: Acme, type: ORG, when: never, only_with: [b]}\n", "E113:2:60 "},
      {"several at once", "entities:\n  - {id: A, name: \"?\", type: X}\n  - {id: b, name: B, type: ORG, country: Germany}\n", "E501:2:10 E504:2:19 E104:2:30 E204:3:42 "},
  };
  for (const auto& row : rows) EXPECT_EQ(findings(row.yaml), row.findings) << row.about;
}

TEST(Watchlist, HoldsAHundredThousandAliases) {
  std::string yaml = "entities:\n";
  for (int i = 0; i < 20'000; ++i) {
    const std::string n = std::to_string(i);
    yaml += "  - {id: e" + n + ", name: Firm " + n + ", type: ORG, aliases: [Works " + n + ", Plant " + n + ", Mill " + n + ", Yard " + n + "]}\n";
  }
  check(yaml, {{"the last one", "Orders of Yard 19999 fell.", "Yard 19999", "watch:e19999"}});
}

}  // namespace
}  // namespace newsmill::tag_entities
