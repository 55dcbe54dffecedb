// What is done to an agency's text on its way to readers, on the article that the project was founded on: every
// variant ends in its story, and as what it is.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "processors/decode/decode.h"
#include "processors/dedup/dedup.h"
#include "processors/dedup/referee.h"
#include "processors/normalize/normalize.h"
#include "tests/processors/dedup/texts.h"
#include "tests/support/data_folder.h"
#include "tests/support/knowledge.h"

namespace newsmill::dedup {
namespace {

/// A delivery as a feed would fill the plain shape.
struct Given {
  std::string id, source, title, body, version;
};

class Variants : public testing::Test {
 protected:
  void SetUp() override {
    const auto path = test::data_folder() / "seed/000_f1e306ec60aba5e6.txt";
    std::ifstream file(path, std::ios::binary);
    if (!file) GTEST_SKIP() << "SKIPPED: " << path << " is absent";
    delivered_ = {std::istreambuf_iterator<char>(file), {}};
    original_ = take(delivered_, Format::text);
    ASSERT_EQ(original_.relation, Relation::original);
    ASSERT_GT(paragraphs_.size(), 8u);
  }

  /// Through the steps and before the referee.
  Verdict take(const std::string& bytes, Format format) {
    const InputDefaults defaults{format, {}};
    Batch batch;
    Message message;
    message.offset = offset_;
    message.value = bytes;
    message.defaults = &defaults;
    Article& article = batch.add(message).article;
    const Knowledge& knowledge = test::builtin_knowledge();
    Budget budget;
    Scratch scratch{batch.arena(), budget};
    for (const auto& step :
         {decode::make(settings_, knowledge), normalize::make(settings_, knowledge), make(settings_, knowledge)})
      EXPECT_TRUE(step->process(article, scratch));
    if (offset_ == 0) {
      headline_ = article.headline;
      for (const Paragraph& each : article.paragraphs)
        paragraphs_.emplace_back(article.body.substr(each.begin, each.end - each.begin));
    }
    FingerprintMessage f{*article.fingerprint, 0, 0};
    f.fingerprint.arrival_ms = offset_;
    referee_.apply(f, offset_, 0);
    Referee::Decision decision = referee_.decide(std::vector{offset_});
    const Verdict verdict = decision.verdicts.at(0).verdict;
    referee_.apply(VerdictsMessage{std::move(decision.verdicts), 0}, offset_++, 0);
    return verdict;
  }

  Verdict take(const Given& given) {
    const auto quoted = [](const std::string& text) {
      std::string out = "\"";
      for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        c == '\n' ? out += "\\n" : out += c;
      }
      return out + "\"";
    };
    return take("{\"id\":" + quoted(given.id) + ",\"source\":" + quoted(given.source) +
                    ",\"title\":" + quoted(given.title) + ",\"version\":" + quoted(given.version) +
                    ",\"body\":" + quoted(given.body) + "}",
                Format::plain);
  }

  std::string text(std::size_t from, std::size_t to) const {
    std::string text;
    for (std::size_t i = from; i < to; ++i) text += (text.empty() ? "" : "\n\n") + paragraphs_[i];
    return text;
  }
  std::string whole() const { return text(0, paragraphs_.size()); }

  void expect(const Given& given, Relation relation, const char* about) {
    const Verdict verdict = take(given);
    EXPECT_EQ(verdict.story, original_.story) << about;
    EXPECT_EQ(relation_name(verdict.relation), relation_name(relation)) << about;
    EXPECT_TRUE(verdict.canonical) << about;
  }

  const config::Settings settings_;
  Referee referee_{{.articles = 100, .still_clock = true}};
  LogOffset offset_ = 0;
  std::string delivered_, headline_;
  std::vector<std::string> paragraphs_;
  Verdict original_;
};

TEST_F(Variants, EndInOneStory) {
  const std::size_t all = paragraphs_.size(), half = all / 2;
  EXPECT_EQ(take(delivered_, Format::text).relation, Relation::repeat) << "the same bytes";
  expect({"o-1", "one.example", headline_, whole(), ""}, Relation::exact, "another site");
  expect({"o-2", "two.example", "A quite different headline", whole(), ""}, Relation::exact, "re-headed");
  expect({"o-3", "three.example", headline_, whole() + "\n\n" + whole(), ""}, Relation::exact, "doubled");
  expect({"o-4", "four.example", headline_, text(0, half), ""}, Relation::subset, "cut");
  expect({"o-5", "five.example", headline_, text(0, 2) + "\n\n" + prose(60, 1) + ".\n\n" + text(2, all), ""},
         Relation::near, "a paragraph of its own");
  expect({"o-6", "six.example", headline_,
          "By Our Staff\n\n" + whole() + "\n\nCopyright 2021 Six Example. All rights reserved.", ""},
         Relation::exact, "byline and rights around it");
  expect({"o-7", "seven.example", headline_, prose(50, 2) + ".\n\n" + text(half, all), ""}, Relation::subset,
         "another start");
  std::string loud = whole();
  for (char& c : loud) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  expect({"o-8", "eight.example", headline_, loud, ""}, Relation::exact, "in capitals");
  std::string corrected = whole();
  corrected.replace(corrected.find("20th"), 4, "25th");
  expect({"o-9", "nine.example", "CORRECTED: " + headline_, corrected, ""}, Relation::near, "corrected");
  expect({"o-9", "nine.example", headline_, corrected + "\n\n" + prose(30, 3) + ".", "2"}, Relation::update,
         "a newer version of that");
  expect({"o-2", "two.example", "A quite different headline", whole() + "\n", ""}, Relation::repeat,
         "the same article again");
  expect({"o-2", "two.example", "And yet another headline", whole(), ""}, Relation::update,
         "the same article under another headline");
  expect({"o-10", "ten.example", headline_, whole() + "\n\n" + prose(400, 4) + ".\n\n" + prose(400, 5) + ".", ""},
         Relation::superset, "in a longer text");
  EXPECT_EQ(referee_.stories(), 1u);
}

TEST_F(Variants, AnotherArticleIsAnotherStory) {
  const Verdict other = take(Given{"x", "one.example", headline_, prose(400, 6) + ".", ""});
  EXPECT_EQ(other.relation, Relation::original) << "the headline alone makes no copy";
  const Verdict quoting =
      take(Given{"y", "one.example", "H", prose(400, 7) + ".\n\n" + paragraphs_[1] + "\n\n" + prose(200, 8) + ".", ""});
  EXPECT_EQ(quoting.relation, Relation::original) << "one paragraph quoted";
}

}  // namespace
}  // namespace newsmill::dedup
