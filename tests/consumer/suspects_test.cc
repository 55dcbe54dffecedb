#include "consumer/suspects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "consumer/ring.h"
#include "consumer/workers.h"
#include "processors/core/delivery.h"
#include "tests/support/child.h"
#include "tests/support/memory_chain.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using Standing = Suspects::Standing;

Delivery delivery_at(std::int64_t offset, const std::string& topic = "raw") {
  return {topic, 2, offset, sha256(std::to_string(offset))};
}

class SuspectsFile : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
  const std::string file_ = folder_ / "suspects";
};

/// Its deaths are processes of their own, started from the beginning, that must find the same file.
class SuspectsFileOfDeaths : public SuspectsFile {
 protected:
  SuspectsFileOfDeaths() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    ::setenv(kVariable, file_.c_str(), 0);
    shared_ = std::getenv(kVariable);
  }
  ~SuspectsFileOfDeaths() override { ::unsetenv(kVariable); }
  static constexpr const char* kVariable = "NEWSMILL_TEST_SUSPECTS";
  std::string shared_;
};

TEST_F(SuspectsFile, IsClearAfterACleanRun) {
  for (int run = 0; run < 2; ++run) {
    Suspects suspects(file_, 2);
    EXPECT_EQ(suspects.trouble(), "");
    EXPECT_FALSE(suspects.any());
    suspects.starts(0, delivery_at(1));
    suspects.starts(1, delivery_at(2));
    suspects.ends(0);
    suspects.ends(1);
  }
}

TEST_F(SuspectsFile, SuspectsWhatAKilledProcessWasInAndNothingElse) {
  {
    Suspects suspects(file_, 3);
    suspects.starts(0, delivery_at(1));
    suspects.starts(1, delivery_at(2));
    suspects.ends(0);
  }
  const Suspects suspects(file_, 5);  // another number of workers reads it as well
  EXPECT_EQ(suspects.standing(delivery_at(1)), Standing::clear);
  EXPECT_EQ(suspects.standing(delivery_at(2)), Standing::suspected);
  EXPECT_EQ(suspects.standing(delivery_at(2, "other")), Standing::clear);
  EXPECT_THAT(suspects.suspected(), testing::ElementsAre(delivery_text(delivery_at(2))));
}

TEST_F(SuspectsFile, CondemnsAfterFourUnexplainedEnds) {
  for (int end = 0; end < 4; ++end) {
    Suspects suspects(file_, 1);
    EXPECT_EQ(suspects.standing(delivery_at(7)), end == 0 ? Standing::clear : Standing::suspected) << end;
    suspects.starts(0, delivery_at(7));
  }
  Suspects suspects(file_, 1);
  EXPECT_EQ(suspects.standing(delivery_at(7)), Standing::condemned);
  suspects.forget(delivery_at(7));
  EXPECT_EQ(suspects.standing(delivery_at(7)), Standing::clear);
  EXPECT_FALSE(suspects.any());
}

TEST_F(SuspectsFile, CondemnsWhatHungTwice) {
  for (int run = 0; run < 2; ++run) {
    Suspects suspects(file_, 2);
    suspects.starts(0, delivery_at(7));
    suspects.charge_hung(0s);
  }
  EXPECT_EQ(Suspects(file_, 2).standing(delivery_at(7)), Standing::condemned);
}

TEST_F(SuspectsFile, IsUsedByOneProcessAtATime) {
  const Suspects first(file_, 1);
  const Suspects second(file_, 1);
  EXPECT_EQ(first.trouble(), "");
  EXPECT_THAT(second.trouble(), testing::HasSubstr(file_));
}

TEST_F(SuspectsFile, ThatIsDamagedIsStartedAnew) {
  for (const std::string& content : {std::string("x"), std::string(100'000, '\xff'),
                                     std::string("nmsusp01") + std::string(90'000, '\x7f')}) {
    test::write_file(file_, content);
    Suspects suspects(file_, 2);
    EXPECT_EQ(suspects.trouble(), "");
    EXPECT_FALSE(suspects.any());
    suspects.starts(1, delivery_at(3));
  }
  EXPECT_TRUE(Suspects(file_, 2).any());
}

TEST_F(SuspectsFile, WithoutAFolderSaysSoAndWorksInMemory) {
  Suspects suspects((folder_ / "absent/suspects").string(), 1);
  EXPECT_THAT(suspects.trouble(), testing::HasSubstr("absent/suspects"));
  suspects.starts(0, delivery_at(1));
  EXPECT_EQ(suspects.longest()->delivery, delivery_text(delivery_at(1)));
}

TEST_F(SuspectsFile, KeepsTheHeaviestWhenItIsFull) {
  for (int run = 0; run < 3; ++run) {
    Suspects suspects(file_, 1);
    suspects.starts(0, delivery_at(1));
  }
  for (int other = 0; other < static_cast<int>(Suspects::kMaxEntries) + 10; ++other) {
    Suspects suspects(file_, 1);
    suspects.starts(0, delivery_at(1000 + other));
  }
  const Suspects suspects(file_, 1);
  EXPECT_EQ(suspects.suspected().size(), Suspects::kMaxEntries);
  EXPECT_THAT(suspects.suspected().front(), delivery_text(delivery_at(1)));
}

// A process that works on three articles; the one that says so brings it down.
void work_through(const std::string& file, const std::string& how) {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  Suspects suspects(file, 2);
  Suspects::charge_crashes();
  Workers workers(2, test::memory_chain([](Article& article, Scratch&) -> Status {
                    const std::string_view value = article.message.value.value_or("");
                    if (value == "abort") std::abort();
                    if (value == "trap") __builtin_trap();
                    if (value == "kill") ::kill(::getpid(), SIGKILL);
                    return ok;
                  }),
                  suspects);
  Ring ring(1 << 20, workers);
  const InputDefaults defaults;
  int crashed = 0;
  for (const std::string& value : {std::string("before"), how, std::string("behind")}) {
    auto batch = std::make_unique<Batch>();
    Message message;
    message.topic = "raw";
    message.value = value;
    message.defaults = &defaults;
    batch->add(message);
    ring.push(std::move(batch), {});
  }
  while (!ring.empty()) {
    ring.wait(10s);
    const auto held = ring.pop();
    if (!held) continue;
    const auto& error = held->batch().items().front().error;
    if (error && error->code == Code::crashed) ++crashed;
  }
  std::_Exit(crashed == 1 ? 3 : 4);
}

TEST_F(SuspectsFileOfDeaths, SetsAnArticleAsideAfterItsSecondCrash) {
  EXPECT_EXIT(work_through(shared_, "abort"), testing::KilledBySignal(SIGABRT), "");
  EXPECT_EXIT(work_through(shared_, "abort"), testing::KilledBySignal(SIGABRT), "");
  EXPECT_EXIT(work_through(shared_, "abort"), testing::ExitedWithCode(3), "");
}

#ifndef NEWSMILL_SANITIZED  // a sanitizer reports the trap in its own way
TEST_F(SuspectsFileOfDeaths, LetsASignalTakeItsCourse) {
  EXPECT_EXIT(work_through(shared_, "trap"), testing::KilledBySignal(SIGILL), "");
  EXPECT_EXIT(work_through(shared_, "trap"), testing::KilledBySignal(SIGILL), "");
  EXPECT_EXIT(work_through(shared_, "trap"), testing::ExitedWithCode(3), "");
}
#endif

TEST_F(SuspectsFileOfDeaths, NeedsFourKillsForWhatTwoCrashesDo) {
  for (int kill = 0; kill < 4; ++kill) EXPECT_EXIT(work_through(shared_, "kill"), testing::KilledBySignal(SIGKILL), "");
  EXPECT_EXIT(work_through(shared_, "kill"), testing::ExitedWithCode(3), "");
}

}  // namespace
}  // namespace newsmill::consumer
