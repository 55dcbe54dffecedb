#include "consumer/transaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace newsmill::consumer {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// Runs what the test says instead of a chain.
class FunctionPool final : public Pool {
 public:
  explicit FunctionPool(std::function<void(Batch&)> function) : function_(std::move(function)) {}
  void submit(Work& work) override {
    function_(work.batch());
    work.done({});
  }

 private:
  std::function<void(Batch&)> function_;
};

/// `count` articles in one batch, seen by `step` with their number, as a transaction that is over.
Results results_of(std::size_t count, const std::function<void(std::size_t, Batch::Item&)>& step) {
  const InputDefaults defaults;
  FunctionPool pool([&](Batch& batch) {
    std::size_t number = 0;
    for (Batch::Item& item : batch.items()) step(number++, item);
  });
  Ring ring(1u << 20, pool);
  auto batch = std::make_unique<Batch>();
  for (std::size_t i = 0; i < count; ++i)
    batch->add({"raw", 0, static_cast<std::int64_t>(i), -1, {}, "x", {}, &defaults});
  ring.push(std::move(batch), Ring::Clock::now());
  Transaction::Decided decided;
  decided.push_back(ring.pop());
  const Plan plan;
  Transaction transaction(decided, 1, plan);
  transaction.produced();
  return transaction.results();
}

std::map<std::string, std::uint64_t> by_id(const std::vector<Results::Topic>& topics) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [id, count] : topics) EXPECT_TRUE(counts.emplace(id, count).second) << id << " stands twice";
  return counts;
}

TEST(Transaction, CountsTheRelationsOfItsRecords) {
  const Results results = results_of(5, [](std::size_t number, Batch::Item& item) {
    if (number == 4) return;  // dedup is disabled, or was when it was worked on
    item.article.verdict.emplace();
    item.article.verdict->relation = number == 0 ? Relation::original : number == 3 ? Relation::unchecked : Relation::near;
  });
  EXPECT_EQ(results.records, 5u);
  std::array<std::uint64_t, Results::kRelations> expected{};
  expected[static_cast<std::size_t>(Relation::original)] = 1;
  expected[static_cast<std::size_t>(Relation::near)] = 2;
  expected[static_cast<std::size_t>(Relation::unchecked)] = 1;
  EXPECT_EQ(results.relations, expected);
}

TEST(Transaction, CountsAnEntityOncePerRecordByTypeAndWhetherItIsLinked) {
  const Results results = results_of(2, [](std::size_t number, Batch::Item& item) {
    static const Mention mentions[3] = {};
    Entity entity;
    entity.type = EntityType::ORG;
    entity.id = "wd:Q1065";
    entity.mentions = mentions;  // three of them, one entity
    item.article.entities.push_back(entity);
    entity.id = {};
    if (number == 1) item.article.entities.push_back(entity);
    entity.type = EntityType::PRODUCT;
    item.article.entities.push_back(entity);
  });
  EXPECT_EQ(results.entities[static_cast<std::size_t>(EntityType::ORG)], (std::array<std::uint64_t, 2>{1, 2}));
  EXPECT_EQ(results.entities[static_cast<std::size_t>(EntityType::PRODUCT)], (std::array<std::uint64_t, 2>{2, 0}));
  EXPECT_EQ(results.entities[static_cast<std::size_t>(EntityType::PER)], (std::array<std::uint64_t, 2>{0, 0}));
}

TEST(Transaction, CountsEveryTopicOfARecordAndTheRecordsWithoutOne) {
  const Results results = results_of(4, [](std::size_t number, Batch::Item& item) {
    const auto add = [&](std::string_view id) { item.article.topics.emplace_back().id = id; };
    if (number != 3) add("ports");
    if (number == 1) add("strikes");
    if (number == 2) add("energy");
  });
  EXPECT_THAT(by_id(results.topics), ElementsAre(Pair("energy", 1), Pair("ports", 3), Pair("strikes", 1)));
  EXPECT_EQ(results.without_topic, 1u);
}

TEST(Transaction, WhatBecameADeadLetterHasNoRelationEntityOrTopic) {
  const Results results = results_of(2, [](std::size_t number, Batch::Item& item) {
    item.article.verdict.emplace();
    item.article.entities.emplace_back();
    item.article.topics.emplace_back().id = "ports";
    if (number == 0) item.error = Error{Code::output_too_large, {}, {}, {}};
  });
  EXPECT_EQ(results.dead_letters, 1u);
  EXPECT_EQ(results.relations[static_cast<std::size_t>(Relation::original)], 1u);
  EXPECT_EQ(results.entities[static_cast<std::size_t>(EntityType::PER)][0], 1u);
  EXPECT_THAT(by_id(results.topics), ElementsAre(Pair("ports", 1)));
  EXPECT_EQ(results.without_topic, 0u);
}

}  // namespace
}  // namespace newsmill::consumer
