#include "processors/normalize/normalize.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "processors/core/batch.h"
#include "tests/support/knowledge.h"

namespace newsmill::normalize {
namespace {

/// One article whose given fields a test writes, and what the step made of it.
class Step {
 public:
  explicit Step(std::int64_t timestamp_ms = -1, std::string default_source = {}) {
    defaults_.source = std::move(default_source);
    Message message;
    message.topic = "articles.raw";
    message.value = "{}";
    message.timestamp_ms = timestamp_ms;
    message.defaults = &defaults_;
    article = &batch_.add(message).article;
  }
  Step& run(std::uint64_t units = Budget::kUnits) {
    Budget budget(units);
    Scratch scratch{batch_.arena(), budget};
    auto status = make(settings, test::builtin_knowledge())->process(*article, scratch);
    if (!status) error = status.error();
    spent = units - budget.left();
    return *this;
  }
  std::vector<std::string> flags() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < flag_table().size(); ++i)
      if (article->flags.has(static_cast<Flag>(i))) names.emplace_back(flag_table()[i].name);
    return names;
  }
  bool has(Flag flag) const { return article->flags.has(flag); }

  config::Settings settings;
  Article* article;
  std::optional<Error> error;
  std::uint64_t spent = 0;

 private:
  InputDefaults defaults_;
  Batch batch_;
};

std::string instant(const std::optional<ArticleDate>& date) { return date ? text::rfc3339(date->instant) : "none"; }

const std::string kP1 = "The harbour board met on Tuesday to hear the plans for a second ferry pier, which it wants to build in spring.";
const std::string kP2 = "Its members asked for a new estimate of the cost before they would decide anything, and for the view of the fishermen.";
const std::string kBody = kP1 + "\n\n" + kP2;

TEST(Normalize, ReadsATextAsItArrives) {
  Step step;
  const std::string text = "Opinion Flash\nHarbour board wants a second pier\nBy Harbour Daily editorial | harbour.cn | Updated: 2021-12-01 09:05\n\n" +
                           kBody + "\n\nAll rights reserved.\n\n" + kBody + "\n\nAll rights reserved.";
  step.article->format = Format::text;
  step.article->given.body = text;
  step.run();
  const Article& article = *step.article;
  EXPECT_EQ(article.kicker, "Opinion Flash");
  EXPECT_EQ(article.headline, "Harbour board wants a second pier");
  EXPECT_EQ(article.by, "By Harbour Daily editorial");
  EXPECT_EQ(article.source, "harbour.cn");
  EXPECT_EQ(article.body, kBody);
  EXPECT_EQ(article.copyright_notice, "All rights reserved.");
  EXPECT_EQ(instant(article.updated), "2021-12-01T09:05:00+08:00");
  EXPECT_EQ(article.updated->instant.raw, "Updated: 2021-12-01 09:05");
  EXPECT_EQ(article.updated->instant.tz, "Asia/Shanghai");
  EXPECT_EQ(article.updated->from, DateFrom::head_line);
  EXPECT_FALSE(article.published) << "updated never fills published";
  EXPECT_EQ(step.flags(), (std::vector<std::string>{"body-repeated", "published-unknown", "tz-assumed"}));
  ASSERT_EQ(article.removed.size(), 1u);
  EXPECT_EQ(article.removed[0].paragraphs, 3u);
  EXPECT_EQ(article.removed[0].chars, kP1.size() + kP2.size() + 20);
  EXPECT_EQ(article.language.tag, "en");
  EXPECT_EQ(article.completeness, Completeness::full);
}

TEST(Normalize, ParagraphsAndTokensLieInTheBody) {
  Step step;
  step.article->given.title = "Harbour board";
  const std::string text = kP1 + "\n\nAdvertisement\n\n" + kP2;
  step.article->given.body = text;
  step.run();
  const Article& article = *step.article;
  ASSERT_EQ(article.paragraphs.size(), 2u);
  EXPECT_EQ(article.body.substr(article.paragraphs[1].begin, article.paragraphs[1].end - article.paragraphs[1].begin), kP2);
  ASSERT_GT(article.tokens.size(), 4u);
  EXPECT_EQ(article.tokens[0].field, text::Field::headline);
  EXPECT_EQ(article.tokens[2].field, text::Field::body);
  EXPECT_EQ(article.body.substr(article.tokens[3].begin, article.tokens[3].end - article.tokens[3].begin), "harbour");
}

TEST(Normalize, GivenFieldsComeBeforeWhatTheTextSays) {
  Step step;
  const std::string text = "By Ann Lee\n\nUpdated: March 3, 2021\n\n" + kBody;
  Given& given = step.article->given;
  given.title = "Harbour  board\nmeets";
  given.authors = {"Bo Li", "Cy Mo"};
  given.updated_at = "2021-03-04T10:00:00Z";
  given.body = text;
  step.run();
  EXPECT_EQ(step.article->headline, "Harbour board meets");
  EXPECT_EQ(step.article->by, "Bo Li, Cy Mo");
  EXPECT_EQ(instant(step.article->updated), "2021-03-04T10:00:00Z");
  ASSERT_EQ(step.article->removed.size(), 2u);
  EXPECT_EQ(step.article->removed[0].kind, Removed::Kind::byline);
  EXPECT_EQ(step.article->removed[1].kind, Removed::Kind::date);
  EXPECT_EQ(step.article->removed[1].text, "Updated: March 3, 2021");
}

TEST(Normalize, AShortTextKeepsItsOnlyWords) {
  for (const char* text : {"All rights reserved.", "Advertisement", "By Ann Lee", "© 2021 Harbour Gazette"}) {
    Step step;
    step.article->given.body = text;
    step.run();
    EXPECT_EQ(step.article->body, text);
    EXPECT_TRUE(step.article->removed.empty());
    EXPECT_TRUE(step.has(Flag::short_text));
  }
}

TEST(Normalize, AKillIsPassedOnWithItsHeadline) {
  Step step;
  step.article->given.status = PubStatus::canceled;
  step.article->given.title = "Harbour board";
  step.article->given.body = kBody;
  step.run();
  EXPECT_FALSE(step.error);
  EXPECT_EQ(step.article->headline, "Harbour board");
  EXPECT_EQ(step.article->body, "");
  EXPECT_TRUE(step.article->removed.empty());
  EXPECT_EQ(step.article->completeness, Completeness::none);
}

TEST(Normalize, CompletenessIsWhatWasDelivered) {
  const struct {
    std::string body, summary;
    Completeness completeness;
  } rows[] = {
      {kBody, "A summary.", Completeness::full},
      {"", "A summary.", Completeness::summary},
      {"", "", Completeness::none},
      {kBody + "\n\n[+2140 chars]", "", Completeness::partial},
      {kBody + " The fishermen… [+2140 chars]", "", Completeness::partial},
  };
  for (const auto& row : rows) {
    Step step;
    step.article->given.title = "Harbour board";
    step.article->given.body = row.body;
    step.article->given.summary = row.summary;
    step.run();
    EXPECT_EQ(step.article->completeness, row.completeness) << row.body;
    EXPECT_EQ(step.article->body.find("chars]"), std::string_view::npos);
  }
}

TEST(Normalize, WallsAndErrorPagesAreFlagged) {
  for (const std::string& text : {std::string("Please enable JavaScript to continue."), std::string("404 - Page not found"),
                                 "We use cookies to improve your experience.\n\nAccept all cookies\n\n" + kP1}) {
    Step step;
    step.article->given.body = text;
    EXPECT_TRUE(step.run().has(Flag::not_article)) << text;
  }
  Step step;
  const std::string text = kBody + "\n\n" + kBody + " More.\n\nPlease enable JavaScript to continue, the page of the board said for a day.\n\n" + kP2 + " And so on.\n\n" + kP1 + " And on.";
  step.article->given.body = text;
  EXPECT_FALSE(step.run().has(Flag::not_article)) << "an article that mentions one";
}

TEST(Normalize, DatesThatCannotBeAreNotPublished) {
  const std::int64_t arrival = 1'638'320'700'000;  // 2021-12-01T01:05:00Z
  const struct {
    const char *published, *instant;
    std::optional<Flag> flag;
  } rows[] = {
      {"2021-11-30T12:00:00Z", "2021-11-30T12:00:00Z", {}},
      {"2021-12-02T00:30:00Z", "2021-12-02T00:30:00Z", {}},
      {"2021-12-03T00:00:00Z", "none", Flag::future_dated},
      {"1981-03-10", "none", Flag::date_implausible},
      {"1970-01-01T00:00:00Z", "none", Flag::date_implausible},
      {"0001-01-01T00:00:00Z", "none", Flag::date_implausible},
      {"soon", "none", Flag::field_dropped},
  };
  for (const auto& row : rows) {
    Step step(arrival);
    step.article->given.body = kBody;
    step.article->given.published_at = row.published;
    step.run();
    EXPECT_EQ(instant(step.article->published), row.instant) << row.published;
    EXPECT_EQ(step.has(Flag::published_unknown), std::string(row.instant) == "none");
    for (const Flag flag : {Flag::future_dated, Flag::date_implausible, Flag::field_dropped}) {
      EXPECT_EQ(step.has(flag), row.flag == flag) << row.published;
    }
  }
}

TEST(Normalize, AnEmbargoExplainsALaterPublication) {
  Step step(1'638'320'700'000);
  step.article->given.body = kBody;
  step.article->given.published_at = "2021-12-05T00:00:00Z";
  step.article->given.embargoed_until = "2021-12-05T00:00:00Z";
  step.run();
  EXPECT_EQ(instant(step.article->published), "2021-12-05T00:00:00Z");
  EXPECT_EQ(instant(step.article->embargoed), "2021-12-05T00:00:00Z");
  EXPECT_FALSE(step.has(Flag::future_dated));
}

TEST(Normalize, AnOldUpdateIsKept) {
  Step step;
  step.article->given.body = kBody;
  step.article->given.updated_at = "1981-03-10T00:00:00Z";
  step.run();
  EXPECT_EQ(instant(step.article->updated), "1981-03-10T00:00:00Z");
}

TEST(Normalize, TheZoneOfASourceIsAssumedForItsDates) {
  const struct {
    const char *source, *url, *fallback, *instant;
    bool assumed;
  } rows[] = {
      {"nytimes.com", "", "", "2021-07-01T09:00:00-04:00", true},
      {"", "https://www.bild.de/a", "", "2021-07-01T09:00:00+02:00", true},
      {"Some Paper", "https://paper.example.co.jp/a", "", "2021-07-01T09:00:00+09:00", true},
      {"", "", "dawn.com", "2021-07-01T09:00:00+05:00", true},
      {"paper.io", "", "", "2021-07-01T09:00:00Z", false},
  };
  for (const auto& row : rows) {
    Step step(-1, row.fallback);
    step.article->given.body = kBody;
    step.article->given.source = row.source;
    step.article->given.url = row.url;
    step.article->given.published_at = "2021-07-01 09:00";
    step.run();
    EXPECT_EQ(instant(step.article->published), row.instant) << row.source << row.url;
    EXPECT_EQ(step.has(Flag::tz_assumed), row.assumed) << row.source << row.url;
  }
}

TEST(Normalize, LanguageByTextThenDeclarationThenSource) {
  Step text_wins;
  text_wins.article->given.body = kBody;
  text_wins.article->given.language = "german";
  text_wins.run();
  EXPECT_EQ(text_wins.article->language.tag, "en");
  EXPECT_EQ(text_wins.article->language.from, Language::From::text);
  EXPECT_EQ(text_wins.article->language.declared, "german");

  Step declared;
  declared.article->given.body = "Xyz 12 qq.";
  declared.article->given.language = "deu";
  declared.run();
  EXPECT_EQ(declared.article->language.tag, "de");
  EXPECT_EQ(declared.article->language.from, Language::From::declared);

  Step source;
  source.article->given.body = "Xyz 12 qq.";
  source.article->given.source = "lemonde.fr";
  source.run();
  EXPECT_EQ(source.article->language.tag, "fr");
  EXPECT_EQ(source.article->language.from, Language::From::source);

  Step unknown;
  unknown.article->given.body = "Xyz 12 qq.";
  unknown.run();
  EXPECT_EQ(unknown.article->language.tag, "und");
  EXPECT_EQ(unknown.article->language.from, Language::From::none);
}

TEST(Normalize, LinksAreCleanedAndCanonicalOnesDoubted) {
  const struct {
    const char *url, *canonical, *clean, *own, *from;
  } rows[] = {
      {"HTTPS://WWW.Example.org/a?utm_source=x&id=3#top", "", "https://www.example.org/a?id=3", "", ""},
      {"https://amp.example.org/a", "https://example.org/a", "https://amp.example.org/a", "https://example.org/a", ""},
      {"https://example.org/a", "https://example.org/", "https://example.org/a", "", ""},
      {"https://example.org/a", "https://agency.example.com/a", "https://example.org/a", "", "https://agency.example.com/a"},
  };
  for (const auto& row : rows) {
    Step step;
    step.article->given.body = kBody;
    step.article->given.url = row.url;
    step.article->given.canonical_url = row.canonical;
    step.run();
    EXPECT_EQ(step.article->url, row.clean);
    EXPECT_EQ(step.article->canonical_url, row.own);
    EXPECT_EQ(step.article->syndicated_from, row.from);
  }
  Step relative;
  relative.article->given.body = kBody;
  relative.article->given.url = "/en/a";
  relative.run();
  EXPECT_EQ(relative.article->url, "");
  EXPECT_TRUE(relative.has(Flag::field_dropped));
}

TEST(Normalize, FlatTextIsFlagged) {
  std::string flat;
  for (int i = 0; i < 30; ++i) flat += "Sentence number " + std::to_string(i) + " is one of many that stand in a row here. ";
  Step step;
  step.article->given.body = flat;
  EXPECT_TRUE(step.run().has(Flag::flattened));
}

TEST(Normalize, ABodyOverTheCapIsAnError) {
  Step step;
  step.settings.normalize.max_text_bytes = 100;
  step.article->given.body = kBody;
  step.run();
  ASSERT_TRUE(step.error);
  EXPECT_EQ(step.error->code, Code::too_large);
}

TEST(Normalize, TooMuchWorkIsAnError) {
  Step step;
  step.article->given.body = kBody;
  step.run(1000);
  ASSERT_TRUE(step.error);
  EXPECT_EQ(step.error->code, Code::budget);
}

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

// The whole step over a megabyte that is made to be slow: the work stays linear and within the budget.
TEST(Normalize, HostileTextsStayWithinTheBudget) {
  const std::string hostile[] = {
      times(500'000, "a\n"),     std::string(1'000'000, 'a'),        times(250'000, "a b "),
      times(100'000, "no more!\n"), times(9'000, kP1 + "\n"),         times(83'000, "By Ann Lee\n"),
      times(30'000, "Updated: 2021-12-01 09:05 | \n"), times(60'000, "Advertisement\n\n"), times(100'000, "(Reuters)-"),
      times(40'000, "All rights reserved.\n"), times(250'000, "&amp"), times(300'000, "Ã©"), times(30'000, "photo by x, more from y: \n"),
  };
  for (const std::string& text : hostile) {
    Step step;
    step.article->given.body = text.size() > (1u << 20) ? std::string_view(text).substr(0, 1u << 20) : std::string_view(text);
    const auto begin = std::chrono::steady_clock::now();
    step.run();
    EXPECT_FALSE(step.error) << text.substr(0, 30) << ": " << step.error->found;
    EXPECT_LT(step.spent, 120 * text.size()) << text.substr(0, 30);
    // Not a measurement: a quadratic step would take minutes.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60)) << text.substr(0, 30);
  }
}

TEST(Normalize, NeverReadsOutsideAnyBytes) {
  std::uint32_t state = 7;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes;
    const char* words[] = {"By ", "| ", "\n", "\n\n", "(Reuters) - ", "\xC3", "\xF0\x9F", "©", "2021-12-01", "Updated: ", "&#0;", "A", " ", "¬\n", "- "};
    for (int i = 0; i < 40; ++i) {
      state = state * 1'664'525 + 1'013'904'223;
      bytes += words[(state >> 16) % std::size(words)];
    }
    Step step;
    step.article->given.body = bytes;
    step.article->given.title = std::string_view(bytes).substr(0, state % 20);
    step.run();
    EXPECT_FALSE(step.error);
  }
}

}  // namespace
}  // namespace newsmill::normalize
