#include "processors/decode/markup.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace newsmill::decode {
namespace {

TEST(Markup, IsHtmlWhenABlockClosesOrALineBreakOccurs) {
  const struct {
    std::string_view text;
    bool html;
  } rows[] = {
      {"<p>One.</p>", true},
      {"<P class=\"a\">One.</P >", true},
      {"<div><p>One.</div>", true},
      {"One.<br>Two.", true},
      {"One.<br/>Two.", true},
      {"One.<BR clear=all >Two.", true},
      {"<h2>Head</h2>", true},
      {"<table><tr><td>1</td></tr></table>", true},
      {"", false},
      {"Prose, 3 < 4 and 5 > 4.", false},
      {"<p>One paragraph that never closes.", false},
      {"</p> closed before it opened <p>", false},
      {"<b>bold</b> and <a href=\"x\">link</a>", false},
      {"<speaker>Smith</speaker>", false},
      {"<preamble>No block</preamble>", false},
      {"<brand>x</brand>", false},
      {"<p never ends </p>", false},
      {"I <3 you, <br", false},
      {"a <", false},
      {"a </", false},
  };
  for (const auto& row : rows) EXPECT_EQ(is_html(row.text), row.html) << row.text;
}

TEST(Markup, HostileTextIsReadOnce) {
  for (const std::string_view piece : {"<", "<p", "<p ", "</p", "<p <", "<p>", "<br"}) {
    std::string text;
    while (text.size() < (1 << 20)) text += piece;
    const auto before = std::chrono::steady_clock::now();
    is_html(text);
    // Quadratic work on this would take minutes.
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5)) << piece;
  }
}

}  // namespace
}  // namespace newsmill::decode
