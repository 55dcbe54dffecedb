// What one source can do to the referee: the cost of an article is bounded, however much is like it.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "processors/dedup/referee.h"
#include "tests/support/referee_log.h"

namespace newsmill::dedup {
namespace {

using test::fingerprint_of;
using test::RefereeLog;

struct Row {
  const char* name;
  std::function<Fingerprint(int)> article;
  bool one_story;
};

class Flood : public testing::TestWithParam<Row> {};

// The last thousand of ten thousand cost about as much as the first: what grows with the number of
// like articles would be ten times as dear, so four leaves room for a busy machine.
TEST_P(Flood, CostsAsMuchAtTheEndAsAtTheBeginning) {
  RefereeLog log;
  const auto thousand = [&](int from) {
    const auto began = std::chrono::steady_clock::now();
    for (int i = from; i < from + 1000; ++i) {
      log.take(GetParam().article(i));
      log.entries.clear();
    }
    return std::chrono::steady_clock::now() - began;
  };
  auto first = thousand(0), last = first;
  for (int i = 1; i < 10; ++i) last = thousand(i * 1000);
  for (int again = 0; again < 20 && last > 4 * first; ++again) last = thousand(10'000 + again * 1000);  // once undisturbed
  EXPECT_LE(last, 4 * first);
  if (GetParam().one_story) {
    EXPECT_EQ(log.referee.stories(), 1u);
  }
}

std::string numbered(int i) { return "article" + std::to_string(i); }

Fingerprint of_a_series(int i) {
  Fingerprint article = fingerprint_of(numbered(i), 1);
  article.source = 7;
  article.skeleton = 8;
  article.sketch.numbers = 0x1111'1111u * static_cast<std::uint64_t>(i % 16 + 1);
  return article;
}

Fingerprint killed(int i) {
  Fingerprint article = fingerprint_of(numbered(i / 2), 1);
  if (i % 2 == 0) return article;
  article.status = Fingerprint::Status::canceled;
  article.may_lead = false;
  article.sketch = {};
  return article;
}

INSTANTIATE_TEST_SUITE_P(
    Of, Flood,
    testing::Values(Row{"TheSameText", [](int i) { return fingerprint_of(numbered(i), 1); }, true},
                    Row{"TheSameArticle", [](int) { return fingerprint_of("one", 1); }, true},
                    Row{"OneTemplate", of_a_series, false},
                    Row{"KilledCopies", killed, false},
                    Row{"TextsThatAreHalfAlike",
                        [](int i) { return fingerprint_of(numbered(i), {{1, 36}, {i + 10, 28}}); }, false}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace newsmill::dedup
