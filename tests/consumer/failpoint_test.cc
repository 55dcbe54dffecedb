#include "consumer/failpoint.h"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace newsmill::consumer {
namespace {

TEST(Failpoints, ActOnceAtTheNthPassOfTheirOwnPlace) {
  struct Row { std::string text; Failpoint point; int signal; int nth; };
  for (const Row& row : {Row{"after-fingerprints", Failpoint::after_fingerprints, SIGKILL, 1},
                         Row{"after-applied@2", Failpoint::after_applied, SIGKILL, 2},
                         Row{"after-verdicts:stop", Failpoint::after_verdicts, SIGSTOP, 1},
                         Row{"before-confirm@4:kill", Failpoint::before_confirm, SIGKILL, 4},
                         Row{"after-produce", Failpoint::after_produce, SIGKILL, 1},
                         Row{"before-send-offsets@2", Failpoint::before_send_offsets, SIGKILL, 2},
                         Row{"after-send-offsets:stop", Failpoint::after_send_offsets, SIGSTOP, 1},
                         Row{"before-commit@3:stop", Failpoint::before_commit, SIGSTOP, 3},
                         Row{"after-commit:kill", Failpoint::after_commit, SIGKILL, 1},
                         Row{"in-revoke@1:kill", Failpoint::in_revoke, SIGKILL, 1}}) {
    int pass = 0;
    std::vector<std::pair<int, int>> acts;
    Failpoints failpoints(row.text, [&](int signal) { acts.emplace_back(pass, signal); });
    EXPECT_TRUE(failpoints.armed());
    for (pass = 1; pass <= 5; ++pass)
      for (int point = 0; point < static_cast<int>(Failpoint::count_); ++point)
        failpoints.pass(static_cast<Failpoint>(point));
    EXPECT_THAT(acts, testing::ElementsAre(std::pair(row.nth, row.signal))) << row.text;
    EXPECT_TRUE(row.text.starts_with(failpoint_name(row.point)));
  }
}

TEST(Failpoints, RefuseWhatTheyDoNotKnowAndNameWhatTheyDo) {
  for (const std::string text : {"in-commit", "after-commit@0", "after-commit@x", "after-commit@1x",
                                 "after-commit:term", "@1", ":kill", "after-commit@"}) {
    try {
      Failpoints failpoints(text);
      ADD_FAILURE() << text << " was accepted";
    } catch (const std::invalid_argument& refused) {
      EXPECT_THAT(refused.what(), testing::HasSubstr("before-send-offsets")) << text;
    }
  }
}

TEST(Failpoints, AreOffWithoutText) {
  Failpoints failpoints("", [](int) { ADD_FAILURE() << "acted"; });
  EXPECT_FALSE(failpoints.armed());
  failpoints.pass(Failpoint::after_produce);
}

}  // namespace
}  // namespace newsmill::consumer
