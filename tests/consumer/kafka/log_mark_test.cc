#include "consumer/kafka/log_mark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace newsmill::kafka {
namespace {

using testing::HasSubstr;

TEST(LogMark, ComesBackFromItsText) {
  for (const LogMark& mark : {LogMark{0x0123456789abcdef, 4711, false}, LogMark{~0ull, 0, false},
                              LogMark{1, 9'223'372'036'854'775'807, false}, LogMark{0, -1, true}})
    EXPECT_EQ(parse_mark(mark_text(mark)), mark) << mark_text(mark);
  EXPECT_EQ(mark_text({0xab, 7, false}), "newsmill/1 log=00000000000000ab applied=7");
}

TEST(LogMark, OfALaterVersionMaySayMore) {
  EXPECT_EQ(parse_mark("newsmill/1 log=00000000000000ab applied=7 more=1"), (LogMark{0xab, 7, false}));
}

TEST(LogMark, IsNoneWhereAnotherToolWrote) {
  for (const char* text : {"", "reset by hand", "newsmill/1", "newsmill/1 ", "newsmill/2 log=00000000000000ab applied=7",
                           "newsmill/1 log=ab applied=7", "newsmill/1 log=00000000000000ab applied=",
                           "newsmill/1 log=00000000000000ab applied=-3", "newsmill/1 log=0000000000000000 applied=7",
                           "newsmill/1 log=00000000000000xy applied=7", "newsmill/1 log=00000000000000ab applied=7x",
                           "newsmill/1 log=00000000000000ab applied=99999999999999999999"})
    EXPECT_EQ(parse_mark(text), std::nullopt) << text;
}

struct Row {
  const char* what;
  std::vector<LogMark> marks;
  LogFound found;
  const char* why;  ///< a part of the sentence; empty = it is the log
};

TEST(LogMark, TellsTheLogThatTheOffsetsRestOn) {
  const Row rows[] = {
      {"a new group on a new log", {}, {0, 0}, ""},
      {"a new group on a log in use", {}, {7, 100}, ""},
      {"the same log, longer", {{7, 99, false}, {7, 3, false}}, {7, 100}, ""},
      {"everything in it is older than its retention", {{7, 99, false}}, {0, 100}, ""},
      {"another log", {{7, 3, false}}, {8, 100}, "is 0000000000000008, but what is committed rests on 0000000000000007"},
      {"one partition of another log", {{8, 3, false}, {7, 3, false}}, {8, 100}, "rests on 0000000000000007"},
      {"the same id, cut short", {{7, 3, false}, {7, 100, false}}, {7, 100}, "ends at offset 100"},
      {"made anew and empty", {{7, 3, false}}, {0, 0}, "ends at offset 0"},
      {"being rebuilt", {{7, 3, false}, {0, -1, true}}, {7, 100}, "is being made anew"},
  };
  for (const Row& row : rows) {
    const auto why = why_not_this_log(row.marks, row.found, "articles.dedup");
    EXPECT_EQ(why.has_value(), *row.why != '\0') << row.what;
    if (why) {
      EXPECT_THAT(*why, HasSubstr(row.why)) << row.what;
    }
  }
}

}  // namespace
}  // namespace newsmill::kafka
