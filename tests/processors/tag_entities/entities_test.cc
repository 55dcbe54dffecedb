#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "processors/tag_entities/salience.h"
#include "tests/support/tagging.h"

namespace newsmill::tag_entities {
namespace {

TEST(Entities, AreOfTheTypeAndCountryOfTheGazetteer) {
  test::Tagging tagging;
  ASSERT_TRUE(tagging.read("", "Sergei Lavrov came to China."));
  const Entity* lavrov = tagging.entity_of("Sergei Lavrov");
  ASSERT_NE(lavrov, nullptr);
  EXPECT_EQ(lavrov->name, "Sergey Lavrov");
  EXPECT_EQ(lavrov->type, EntityType::PER);
  EXPECT_EQ(lavrov->subtype, "politician");
  EXPECT_EQ(lavrov->country, "RU");
  EXPECT_EQ(lavrov->ids.wikidata, "Q58217");
  EXPECT_EQ(lavrov->method, EntityMethod::gazetteer);
  EXPECT_GT(lavrov->confidence, 0.5);
}

TEST(Entities, PeopleOfACountryHaveItsCodeAndNoId) {
  test::Tagging tagging;
  ASSERT_TRUE(tagging.read("", "The Chinese and Russian foreign ministers met. Chinese papers wrote so."));
  const Entity* chinese = tagging.entity_of("Chinese");
  ASSERT_NE(chinese, nullptr);
  EXPECT_EQ(chinese->type, EntityType::NORP);
  EXPECT_EQ(chinese->country, "CN");
  EXPECT_EQ(chinese->id, "");
  EXPECT_EQ(chinese->mentions.size(), 2u);
  ASSERT_NE(tagging.entity_of("Russian"), nullptr);
  EXPECT_EQ(tagging.entity_of("Russian")->country, "RU");
}

TEST(Entities, ADemonymCountsForItsCountryInPart) {
  test::Tagging tagging;
  const auto salience_of_china = [&](const char* body) {
    EXPECT_TRUE(tagging.read("", body));
    const Entity* china = tagging.entity_of("China");
    return china == nullptr ? 0 : china->salience;
  };
  const double alone = salience_of_china("Talks in China went on. The other delegates waited. The other papers wrote.");
  const double with_people = salience_of_china("Talks in China went on. The Chinese delegates waited. The Chinese papers wrote.");
  EXPECT_GT(with_people, alone);
}

TEST(Entities, GovernmentsByTheNameOfAPlaceAreMetonyms) {
  test::Tagging tagging;
  ASSERT_TRUE(tagging.read("", "Moscow said on Monday it would answer. The train to Moscow left. The Kremlin waits."));
  const Entity* moscow = tagging.entity_of("Moscow");
  ASSERT_NE(moscow, nullptr);
  ASSERT_EQ(moscow->mentions.size(), 2u);
  EXPECT_TRUE(moscow->mentions[0].metonym);
  EXPECT_FALSE(moscow->mentions[1].metonym);
  ASSERT_NE(tagging.entity_of("Kremlin"), nullptr);
  EXPECT_TRUE(tagging.entity_of("Kremlin")->mentions[0].metonym);
}

TEST(Entities, StandInOrderOfSalienceThenOfTheText) {
  test::Tagging tagging;
  ASSERT_TRUE(tagging.read("Ukraine and Russia agree", "Ukraine and Russia agreed. Ukraine sends grain.\n\nUkraine signed.\n\nTurkey and Germany watched."));
  std::string names;
  double last = 1;
  for (const Entity& entity : tagging.article().entities) {
    names += std::string(entity.name) + " ";
    EXPECT_LE(entity.salience, last);
    last = entity.salience;
  }
  EXPECT_EQ(names, "Ukraine Russia Turkey Germany ");
}

TEST(Entities, NamesWithoutASureBearerGetNoId) {
  // Two persons of one name and nothing to tell them apart by.
  GazetteerBuilder builder;
  for (const char* id : {"wd:Q101", "wd:Q102", "wd:Q103"})
    builder.add_name("Ann Lee", builder.add_entity({.name = "Ann Lee", .type = EntityType::PER, .ids = {id}, .fame = 0.3}));
  std::string error;
  test::Tagging tagging({Gazetteer::from_bytes(builder.build(), error), {}, test::builtin_words()});
  ASSERT_TRUE(tagging.read("", "The runner Ann Lee won. Lee smiled."));
  ASSERT_EQ(tagging.article().entities.size(), 1u);
  EXPECT_EQ(tagging.article().entities[0].id, "");
  EXPECT_EQ(tagging.article().entities[0].ids.wikidata, "");
  EXPECT_EQ(tagging.article().entities[0].name, "Ann Lee");
  EXPECT_EQ(tagging.article().entities[0].type, EntityType::PER);
  EXPECT_EQ(tagging.article().entities[0].mentions.size(), 2u);
}

TEST(Salience, GrowsWithEverythingThatSpeaksForIt) {
  const Standing plain{.in_headline = false, .first = 0.6, .mentions = 1, .echo = 0, .spread = 0.2, .share = 0.1, .speaks = false};
  const auto more = [&](auto change) {
    Standing standing = plain;
    change(standing);
    return salience(standing);
  };
  const double base = salience(plain);
  EXPECT_GT(more([](Standing& s) { s.in_headline = true; }), base);
  EXPECT_GT(more([](Standing& s) { s.first = 0.1; }), base);
  EXPECT_GT(more([](Standing& s) { s.mentions = 4; }), base);
  EXPECT_GT(more([](Standing& s) { s.echo = 1; }), base);
  EXPECT_GT(more([](Standing& s) { s.spread = 0.8; }), base);
  EXPECT_GT(more([](Standing& s) { s.share = 0.5; }), base);
  EXPECT_GT(more([](Standing& s) { s.speaks = true; }), base);
}

TEST(Salience, TheMainActorIsHighAndAnAsideIsLow) {
  EXPECT_GT(salience({.in_headline = true, .first = 0, .mentions = 6, .echo = 0, .spread = 0.6, .share = 0.3, .speaks = true}), 0.8);
  EXPECT_LT(salience({.in_headline = false, .first = 0.8, .mentions = 1, .echo = 0, .spread = 0.1, .share = 0.03, .speaks = false}), 0.2);
}

}  // namespace
}  // namespace newsmill::tag_entities
