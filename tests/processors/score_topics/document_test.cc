#include "processors/score_topics/document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/text_article.h"

namespace newsmill::score_topics {
namespace {

std::string words(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += "word ";
  return all;
}

/// First and last token of a zone; "-" when it is empty.
std::string tokens_of(const Document& document, Zone zone) {
  const Interval at = document.zone(zone);
  if (at.first > at.last) return "-";
  return std::to_string(document.token(at.first)) + "-" + std::to_string(document.token(at.last));
}

TEST(Document, HasZones) {
  struct Row {
    std::string title, body;
    const char *in_title, *in_lead, *in_body;
  };
  const Row rows[] = {
      {"", "", "-", "-", "-"},
      {"One two", "", "0-1", "-", "-"},
      {"", "one", "-", "0-0", "0-0"},
      {"One", words(25) + "\n\n" + words(5), "0-0", "1-25", "1-30"},
      // Whole paragraphs until there are 20 words.
      {"One", words(10) + "\n\n" + words(9) + "\n\n" + words(9) + "\n\n" + words(9), "0-0", "1-28", "1-37"},
      {"One", words(10) + "\n\n" + words(10) + "\n\n" + words(9), "0-0", "1-20", "1-29"},
      // And never more than 80.
      {"One", words(200), "0-0", "1-80", "1-200"},
      {"One", words(19) + "\n\n" + words(200), "0-0", "1-80", "1-219"},
  };
  Document document;
  for (const Row& row : rows) {
    const test::TextArticle text(row.title, row.body);
    document.assign(text.article(), {});
    EXPECT_EQ(tokens_of(document, Zone::title), row.in_title) << row.title << "|" << row.body;
    EXPECT_EQ(tokens_of(document, Zone::lead), row.in_lead) << row.title << "|" << row.body;
    EXPECT_EQ(tokens_of(document, Zone::body), row.in_body) << row.title << "|" << row.body;
  }
}

TEST(Document, NothingPositionalReachesFromTheTitleIntoTheBody) {
  const test::TextArticle text("One two", "three\n\nfour");
  Document document;
  document.assign(text.article(), {});
  EXPECT_GT(document.position(2) - document.position(1), kMaxDistance + 1);
  for (std::uint32_t token = 0; token < 4; ++token) EXPECT_EQ(document.token(document.position(token)), token);
  EXPECT_EQ(document.paragraph(1), 0U);
  EXPECT_EQ(document.paragraph(2), 1U);
  EXPECT_EQ(document.paragraph(3), 2U);
}

TEST(Document, HoldsTheValuesOfAnArticleOnceEach) {
  test::TextArticle text("", "");
  Article& article = text.article();
  article.source = " The Guardian ";
  article.url = "https://www.news.example.org:8080/a?b";
  article.canonical_url = "https://news.example.org/a";
  article.language.tag = "pt-BR";
  article.by = "Anna Maria Lopez, Reuters";
  article.given.authors.emplace_back("Anna Maria Lopez");
  Entity entity;
  entity.id = "wd:Q1";
  entity.ids.wikidata = "Q1";
  entity.name = "ÉTÉ";
  article.entities.push_back(entity);
  Document document;
  document.assign(article, "BR");
  std::vector<std::string> all;
  for (const Document::Value& value : document.values()) {
    all.push_back(std::string(meta_field_name(value.field)) + "=" + std::string(value.text));
    EXPECT_EQ(value.key, meta_key(value.field, value.text));
    EXPECT_FALSE(value.written.empty());
  }
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  for (const char* one :
       {"source=the guardian", "site=news.example.org", "site=example.org", "site=org", "lang=pt-br", "lang=pt",
        "country=br", "author=anna maria lopez", "author=lopez", "author=maria lopez", "author=reuters",
        "author=anna maria lopez, reuters", "entity=wd:q1", "entity=q1", "entity=été"})
    EXPECT_TRUE(std::ranges::binary_search(all, one)) << one;
  // The next article has nothing of this one.
  const test::TextArticle other("", "");
  document.assign(other.article(), {});
  for (const Document::Value& value : document.values()) EXPECT_EQ(value.field, MetaField::lang);
}

}  // namespace
}  // namespace newsmill::score_topics
