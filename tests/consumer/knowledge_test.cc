#include "consumer/knowledge.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "config/builtin.h"
#include "processors/core/sources.h"
#include "processors/normalize/lexicon.h"
#include "processors/score_topics/topics.h"
#include "processors/tag_entities/name_lists.h"
#include "processors/tag_entities/names.h"
#include "processors/tag_entities/search.h"
#include "tests/support/child.h"

namespace newsmill::consumer {
namespace {

using testing::ElementsAre;

class KnowledgeFiles : public testing::Test {
 protected:
  LoadedKnowledge read(const std::vector<std::string>& sets = {}) {
    diagnostics_ = {};
    return load_knowledge(config::load({}, sets, diagnostics_), diagnostics_);
  }
  std::string set(const std::string& key, const std::string& name) { return key + "=" + (folder_ / name).string(); }
  test::TemporaryFolder folder_;
  std::vector<std::string> of_folder(const std::vector<std::string>& files) {
    std::vector<std::string> own;
    for (const std::string& file : files)
      if (file.starts_with(folder_.path().string())) own.push_back(file);
    return own;
  }
  config::Diagnostics diagnostics_;
};

TEST_F(KnowledgeFiles, TopicsOfAFolderReplaceTheBuiltInOnesWithoutTheirTests) {
  std::filesystem::create_directory(folder_ / "desk");
  test::write_file(folder_ / "desk/b.yml", "{topic: b, match: $a}\n");
  test::write_file(folder_ / "desk/a.yaml", "- {topic: a, match: x}\n- {topic: c, match: y}\n");
  test::write_file(folder_ / "desk/a.test.yaml", "not: [a topic");
  const LoadedKnowledge loaded = read({set("score_topics.topics", "desk")});
  EXPECT_TRUE(diagnostics_.all().empty()) << diagnostics_.sum();
  EXPECT_THAT(of_folder(loaded.files),
              ElementsAre((folder_ / "desk/a.yaml").string(), (folder_ / "desk/b.yml").string()));
  EXPECT_THAT(loaded.knowledge->topics->ids(), ElementsAre("a", "c", "b"));
  const std::string version = loaded.knowledge->versions.at("topics");
  test::write_file(folder_ / "desk/b.yml", "{topic: b, match: $c}\n");
  EXPECT_NE(read({set("score_topics.topics", "desk")}).knowledge->versions.at("topics"), version);
  test::write_file(folder_ / "desk/b.yml", "{topic: b, match: $gone}\n");
  read({set("score_topics.topics", "desk")});
  ASSERT_EQ(diagnostics_.all().size(), 1u) << diagnostics_.sum();
  EXPECT_EQ(diagnostics_.all()[0].file, (folder_ / "desk/b.yml").string());
  EXPECT_EQ(diagnostics_.all()[0].column, 19u);
}

TEST_F(KnowledgeFiles, TopicsThatAreNotScoredAreNotRead) {
  const LoadedKnowledge loaded = read({set("score_topics.topics", "gone"), "score_topics.enabled=false"});
  EXPECT_TRUE(diagnostics_.all().empty()) << diagnostics_.sum();
  EXPECT_TRUE(loaded.knowledge->topics->all().empty());
  read({set("score_topics.topics", "gone")});
  ASSERT_EQ(diagnostics_.all().size(), 1u);
  EXPECT_EQ(diagnostics_.all()[0].code, "E001");
}

TEST_F(KnowledgeFiles, BuiltInOnesAreSound) {
  const LoadedKnowledge loaded = read();
  EXPECT_TRUE(diagnostics_.all().empty()) << diagnostics_.sum();
  EXPECT_EQ(loaded.knowledge->sources->zone_of_domain("www.example.cn"), "Asia/Shanghai");
  EXPECT_GT(loaded.knowledge->lexicons->rows().size(), 50u);
  ASSERT_FALSE(loaded.files.empty());
  EXPECT_EQ(loaded.files[0], "built-in sources.yaml");
  for (const auto& file : config::builtins()) {
    if (file.path.starts_with("entities/")) continue;
    const bool read = file.path == "sources.yaml" || file.path.starts_with("lexicons/") ||
                      (file.path.starts_with("topics/") && !file.path.ends_with(".test.yaml"));
    EXPECT_EQ(std::ranges::count(loaded.files, "built-in " + std::string(file.path)), read ? 1 : 0) << file.path;
  }
  EXPECT_GE(loaded.knowledge->topics->all().size(), 22u);
  EXPECT_EQ(loaded.knowledge->versions.at("newsmill"), NEWSMILL_VERSION);
}

TEST_F(KnowledgeFiles, StarterNamesKnowTheWorldInManyScripts) {
  const LoadedKnowledge loaded = read();
  const tag_entities::Gazetteer& names = *loaded.knowledge->names->gazetteer;
  EXPECT_EQ(loaded.knowledge->versions.at("gazetteer"), names.version());
  const std::pair<const char*, const char*> rows[] = {
      {"Sergei Lavrov", "wd:Q58217"}, {"Sergey Lavrov", "wd:Q58217"}, {"Wang Yi", "wd:Q701801"}, {"王毅", "wd:Q701801"},
      {"China", "wd:Q148"}, {"中国", "wd:Q148"}, {"Russia", "wd:Q159"}, {"Россия", "wd:Q159"}, {"روسيا", "wd:Q159"},
      {"ロシア", "wd:Q159"}, {"US", "wd:Q30"}, {"U.S.", "wd:Q30"}, {"United States", "wd:Q30"}, {"アメリカ", "wd:Q30"},
      {"Anchorage", "wd:Q39450"}, {"Alaska", "wd:Q797"}, {"Eurasian Economic Union", "enwiki:Eurasian_Economic_Union"},
      {"Chinese", "wd:Q148"}, {"Washington", "wd:Q61"}, {"NATO", "wd:Q7184"}, {"Georgia", "wd:Q230"}};
  for (const auto& [name, id] : rows) {
    const auto found = tag_entities::find(names, name);
    ASSERT_FALSE(found.empty()) << name;
    EXPECT_EQ(names.entity(found[0].entity).id, id) << name;
  }
  EXPECT_TRUE(tag_entities::find(names, "US")[0].flags & tag_entities::kCaseExact);
  EXPECT_TRUE(tag_entities::find(names, "Chinese")[0].flags & tag_entities::kDemonym);
}

TEST_F(KnowledgeFiles, AGazetteerIsTheOperatorsOrAFinding) {
  tag_entities::NameLists lists("");
  lists.read("name\ttype\tid\nAcme\tORG\tdomain:acme.example\n", "own");
  tag_entities::BuildSum sum;
  const std::string bytes = lists.build(sum);
  test::write_file(folder_ / "own.gazetteer", bytes);
  const LoadedKnowledge own = read({set("tag_entities.gazetteer", "own.gazetteer")});
  EXPECT_TRUE(diagnostics_.all().empty()) << diagnostics_.sum();
  EXPECT_EQ(own.knowledge->names->gazetteer->names(), 1u);
  EXPECT_EQ(own.knowledge->versions.at("gazetteer"), own.knowledge->names->gazetteer->version());
  EXPECT_THAT(own.files, testing::Contains((folder_ / "own.gazetteer").string()));

  test::write_file(folder_ / "cut.gazetteer", bytes.substr(0, bytes.size() / 2));
  test::write_file(folder_ / "empty.gazetteer", "");
  const std::pair<const char*, const char*> rows[] = {
      {"absent.gazetteer", "E001"}, {"empty.gazetteer", "E001"}, {"cut.gazetteer", "E510"}};
  for (const auto& [name, code] : rows) {
    const LoadedKnowledge loaded = read({set("tag_entities.gazetteer", name)});
    ASSERT_EQ(diagnostics_.all().size(), 1u) << name;
    EXPECT_EQ(diagnostics_.all()[0].code, code) << name;
    EXPECT_THAT(diagnostics_.all()[0].message, testing::HasSubstr("tag_entities.gazetteer")) << name;
    EXPECT_TRUE(loaded.knowledge->names->gazetteer) << name;
  }
}

TEST_F(KnowledgeFiles, ReadTheOperatorsWatchlist) {
  EXPECT_FALSE(read().knowledge->versions.contains("watchlist"));
  test::write_file(folder_ / "w.yaml", "entities:\n  - {id: acme, name: Acme Robotics, type: ORG}\n");
  const LoadedKnowledge own = read({set("tag_entities.watchlist", "w.yaml")});
  EXPECT_TRUE(diagnostics_.all().empty()) << diagnostics_.sum();
  ASSERT_EQ(own.knowledge->names->watchlist.entries().size(), 1u);
  EXPECT_EQ(own.knowledge->versions.at("watchlist").size(), 12u);
  EXPECT_THAT(own.files, testing::Contains((folder_ / "w.yaml").string()));

  test::write_file(folder_ / "bad.yaml", "entities:\n  - {id: acme, name: \"\", type: FIRM}\n");
  for (const auto& [name, findings] : {std::pair("absent.yaml", 1u), std::pair("bad.yaml", 2u)}) {
    read({set("tag_entities.watchlist", name)});
    EXPECT_EQ(diagnostics_.all().size(), findings) << name << ": " << diagnostics_.sum();
    EXPECT_TRUE(diagnostics_.has_errors()) << name;
  }
}

TEST_F(KnowledgeFiles, VersionsFollowTheContent) {
  const auto builtin = read().knowledge->versions;
  test::write_file(folder_ / "s.yaml", std::string(*config::builtin("sources.yaml")));
  EXPECT_EQ(read({set("sources.file", "s.yaml")}).knowledge->versions, builtin);
  test::write_file(folder_ / "s.yaml", std::string(*config::builtin("sources.yaml")) + "# changed\n");
  const auto changed = read({set("sources.file", "s.yaml")}).knowledge->versions;
  EXPECT_NE(changed.at("sources"), builtin.at("sources"));
  EXPECT_EQ(changed.at("lexicons"), builtin.at("lexicons"));
  EXPECT_EQ(changed.at("sources").size(), 12u);
}

TEST_F(KnowledgeFiles, OperatorsLexiconsReplaceTheBuiltInOnesInOrderOfName) {
  std::filesystem::create_directory(folder_ / "lex");
  test::write_file(folder_ / "lex/b.yaml",
                   "language: en\nrows:\n  - {id: b-row, place: tail, kind: rights, match: [one]}\n");
  test::write_file(folder_ / "lex/a.yml",
                   "language: en\nrows:\n  - {id: a-row, place: tail, kind: rights, match: [two]}\n");
  test::write_file(folder_ / "lex/notes.txt", "not: [yaml");
  const LoadedKnowledge loaded = read({set("normalize.lexicons", "lex")});
  EXPECT_TRUE(diagnostics_.all().empty()) << diagnostics_.all()[0].message;
  EXPECT_THAT(of_folder(loaded.files),
              ElementsAre((folder_ / "lex/a.yml").string(), (folder_ / "lex/b.yaml").string()));
  ASSERT_EQ(loaded.knowledge->lexicons->rows().size(), 2u);
  EXPECT_EQ(loaded.knowledge->lexicons->rows()[0].id, "a-row");
}

TEST_F(KnowledgeFiles, TellsEverythingThatIsWrongInOneGo) {
  std::filesystem::create_directory(folder_ / "empty");
  test::write_file(folder_ / "s.yaml", "sources:\n  a.example: {tier: x, tz: Nowhere}\n");
  const LoadedKnowledge loaded = read({set("sources.file", "s.yaml"), set("normalize.lexicons", "empty")});
  ASSERT_EQ(diagnostics_.all().size(), 3u) << diagnostics_.sum();
  EXPECT_EQ(diagnostics_.all()[0].file, "--set");
  EXPECT_EQ(diagnostics_.all()[0].message,
            "normalize.lexicons: cannot read \"" + (folder_ / "empty").string() + "\": no file in it ends in .yaml");
  EXPECT_EQ(diagnostics_.all()[1].file, (folder_ / "s.yaml").string());
  EXPECT_NE(loaded.knowledge->lexicons, nullptr);
}

}  // namespace
}  // namespace newsmill::consumer
