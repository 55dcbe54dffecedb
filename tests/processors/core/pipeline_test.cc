#include "processors/core/pipeline.h"

#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <stdexcept>
#include <string>

namespace newsmill {
namespace {

class Step final : public Processor {
 public:
  explicit Step(std::function<Status(Article&, Scratch&)> work) : work_(std::move(work)) {}
  Status process(Article& article, Scratch& scratch) override { return work_(article, scratch); }

 private:
  std::function<Status(Article&, Scratch&)> work_;
};

Pipeline::Stage stage(std::string_view name, std::function<Status(Article&, Scratch&)> work) {
  return {name, std::make_unique<Step>(std::move(work))};
}

Pipeline pipeline_of(Pipeline::Stage first, Pipeline::Stage second, std::uint64_t budget = Budget::kUnits) {
  std::vector<Pipeline::Stage> stages;
  stages.push_back(std::move(first));
  stages.push_back(std::move(second));
  return Pipeline(std::move(stages), budget);
}

void fill(Batch& batch, std::initializer_list<std::string_view> values) {
  for (const std::string_view value : values) {
    Message message;
    message.value = value;
    batch.add(message);
  }
}

TEST(Pipeline, AFailureCostsItsOwnArticleOnly) {
  std::string seen;
  Pipeline pipeline = pipeline_of(stage("read",
                                        [](Article& article, Scratch&) -> Status {
                                          article.output.value = "half done";
                                          if (article.message.value == "bad") return Error{Code::empty, "f", "e", "w"};
                                          return ok;
                                        }),
                                  stage("write", [&](Article& article, Scratch&) -> Status {
                                    seen += *article.message.value;
                                    return ok;
                                  }));
  Batch batch;
  fill(batch, {"a", "bad", "b"});
  pipeline.run(batch);
  EXPECT_EQ(seen, "ab");
  const Batch::Item& failed = batch.items()[1];
  ASSERT_TRUE(failed.error.has_value());
  EXPECT_EQ(failed.error->code, Code::empty);
  EXPECT_EQ(failed.stage, "read");
  EXPECT_EQ(failed.article.output.value, "") << "a dead letter has no record";
  ASSERT_EQ(batch.counts.size(), 2u);
  EXPECT_EQ(batch.counts[0].name, "read");
  EXPECT_EQ(batch.counts[0].articles, 3u);
  EXPECT_EQ(batch.counts[0].failed, 1u);
  EXPECT_EQ(batch.counts[1].articles, 2u);
  EXPECT_EQ(batch.counts[1].failed, 0u);
}

TEST(Pipeline, WhatAStepThrowsIsADeadLetterNamedInternal) {
  const auto throws = [](Article& article, Scratch&) -> Status {
    if (article.message.value == "runtime") throw std::runtime_error("a defect");
    if (article.message.value == "memory") throw std::bad_alloc();
    if (article.message.value == "number") throw 7;
    return ok;
  };
  const struct {
    std::string_view value, found;
  } rows[] = {
      {"runtime", "exception: a defect"},
      {"memory", "exception: std::bad_alloc"},
      {"number", "exception: of unknown type"},
  };
  for (const auto& row : rows) {
    Pipeline pipeline =
        pipeline_of(stage("throws", throws), stage("after", [](Article&, Scratch&) -> Status { return ok; }));
    Batch batch;
    fill(batch, {row.value, "good"});
    pipeline.run(batch);
    ASSERT_TRUE(batch.items()[0].error.has_value());
    EXPECT_EQ(batch.items()[0].error->code, Code::internal);
    EXPECT_EQ(batch.items()[0].error->found, row.found);
    EXPECT_EQ(batch.items()[0].stage, "throws");
    EXPECT_FALSE(batch.items()[1].error.has_value());
  }
}

TEST(Pipeline, LeavesAnArticleAloneThatIsSetAsideAlready) {
  int calls = 0;
  Pipeline pipeline = pipeline_of(stage("a", [&](Article&, Scratch&) -> Status { ++calls; return ok; }),
                                  stage("b", [](Article&, Scratch&) -> Status { return ok; }));
  Batch batch;
  fill(batch, {"suspect", "good"});
  batch.items()[0].error = Error{Code::crashed, {}, {}, {}};
  batch.items()[0].stage = "chain";
  pipeline.run(batch);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(batch.items()[0].stage, "chain");
}

TEST(Pipeline, EveryArticleHasItsOwnBudgetForAllStages) {
  const auto spend = [](Article&, Scratch& scratch) -> Status {
    if (!scratch.budget.spend(60)) return Error{Code::budget, {}, {}, {}};
    return ok;
  };
  Batch batch;
  fill(batch, {"a", "b"});
  pipeline_of(stage("one", spend), stage("two", spend), 119).run(batch);
  for (const Batch::Item& item : batch.items()) EXPECT_EQ(item.stage, "two");
  Batch enough;
  fill(enough, {"a", "b"});
  pipeline_of(stage("one", spend), stage("two", spend), 120).run(enough);
  for (const Batch::Item& item : enough.items()) EXPECT_FALSE(item.error.has_value());
}

TEST(Pipeline, TellsTheObserverWhichArticleIsAtWorkAndSumsItsClock) {
  class Watch final : public Observer {
   public:
    std::uint64_t now_ns() override { return clock += 10; }
    void starts(const Delivery& delivery) override { log += "+" + std::to_string(delivery.offset); }
    void ends() override { log += "-"; }
    std::uint64_t clock = 0;
    std::string log;
  };
  Watch watch;
  Pipeline pipeline = pipeline_of(stage("a",
                                        [](Article& article, Scratch&) -> Status {
                                          if (article.message.offset == 2) throw std::runtime_error("a defect");
                                          return ok;
                                        }),
                                  stage("b", [](Article&, Scratch&) -> Status { return ok; }));
  Batch batch;
  for (const std::int64_t offset : {1, 2, 3}) {
    Message message;
    message.value = "x";
    message.offset = offset;
    batch.add(message);
  }
  pipeline.run(batch, &watch);
  EXPECT_EQ(watch.log, "+1-+2-+3-");
  EXPECT_EQ(batch.counts[0].nanoseconds, 30u);
  EXPECT_EQ(batch.counts[1].nanoseconds, 20u);
}

}  // namespace
}  // namespace newsmill
