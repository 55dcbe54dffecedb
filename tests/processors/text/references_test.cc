#include <gtest/gtest.h>

#include <algorithm>
#include <memory_resource>
#include <string>
#include <vector>

#include "processors/text/characters.h"
#include "processors/text/named_references.h"
#include "processors/text/utf8.h"

namespace newsmill::text {
namespace {

std::string decoded(std::string_view text) {
  std::pmr::monotonic_buffer_resource arena;
  return std::string(decode_references(text, arena));
}

// WHATWG HTML 13.2.5.72 (character reference state) to 13.2.5.80.
TEST(References, DecodesAsTheStandardSays) {
  struct Row {
    std::string text, decoded;
  };
  for (const Row& row : std::vector<Row>{
           {"AT&T, R&D & more", "AT&T, R&D & more"},
           {"&", "&"},
           {"a&", "a&"},
           {"&;", "&;"},
           {"&#;", "&#;"},
           {"&#x;", "&#x;"},
           {"&#xZ", "&#xZ"},
           {"fish &amp; chips", "fish & chips"},
           {"&quot;&apos;&lt;&gt;", "\"'<>"},
           {"&nbsp;&eacute;&Eacute;", "\u00A0éÉ"},
           {"&nosuch;", "&nosuch;"},
           {"&copy 2024 &copy2024 &COPY;", "© 2024 ©2024 ©"},
           {"&notit;", "¬it;"},
           {"&notin;", "∉"},
           {"&notin", "¬in"},
           {"&CounterClockwiseContourIntegral;", "∳"},
           {"&CounterClockwiseContourIntegralX;", "&CounterClockwiseContourIntegralX;"},
           {"&nGt;", "≫⃒"},
           {"&#65;&#x42;&#X43;&#68 &#69", "ABCD E"},
           {"&#146;&#x92;&#128;", "’’€"},
           {"&#129;", "\u0081"},
           {"&#0;&#xD800;&#xDFFF;&#x110000;&#99999999999999999999;", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
           {"&#x10FFFF;&#xD7FF;", "\U0010FFFF\uD7FF"},
           {"&#8217;s", "’s"},
       })
    EXPECT_EQ(decoded(row.text), row.decoded) << row.text;
}

TEST(References, LeavesParametersOfAddressesAlone) {
  const std::string address = "http://a.example/?x=1&copy=2&section=3&lt=4&reg=5";
  EXPECT_EQ(decoded(address), address);
  EXPECT_EQ(decoded("http://a.example/?x=1&amp;copy=2"), "http://a.example/?x=1&copy=2");
}

TEST(References, ASecondPassRunsOnlyForWhatDoubleEncodingLeaves) {
  EXPECT_EQ(decoded("&amp;amp; &amp;eacute;"), "& é");  // &amp; is left, so the whole field is read again
  EXPECT_EQ(decoded("&amp;#8217; x"), "’ x");
  EXPECT_EQ(decoded("&amp;quot;"), "\"");
  EXPECT_EQ(decoded("&amp;eacute;"), "&eacute;");
  EXPECT_EQ(decoded("&amp;#x41;"), "&#x41;");
  EXPECT_EQ(decoded("&amp;amp;amp;"), "&amp;");
}

TEST(References, TextWithoutReferencesIsTheInputItself) {
  std::pmr::monotonic_buffer_resource arena;
  for (const std::string text : {"plain", "AT&T", "a & b && c&"})
    EXPECT_EQ(decode_references(text, arena).data(), text.data());
}

TEST(References, TheTableIsSortedWellFormedAndWhole) {
  EXPECT_EQ(kNamedReferences.size(), 2231U);
  EXPECT_TRUE(std::ranges::is_sorted(kNamedReferences, {}, &NamedReference::name));
  std::size_t legacy = 0;
  for (const NamedReference& row : kNamedReferences) {
    EXPECT_TRUE(valid_utf8(row.characters) && !row.characters.empty()) << row.name;
    std::string text("&");
    text += row.name;
    // A decoded "&" starts nothing here, so every row gives its characters.
    EXPECT_EQ(decoded(text), row.characters) << row.name;
    if (row.name.ends_with(';')) continue;
    ++legacy;
    EXPECT_LE(row.name.size(), 6U);
  }
  EXPECT_EQ(legacy, 106U);
}

}  // namespace
}  // namespace newsmill::text
