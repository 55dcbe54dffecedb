#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "config/document.h"
#include "config/load.h"
#include "config/reference.h"
#include "config/show.h"
#include "tests/support/child.h"

namespace newsmill::config {
namespace {

/// Damages `text` in a few places: bytes changed, taken out, doubled, or replaced by what YAML minds.
std::string damaged(std::string text, std::mt19937& random) {
  const std::string marks = "\t\n\r :-?[]{}&*!|>'\"%@`#,~${}\\\x7f\x80\xff\xef";
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (std::size_t times = 1 + below(6); times > 0 && !text.empty(); --times) {
    const std::size_t at = below(text.size()), count = std::min<std::size_t>(1 + below(40), text.size() - at);
    switch (below(5)) {
      case 0: text[at] = marks[below(marks.size())]; break;
      case 1: text.erase(at, count); break;
      case 2: text.insert(at, text.substr(at, count)); break;
      case 3: text.insert(at, 1 + below(3), marks[below(marks.size())]); break;
      default: text[at] = static_cast<char>(below(256)); break;
    }
  }
  return text;
}

/// Whatever stands in a file: it is read or found fault with, never more, and every finding can be shown.
TEST(Hostile, FilesGiveFindingsAndNothingElse) {
  constexpr std::uint32_t kSeed = 20261124;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937 random(kSeed);
  const std::string sound = settings_file() + "kafka2: &a {x: [1, *a], y: 'it''s', z: \"\\u00e9\"}\n? k\n: |\n  text\n";
  const test::TemporaryFolder folder;
  std::size_t refused = 0;
  for (int i = 0; i < 1500; ++i) {
    test::write_file(folder / "n.yaml", damaged(sound, random));
    Diagnostics diagnostics;
    const Loaded loaded =
        load({(folder / "n.yaml").string()}, {damaged("http.allowed_hosts=[a, 'b:1']", random)}, diagnostics);
    std::ostringstream out;
    diagnostics.print(out);
    diagnostics.print_json(out);
    show(loaded);
    for (const Diagnostic& finding : diagnostics.all()) EXPECT_FALSE(finding.code.empty() || finding.message.empty());
    refused += diagnostics.has_errors();
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace newsmill::config
