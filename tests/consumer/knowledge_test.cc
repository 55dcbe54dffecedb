#include "consumer/knowledge.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "config/builtin.h"
#include "processors/core/sources.h"
#include "processors/normalize/lexicon.h"
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
  config::Diagnostics diagnostics_;
};

TEST_F(KnowledgeFiles, BuiltInOnesAreSound) {
  const LoadedKnowledge loaded = read();
  EXPECT_TRUE(diagnostics_.all().empty()) << diagnostics_.sum();
  EXPECT_EQ(loaded.knowledge->sources->zone_of_domain("www.example.cn"), "Asia/Shanghai");
  EXPECT_GT(loaded.knowledge->lexicons->rows().size(), 50u);
  ASSERT_FALSE(loaded.files.empty());
  EXPECT_EQ(loaded.files[0], "built-in sources.yaml");
  EXPECT_EQ(static_cast<std::ptrdiff_t>(loaded.files.size()),
            1 + std::ranges::count_if(config::builtins(),
                                      [](const auto& file) { return file.path.starts_with("lexicons/"); }));
  EXPECT_EQ(loaded.knowledge->versions.at("newsmill"), NEWSMILL_VERSION);
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
  EXPECT_THAT(loaded.files, ElementsAre("built-in sources.yaml", (folder_ / "lex/a.yml").string(),
                                        (folder_ / "lex/b.yaml").string()));
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
