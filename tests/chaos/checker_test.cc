#include "tests/chaos/checker.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace newsmill::chaos {
namespace {

const std::map<Place, Fed> kFed{
    {{0, 0}, {Kind::article, "chaos-0", 100, "00"}},
    {{0, 1}, {Kind::article, "chaos-1", 101, "01"}},
    {{1, 0}, {Kind::cut, "chaos-2", 102, "02"}},
};

Seen record(Place place, Place source) {
  const Fed& fed = kFed.at(source);
  return {.place = place, .digest = 7, .source = source, .hash = fed.hash, .id = fed.id, .code = "", .original = 0};
}
Seen dead(Place place, Place source) {
  const Fed& fed = kFed.at(source);
  return {.place = place,
          .digest = 8,
          .source = source,
          .hash = fed.hash,
          .id = fed.id,
          .code = "malformed-json",
          .original = fed.digest};
}
Observer::View whole() { return {{record({0, 0}, {0, 0}), record({0, 2}, {0, 1})}, {dead({1, 0}, {1, 0})}}; }

TEST(Checker, FindsNothingInAWholeStream) { EXPECT_TRUE(check(kFed, whole()).clean()); }

TEST(Checker, FindsWhatIsInNoTopic) {
  Observer::View view = whole();
  view.records.pop_back();
  EXPECT_EQ(check(kFed, view).lost, 1u);
}

TEST(Checker, FindsARepetitionInTheSameAndInTheOtherTopic) {
  Observer::View view = whole();
  view.records.push_back(record({0, 3}, {0, 1}));
  EXPECT_EQ(check(kFed, view).doubled, 1u);
  view.dead_letters.push_back(dead({1, 1}, {0, 1}));
  EXPECT_EQ(check(kFed, view).doubled, 2u);
}

TEST(Checker, FindsALaterOneBeforeAnEarlierOneOfTheSamePartitions) {
  Observer::View view = whole();
  view.records = {record({0, 0}, {0, 1}), record({0, 2}, {0, 0})};
  EXPECT_EQ(check(kFed, view).out_of_order, 1u);
  view.records = {record({0, 0}, {0, 1}), record({1, 2}, {0, 0})};
  EXPECT_EQ(check(kFed, view).out_of_order, 0u) << "order is promised within an output partition";
}

TEST(Checker, FindsWhatWasNeverFed) {
  Observer::View view = whole();
  view.records[0].source = Place{0, 9};
  EXPECT_EQ(check(kFed, view).wrong, 1u);
  view.records[0].source.reset();
  EXPECT_EQ(check(kFed, view).wrong, 1u);
}

TEST(Checker, FindsTheWrongTopicCodeHashIdAndBytes) {
  const auto wrong = [](auto&& change) {
    Observer::View view = whole();
    change(view);
    return check(kFed, view).wrong;
  };
  EXPECT_EQ(wrong([](auto& view) { view.dead_letters.push_back(dead({1, 5}, {0, 1})), view.records.pop_back(); }), 1u);
  EXPECT_EQ(wrong([](auto& view) { view.dead_letters[0].code = "empty"; }), 1u);
  EXPECT_EQ(wrong([](auto& view) { view.records[0].hash = "99"; }), 1u);
  EXPECT_EQ(wrong([](auto& view) { view.records[0].id = "chaos-1"; }), 1u);
  EXPECT_EQ(wrong([](auto& view) { view.dead_letters[0].original = 1; }), 1u);
}

TEST(Checker, FindsThatAShownRecordWentChangedOrWasPreceded) {
  const std::vector<Seen> before = whole().records;
  std::vector<Seen> after = before;
  after.push_back(record({0, 9}, {0, 0}));
  EXPECT_EQ(changed(before, after), 0u) << "more at the end is what a stream does";
  after = before, after[1].digest = 1;
  EXPECT_EQ(changed(before, after), 1u);
  after = before, after.erase(after.begin());
  EXPECT_GE(changed(before, after), 1u);
  after = before, after.push_back(record({0, 1}, {0, 0}));
  EXPECT_EQ(changed(before, after), 1u) << "offset 1 was hidden and must stay so";
}

TEST(Seen, ReadsWhatNewsmillSaysOfItsSource) {
  test::KafkaRecord letter{.partition = 1, .offset = 5, .key = "k", .value = "v"};
  letter.headers = {{"fed-as", "chaos-7"}, {"flag", {}}};
  const std::uint64_t original = digest_of(letter);
  letter.headers.push_back({"newsmill-error-code", "empty"});
  letter.headers.push_back({"newsmill-delivery", "raw:2:15:0123456789abcdef"});
  const Seen seen = seen_of(letter, "raw", true);
  EXPECT_EQ(seen.source, (Place{2, 15}));
  EXPECT_EQ(seen.hash, "0123456789abcdef");
  EXPECT_EQ(seen.code, "empty");
  EXPECT_EQ(seen.id, "chaos-7");
  EXPECT_EQ(seen.original, original);
  EXPECT_FALSE(seen_of(letter, "other", true).source);
}

TEST(Seen, ReadsWhichStoryARecordNames) {
  test::KafkaRecord record{.partition = 1, .offset = 5, .key = "the-article"};
  record.value = R"({"headlines":[{"value":"said \"story\":{no}"}],)"
                 R"("monitoring":{"story":{"id":"s","related":["r"]},"x":1}})";
  record.headers = {{"newsmill-story", "s"}, {"newsmill-relation", "near"}};
  const Seen seen = seen_of(record, "raw", false);
  EXPECT_EQ(seen.article, "the-article");
  EXPECT_EQ(seen.story, "s");
  EXPECT_EQ(seen.relation, "near");
  EXPECT_EQ(seen.story_json, R"({"id":"s","related":["r"]})");
  record.value = R"({"monitoring":{"story":null}})";
  EXPECT_EQ(seen_of(record, "raw", false).story_json, "");
}

}  // namespace
}  // namespace newsmill::chaos
