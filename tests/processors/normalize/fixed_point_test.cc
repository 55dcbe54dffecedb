#include <cstdio>
#include <filesystem>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "processors/core/batch.h"
#include "processors/decode/decode.h"
#include "processors/normalize/normalize.h"
#include "processors/text/characters.h"
#include "tests/support/data_folder.h"
#include "tests/support/knowledge.h"

namespace newsmill::normalize {
namespace {

std::string data_file(const std::string& name) {
  return test::data_folder() / name;
}

/// Every `step`th line of a packed file.
std::vector<std::string> lines_of(const std::string& path, std::size_t step) {
  std::vector<std::string> lines;
  FILE* pipe = popen(("zstd -dc '" + path + "'").c_str(), "r");
  if (pipe == nullptr) return lines;
  std::string line;
  std::size_t number = 0;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    if (c != '\n') { line += static_cast<char>(c); continue; }
    if (number++ % step == 0) lines.push_back(std::move(line));
    line.clear();
  }
  pclose(pipe);
  return lines;
}

class FixedPoint : public testing::Test {
 protected:
  /// Normalizes every line, and what that published once more.
  void check(const std::string& file, std::size_t step) {
    const std::string path = data_file(file);
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << ": set NEWSMILL_DATA to the folder of the data";
    const config::Settings settings;
    const auto decode = decode::make(settings, test::builtin_knowledge());
    const auto normalize = make(settings, test::builtin_knowledge());
    const InputDefaults defaults;
    std::size_t checked = 0, with_references = 0;
    for (const std::string& line : lines_of(path, step)) {
      Batch batch;
      Message message;
      message.topic = "articles.raw";
      message.value = line;
      message.defaults = &defaults;
      Article& first = batch.add(message).article;
      Article& second = batch.add(message).article;
      Budget budget, budget_again;
      Scratch scratch{batch.arena(), budget}, again{batch.arena(), budget_again};
      if (!decode->process(first, scratch) || !normalize->process(first, scratch)) continue;
      // A published text is plain text; one that still reads like HTML cannot be given as plain input.
      if (text::decode_references(first.body, batch.arena()) != first.body) { ++with_references; continue; }
      second.given.title = first.headline;
      second.given.subtitle = first.subheadline;
      second.given.body = first.body;
      ASSERT_TRUE(normalize->process(second, again)) << first.given.id;
      EXPECT_EQ(second.body, first.body) << first.given.id;
      EXPECT_EQ(second.headline, first.headline) << first.given.id;
      EXPECT_TRUE(second.removed.empty()) << first.given.id << ": " << second.removed.front().rule;
      EXPECT_EQ(second.tokens.size(), first.tokens.size()) << first.given.id;
      ++checked;
    }
    EXPECT_GT(checked, 1000u);
    EXPECT_LT(with_references, checked / 100);
  }
};

TEST_F(FixedPoint, OfEveryOpenArticle) { check("news/mix-open.jsonl.zst", 1); }
TEST_F(FixedPoint, OfASampleOfTheBenchmark) { check("news/bench-20k.jsonl.zst", 7); }

}  // namespace
}  // namespace newsmill::normalize
