// What the pages under docs/ show of the program is what it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/child.h"
#include "tests/support/docs_page.h"

namespace newsmill::test {
namespace {

TEST(DocsPage, FindsFilesAndCommands) {
  const DocsPage page = DocsPage::parse(
      "Text\n```\nplain\n```\n```yaml a/b.yaml\nid: 1\n```\n```console\n$ newsmill version\n1\n2\n$ newsmill validate "
      "\\\n"
      "    --config \"my file\"\n```\n");
  ASSERT_EQ(page.blocks.size(), 2u);
  EXPECT_EQ(page.blocks[0].file, "a/b.yaml");
  EXPECT_EQ(page.blocks[0].text, "id: 1\n");
  EXPECT_EQ(page.blocks[1].line, 8u);
  EXPECT_EQ(page.commands(), 2u);
}

TEST(DocsPage, TakesDotsForAnything) {
  struct Row { const char *expected, *text; bool matches; };
  for (const Row& row : {Row{"a\n", "a\n", true}, Row{"a\n", "a\nb\n", false}, Row{"a…c\n", "abbc\n", true},
                         Row{"a…\n", "a\nb\n", true}, Row{"…", "", true}, Row{"…a…\n", "xay\n", true},
                         Row{"…a…\n", "xy\n", false}, Row{"ab…b\n", "ab\n", false}, Row{"", "x", false}})
    EXPECT_EQ(matches_example(row.expected, row.text), row.matches) << row.expected << " / " << row.text;
}

TEST(DocsPage, AFaultyExampleIsCaught) {
  const DocsPage right = DocsPage::parse("```json a.json\n{\"title\":\"A\",\"body\":\"B\"}\n```\n```console\n"
                                         "$ newsmill process a.json\n{…\"value\":\"A\"…}\n```\n");
  EXPECT_THAT(right.failures("right.md", NEWSMILL_BINARY), testing::IsEmpty());
  const DocsPage wrong = DocsPage::parse("```json a.json\n{\"title\":\"A\",\"body\":\"B\"}\n```\n```console\n"
                                         "$ newsmill process a.json\n{…\"value\":\"C\"…}\n```\n");
  EXPECT_THAT(wrong.failures("wrong.md", NEWSMILL_BINARY), testing::ElementsAre(testing::StartsWith("wrong.md:5: ")));
}

TEST(Docs, EveryExampleIsWhatTheProgramPrints) {
  std::size_t commands = 0;
  for (const auto& entry : std::filesystem::directory_iterator(NEWSMILL_SOURCE_DIR "/docs")) {
    if (entry.path().extension() != ".md") continue;
    const DocsPage page = DocsPage::parse(read_file(entry.path()));
    commands += page.commands();
    for (const std::string& failure : page.failures(entry.path().filename().string(), NEWSMILL_BINARY))
      ADD_FAILURE() << failure;
  }
  EXPECT_GT(commands, 0u) << "no page shows an example";
}

}  // namespace
}  // namespace newsmill::test
