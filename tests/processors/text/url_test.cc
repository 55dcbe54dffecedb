#include "processors/text/url.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/processors/text/data_file.h"

namespace newsmill::text {
namespace {

std::string href(std::string_view raw) {
  const auto url = parse_url(raw);
  return url ? url->href : "none";
}

struct Row {
  std::string raw, result;
};

// WHATWG URL, for the special schemes http and https.
TEST(Url, ParsesLeniently) {
  for (const Row& row : std::vector<Row>{
           {"http://example.com", "http://example.com/"},
           {"HTTPS://EXAMPLE.com/Path", "https://example.com/Path"},
           {" \t http://example.com/a\n", "http://example.com/a"},
           {"\u00A0http://example.com/a\u00A0", "http://example.com/a"},
           {"http://exa\nmple.com/a\tb", "http://example.com/ab"},
           {"http:\\\\example.com\\a\\b", "http://example.com/a/b"},
           {"http:/example.com/a", "http://example.com/a"},
           {"http:example.com/a", "http://example.com/a"},
           {"https:////example.com/a", "https://example.com/a"},
           {"//example.com/a", "https://example.com/a"},
           {"www.example.com/a?b", "http://www.example.com/a?b"},
           {"http://example.com:80/", "http://example.com/"},
           {"https://example.com:443/", "https://example.com/"},
           {"http://example.com:443/", "http://example.com:443/"},
           {"http://example.com:/", "http://example.com/"},
           {"http://example.com:008080/", "http://example.com:8080/"},
           {"http://user:pass@example.com/", "http://example.com/"},
           {"http://a@b@example.com/", "http://example.com/"},
           {"http://example.com/a b\"<>`{}^", "http://example.com/a%20b%22%3C%3E%60%7B%7D%5E"},
           {"http://example.com/ü/%C3%bc?ü='x'", "http://example.com/%C3%BC/%C3%bc?%C3%BC=%27x%27"},
           {"http://example.com/a?b|c[]\\^`{}%", "http://example.com/a?b%7Cc%5B%5D%5C%5E%60%7B%7D%25"},
           {"http://example.com/100%", "http://example.com/100%25"},
           {"http://example.com/a/./b/../c/%2e%2E/d", "http://example.com/a/d"},
           {"http://example.com/a/..", "http://example.com/"},
           {"http://example.com/../..", "http://example.com/"},
           {"http://example.com/a/.", "http://example.com/a/"},
           {"http://example.com//a//b", "http://example.com//a//b"},
           {"http://example.com?x#y", "http://example.com/?x"},
           {"http://example.com/a?#", "http://example.com/a?"},
           {"http://example.com/a?b=1&amp;c=2", "http://example.com/a?b=1&c=2"},
           {"http://bücher.example/", "http://xn--bcher-kva.example/"},
           {"http://BÜCHER.example/", "http://xn--bcher-kva.example/"},
           {"http://faß.example/", "http://xn--fa-hia.example/"},
           {"http://中国.中国/", "http://xn--fiqs8s.xn--fiqs8s/"},
           {"http://ｅｘａｍｐｌｅ.com/", "http://example.com/"},
           {"http://ex%61mple.com/", "http://example.com/"},
           {"http://a_b.example.com/", "http://a_b.example.com/"},
           {"http://example.com./", "http://example.com./"},
           {"http://192.168.0.1:81/", "http://192.168.0.1:81/"},
           {"http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"},
           {"http://localhost/a", "http://localhost/a"}})
    EXPECT_EQ(href(row.raw), row.result) << row.raw;
}

TEST(Url, RefusesWhatIsNoWebAddress) {
  for (const std::string raw :
       {"", " ", "example.com/a", "/a/b", "a", "ftp://example.com/", "mailto:a@example.com", "javascript:alert(1)",
        "urn:x:y", "http://", "http:///", "http://?x", "http://:80/", "http://exa mple.com/", "http://a<b>.com/",
        "http://example.com:x/", "http://example.com:65536/", "http://example.com:99999999999999/", "http://1.2.3/",
        "http://1.2.3.4.5/", "http://256.1.1.1/", "http://[::1/", "http://[zz]/", "http://a%2Fb.com/", "///",
        "http://./",
        "None"})
    EXPECT_EQ(href(raw), "none") << raw;
  EXPECT_EQ(href("http://example.com/" + std::string(8192, 'a')), "none");
  EXPECT_EQ(href("http://example.com/\xFF"), "none");
}

TEST(Url, ParsingItsResultChangesNothing) {
  std::mt19937 random(5);
  const std::vector<std::string> parts = {"http:", "https:", "/", "\\", "//", "example.com", "www.", "ü", "%", "%41",
      "%2e",
                                          ".", "..", "?", "&", "&amp;", "=", "#", "@", ":", "80", "a", "B", " ",
                                          "utm_source=x",
                                          "[::1]", "'", "+", "中", "xn--", "\xC2\xA0", "-"};
  for (int round = 0; round < 50000; ++round) {
    std::string raw = random() % 2 == 0 ? "http://example.com" : "";
    for (std::size_t n = random() % 12; n > 0; --n) raw += parts[random() % parts.size()];
    const auto url = parse_url(raw);
    if (!url) continue;
    ASSERT_EQ(href(url->href), url->href) << raw;
    ASSERT_TRUE(is_absolute_uri(url->href)) << url->href;
    const auto clean = clean_url(raw);
    ASSERT_TRUE(clean.has_value());
    ASSERT_EQ(clean_url(*clean), clean) << raw;
    ASSERT_EQ(url_key(url->href), url_key(raw)) << raw;
  }
}

TEST(Url, KnowsAbsoluteUris) {
  for (const std::string raw : {"urn:newsml:example.com:20211201:1", "tag:example.com,2021:a",
      "http://example.com/a?b#c",
                                "https://[::1]:80/", "x-apple:y", "urn:uuid:b2c9e688-fdde-8308-9d22-0d51631bac7e",
                                "a+b:c%20d"})
    EXPECT_TRUE(is_absolute_uri(raw)) << raw;
  for (const std::string raw : {"", "a", "abc", ":x", "urn:", "1urn:x", "C:\\news", "c:/news", "Title: x y", "urn:ü",
      "urn:a b",
                                "urn:%zz", "urn:a#b#c", "http://[::1", "urn:[a]", "12:30", "urn:<x>", "/a:b"})
    EXPECT_FALSE(is_absolute_uri(raw)) << raw;
}

TEST(Url, CleanUrlDropsWhatOnlyTracks) {
  for (const Row& row : std::vector<Row>{
           {"https://example.com/a?utm_source=x&id=7&UTM_Medium=y", "https://example.com/a?id=7"},
           {"https://example.com/a?fbclid=x", "https://example.com/a"},
           {"https://example.com/a?b=2&a=1", "https://example.com/a?b=2&a=1"},
           {"https://example.com/a?&&b=2&", "https://example.com/a?b=2"},
           {"https://example.com/a?ArticleID=1&amp;utm_term=x#top", "https://example.com/a?ArticleID=1"},
           {"https://www.nytimes.com/2021/a.html?_r=0&hp&WT.nav=x&id=3", "https://www.nytimes.com/2021/a.html?id=3"},
           {"https://example.com/a?_r=0&hp", "https://example.com/a?_r=0&hp"},
           {"https://www.youtube.com/watch?v=abc&si=def", "https://www.youtube.com/watch?v=abc"},
           {"https://example.com/a?si=def", "https://example.com/a?si=def"},
           {"HTTP://Example.COM/a?xtor=RSS-1", "http://example.com/a"}})
    EXPECT_EQ(clean_url(row.raw).value_or("none"), row.result) << row.raw;
  EXPECT_FALSE(clean_url("not a url").has_value());
}

TEST(Url, FindsTheRegistrableDomain) {
  for (const Row& row : std::vector<Row>{{"www.bbc.co.uk", "bbc.co.uk"},
                                         {"example.com", "example.com"},
                                         {"a.b.example.com", "example.com"},
                                         {"news.example.com.cn", "example.com.cn"},
                                         {"x.y.github.io", "y.github.io"},
                                         {"co.uk", "co.uk"},
                                         {"com", "com"},
                                         {"localhost", "localhost"},
                                         {"192.168.0.1", "192.168.0.1"},
                                         {"[::1]", "[::1]"},
                                         {"www.xn--bcher-kva.example", "xn--bcher-kva.example"},
                                         {"", ""}})
    EXPECT_EQ(registrable_domain(row.raw), row.result) << row.raw;
}

TEST(Url, EveryAddressOfTheDevelopmentNewsParses) {
  std::size_t count = 0, refused = 0;
  for (const std::string name : {"mix-open", "bench-20k", "reprints"}) {
    const std::string file = data_file("news/" + name + ".jsonl.zst");
    if (file.empty()) GTEST_SKIP() << "the development data is not here";
    const std::string lines =
        output_of("zstd -dc '" + file + R"x(' | grep -oE '"url": ?"http[^"]*"' | cut -d'"' -f4)x");
    for (std::size_t begin = 0, end; (end = lines.find('\n', begin)) != std::string::npos; begin = end + 1) {
      ++count;
      if (parse_url(std::string_view(lines).substr(begin, end - begin))) continue;
      ++refused;
      ADD_FAILURE() << lines.substr(begin, end - begin);
    }
  }
  EXPECT_GT(count, 10000U);
  EXPECT_EQ(refused, 0U);
}

}  // namespace
}  // namespace newsmill::text
