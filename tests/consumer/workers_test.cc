#include "consumer/workers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "consumer/ring.h"
#include "consumer/suspects.h"
#include "processors/core/delivery.h"
#include "tests/support/child.h"
#include "tests/support/memory_chain.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;

const InputDefaults kDefaults;

std::unique_ptr<Batch> batch_of(const std::vector<std::string>& values, std::int64_t first = 0) {
  auto batch = std::make_unique<Batch>();
  for (const std::string& value : values) {
    Message message;
    message.topic = "raw";
    message.offset = first++;
    message.value = value;
    message.defaults = &kDefaults;
    batch->add(message);
  }
  return batch;
}

std::unique_ptr<Ring::Held> run(Ring& ring, const std::vector<std::string>& values) {
  ring.push(batch_of(values), {});
  std::unique_ptr<Ring::Held> held;
  while (!(held = ring.pop())) ring.wait(10s);
  return held;
}

TEST(Workers, TakeANewChainBeforeTheirNextBatch) {
  Suspects suspects(3);
  const auto stamp = [](std::string text) {
    return Workers::MakeChain([text] {
      return Workers::Chain{nullptr, test::pipeline_of("stamp", [text](Article& article, Scratch&) -> Status {
                              article.output.value = text;
                              return ok;
                            })};
    });
  };
  Workers workers(3, stamp("old"), suspects);
  Ring ring(1 << 20, workers);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(run(ring, {"x"})->batch().items().front().article.output.value, "old");
  workers.use(stamp("new"));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(run(ring, {"x"})->batch().items().front().article.output.value, "new");
}

TEST(Workers, KeepWhatTheirChainNeedsUntilTheyHaveTheNext) {
  Suspects suspects(1);
  auto knowledge = std::make_shared<int>(7);
  const std::weak_ptr<int> watched = knowledge;
  Workers workers(1, [&] { return Workers::Chain{knowledge, test::memory_pipeline()}; }, suspects);
  Ring ring(1 << 20, workers);
  run(ring, {"x"});
  workers.use(test::memory_chain());
  knowledge.reset();
  EXPECT_FALSE(watched.expired()) << "the worker has not had a batch since";
  run(ring, {"x"});
  EXPECT_TRUE(watched.expired());
}

TEST(Workers, NameTheArticleTheyAreIn) {
  Suspects suspects(1);
  std::string inside;
  Workers workers(1, test::memory_chain([&](Article& article, Scratch&) -> Status {
                    if (const auto longest = suspects.longest()) inside = longest->delivery;
                    EXPECT_EQ(inside, delivery_text(article.delivery));
                    return ok;
                  }),
                  suspects);
  Ring ring(1 << 20, workers);
  run(ring, {"a", "b"});
  EXPECT_THAT(inside, testing::StartsWith("raw:0:1:"));
  EXPECT_FALSE(suspects.longest().has_value());
}

TEST(Workers, WorkOnASuspectedArticleAloneAndFreeItWhenItComesThrough) {
  const test::TemporaryFolder folder;
  const std::string file = folder / "suspects";
  const auto suspect = batch_of({"suspect"}, 100);
  {
    Suspects before(file, 1);
    before.starts(0, suspect->items().front().article.delivery);  // and the process is killed
  }
  Suspects suspects(file, 4);
  ASSERT_TRUE(suspects.any());
  std::atomic<int> inside{0}, most_beside{0};
  Workers workers(4, test::memory_chain([&](Article& article, Scratch&) -> Status {
                    ++inside;
                    for (int i = 0; i < 200; ++i) {
                      if (article.message.value == "suspect") most_beside = std::max(most_beside.load(), inside.load());
                      std::this_thread::yield();
                    }
                    --inside;
                    return ok;
                  }),
                  suspects);
  Ring ring(1 << 30, workers);
  for (int i = 0; i < 20; ++i) {
    ring.push(batch_of({"a", "b", "c"}), {});
    if (i == 10) ring.push(batch_of({"suspect"}, 100), {});
  }
  while (!ring.empty()) {
    ring.wait(10s);
    ring.pop();
  }
  EXPECT_EQ(most_beside, 1);
  EXPECT_FALSE(suspects.any());
}

}  // namespace
}  // namespace newsmill::consumer
