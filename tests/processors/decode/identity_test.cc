#include "processors/decode/identity.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "processors/text/url.h"
#include "tests/support/data_folder.h"
#include "tests/support/work.h"

namespace newsmill::decode {
namespace {

struct Names {
  std::string id = {}, source = {}, feed = {}, url = {}, canonical = {}, default_source = {};
};

std::string id_of(const Names& names, std::string_view bytes = "the bytes") {
  test::Work work;
  Given given(&work.arena);
  given.id = names.id;
  given.source = names.source;
  given.feed = names.feed;
  given.url = names.url;
  given.canonical_url = names.canonical;
  return uuid(identify(given, names.default_source, sha256(bytes), work.arena));
}

std::string hashed(const std::string& text) { return uuid(article_id(sha256(text))); }
std::string pair(const std::string& scope, const std::string& name) { return hashed(scope + '\0' + name); }

// Computed with another program: printf 'example.com\0a-1' | sha256sum, then version and variant.
TEST(Identity, IsFrozen) {
  EXPECT_EQ(id_of({.id = "a-1", .source = "example.com"}), "2be42413-5ba2-85fb-ba35-3e324c501489");
  EXPECT_EQ(id_of({.url = "https://example.com/a"}), pair("url", *text::url_key("https://example.com/a")));
  EXPECT_EQ(id_of({}, "the bytes"), "ed589341-c9fd-8da9-aaaf-f4c5efa00822");
}

TEST(Identity, OfTheFoundingArticleIsThatOfItsBytes) {
  const std::string folder = test::data_folder();
  std::ifstream file(folder + "/seed/000_f1e306ec60aba5e6.txt", std::ios::binary);
  if (!file) GTEST_SKIP() << "SKIPPED: the founding article is absent from " << folder;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  EXPECT_EQ(id_of({}, bytes.str()), "b2c9e688-fdde-8308-9d22-0d51631bac7e");
}

TEST(Identity, PrefersThePublishersIdThenTheAddressThenTheBytes) {
  const std::string url = "https://example.com/a", key = *text::url_key(url);
  const struct {
    std::string about;
    Names names;
    std::string expect;
  } rows[] = {
      {"source", {.id = "7", .source = "S", .feed = "F", .url = url, .default_source = "D"}, pair("S", "7")},
      {"default source", {.id = "7", .feed = "F", .url = url, .default_source = "D"}, pair("D", "7")},
      {"feed", {.id = "7", .feed = "F", .url = url}, pair("F", "7")},
      {"host", {.id = "7", .url = "https://News.Example.com:8080/a"}, pair("news.example.com", "7")},
      {"no publisher", {.id = "urn:newsml:x:7"}, pair("", "urn:newsml:x:7")},
      {"unusable address", {.id = "7", .url = "/a"}, pair("", "7")},
      {"white space", {.id = " \t7\u00A0\n", .source = "\u3000S "}, pair("S", "7")},
      {"blank id", {.id = " \u2003 ", .source = "S", .url = url}, pair("url", key)},
      {"blank source", {.id = "7", .source = " ", .feed = "F"}, pair("F", "7")},
      {"NFC", {.id = "e\u0301", .source = "Zu\u0308rich"}, pair("Zürich", "é")},
      {"address", {.source = "S", .url = url}, pair("url", key)},
      {"address with tracking", {.url = "HTTPS://EXAMPLE.com/a?utm_source=x#top"}, pair("url", key)},
      {"canonical alone", {.canonical = url}, pair("url", key)},
      {"canonical of the same site", {.url = "https://m.example.com/a?page=1", .canonical = url}, pair("url", key)},
      {"canonical elsewhere", {.url = url, .canonical = "https://example.org/a"}, pair("url", key)},
      {"canonical is a home page", {.url = url, .canonical = "https://example.com/"}, pair("url", key)},
      {"canonical is relative", {.url = url, .canonical = "/a"}, pair("url", key)},
      {"nothing", {.source = "S", .feed = "F"}, hashed("the bytes")},
  };
  for (const auto& row : rows) EXPECT_EQ(id_of(row.names), row.expect) << row.about;
}

}  // namespace
}  // namespace newsmill::decode
