#include "processors/tag_entities/gazetteer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <random>

#include "processors/tag_entities/gazetteer_builder.h"
#include "processors/tag_entities/gazetteer_layout.h"
#include "processors/text/tokens.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace newsmill::tag_entities {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::shared_ptr<const Gazetteer> opened(std::string bytes) {
  std::string error;
  auto gazetteer = Gazetteer::from_bytes(std::move(bytes), error);
  EXPECT_TRUE(gazetteer) << error;
  return gazetteer;
}

std::string refused(std::string bytes) {
  std::string error;
  EXPECT_FALSE(Gazetteer::from_bytes(std::move(bytes), error));
  return error;
}

std::span<const Candidate> find(const Gazetteer& gazetteer, std::string_view name) {
  std::pmr::vector<text::Token> tokens;
  text::tokenize(name, text::Field::body, 0, tokens);
  Node node = gazetteer.root();
  for (const auto& token : tokens) {
    if (node == gazetteer.root() && !gazetteer.may_start(token.hash)) return {};
    node = gazetteer.step(node, token.hash);
    if (!node.valid()) return {};
  }
  return gazetteer.candidates(node);
}

/// Two countries, a city of one of them and its namesake, and a minister.
std::string small() {
  GazetteerBuilder builder;
  const auto france = builder.add_entity({.name = "France", .type = EntityType::LOC, .subtype = "country",
                                          .country = "FR", .ids = {"wd:Q142", "iso:FR", "cldr:FR"}, .fame = 1});
  const auto us = builder.add_entity({.name = "United States", .type = EntityType::LOC, .subtype = "country",
                                      .country = "US", .ids = {"wd:Q30", "iso:US"}, .fame = 1});
  const auto paris = builder.add_entity({.name = "Paris",
                                         .type = EntityType::LOC,
                                         .subtype = "city",
                                         .country = "FR",
                                         .ids = {"gn:2988507"},
                                         .fame = 0.9});
  const auto texan = builder.add_entity({.name = "Paris",
                                         .type = EntityType::LOC,
                                         .subtype = "city",
                                         .country = "US",
                                         .ids = {"gn:4717560"},
                                         .fame = 0.1});
  const auto nobody = builder.add_entity({.name = "Someone", .type_known = false, .fame = 0});
  builder.add_name("France", france, kPreferred, 1, "cldr,fb15k");
  builder.add_name("フランス", france, kForeign, 1, "cldr");
  builder.add_name("United States", us, kPreferred);
  builder.add_name("US", us, kAcronym | kCaseExact);
  builder.add_name("U.S.", us, kAcronym | kAbbreviated);
  builder.add_name("Paris", texan);
  builder.add_name("Paris", paris, kPreferred);
  builder.add_name("United", nobody, kNeedsContext);
  builder.relate(france, Relation::capital, paris);
  builder.relate(paris, Relation::country, france);
  return builder.build();
}

TEST(Gazetteer, FindsWhatWasPutIn) {
  const auto gazetteer = opened(small());
  EXPECT_EQ(gazetteer->names(), 6u);
  EXPECT_EQ(gazetteer->entities(), 5u);
  EXPECT_EQ(gazetteer->max_tokens(), 4u);  // フランス
  ASSERT_EQ(find(*gazetteer, "france").size(), 1u);
  const EntityView france = gazetteer->entity(find(*gazetteer, "FRANCE")[0].entity);
  EXPECT_EQ(france.id, "wd:Q142");
  EXPECT_EQ(france.ids.wikidata, "Q142");
  EXPECT_EQ(france.ids.iso3166, "FR");
  EXPECT_EQ(france.name, "France");
  EXPECT_EQ(france.type, EntityType::LOC);
  EXPECT_TRUE(france.type_known);
  EXPECT_EQ(france.subtype, "country");
  EXPECT_EQ(france.country, "FR");
  EXPECT_DOUBLE_EQ(france.fame, 1);
  ASSERT_EQ(france.related.size(), 1u);
  EXPECT_EQ(france.related[0].relation(), Relation::capital);
  EXPECT_EQ(gazetteer->entity(france.related[0].entity()).ids.geonames, "2988507");
  EXPECT_EQ(gazetteer->sources(find(*gazetteer, "France")[0]), "cldr, fb15k");
  EXPECT_EQ(find(*gazetteer, "フランス")[0].flags, kForeign);
  EXPECT_THAT(find(*gazetteer, "Frankreich"), IsEmpty());
  EXPECT_THAT(find(*gazetteer, "United States of"), IsEmpty());
}

TEST(Gazetteer, TellsNamesakesByFame) {
  const auto gazetteer = opened(small());
  const auto paris = find(*gazetteer, "Paris");
  ASSERT_EQ(paris.size(), 2u);
  EXPECT_EQ(gazetteer->entity(paris[0].entity).country, "FR");
  EXPECT_GT(paris[0].prior(), 0.95);
  EXPECT_GT(paris[1].prior(), 0);
  EXPECT_NEAR(paris[0].prior() + paris[1].prior(), 1, 1e-4);
}

TEST(Gazetteer, InitialsWithAndWithoutPointsAreOneKey) {
  const auto gazetteer = opened(small());
  const auto us = find(*gazetteer, "U.S.");
  ASSERT_EQ(us.size(), 1u);
  EXPECT_EQ(us.data(), find(*gazetteer, "US").data());
  EXPECT_EQ(us[0].flags, kAcronym | kCaseExact | kAbbreviated);
}

TEST(Gazetteer, AShortNameInsideALongerOneIsThereToo) {
  const auto gazetteer = opened(small());
  ASSERT_EQ(find(*gazetteer, "United").size(), 1u);
  EXPECT_EQ(find(*gazetteer, "United")[0].flags, kNeedsContext);
  EXPECT_FALSE(gazetteer->entity(find(*gazetteer, "United")[0].entity).type_known);
  EXPECT_TRUE(gazetteer->entity(find(*gazetteer, "United")[0].entity).id.empty());
}

TEST(Gazetteer, TheSameCallsGiveTheSameBytes) { EXPECT_EQ(small(), small()); }

TEST(Gazetteer, AnEmptyOneKnowsNothing) {
  const auto gazetteer = opened(GazetteerBuilder().build());
  EXPECT_EQ(gazetteer->names(), 0u);
  EXPECT_THAT(find(*gazetteer, "France"), IsEmpty());
  EXPECT_THAT(gazetteer->candidates(gazetteer->root()), IsEmpty());
}

TEST(Gazetteer, NamesWithoutATokenAreNotTaken) {
  GazetteerBuilder builder;
  const auto entity = builder.add_entity({.name = "x"});
  for (const char* name : {"", " ", "—", "\xff\xfe"}) EXPECT_FALSE(builder.add_name(name, entity)) << name;
  EXPECT_FALSE(builder.add_name("a name of nobody", entity + 1));
  std::string longest;
  for (int i = 0; i < 25; ++i) longest += "word ";
  EXPECT_FALSE(builder.add_name(longest, entity));
  EXPECT_TRUE(builder.add_name(longest.substr(5), entity));
}

TEST(Gazetteer, ManyNamesAreAllFound) {
  GazetteerBuilder builder;
  const auto entity = builder.add_entity({.name = "e", .fame = 0.5});
  std::vector<std::string> names;
  std::mt19937 random(7);
  for (int i = 0; i < 50'000; ++i) {
    std::string name;
    for (unsigned word = 0, words = 1 + random() % 4; word < words; ++word)
      name += "w" + std::to_string(random() % 3000) + ' ';
    EXPECT_TRUE(builder.add_name(name, entity));
    names.push_back(name);
  }
  const auto gazetteer = opened(builder.build());
  for (const auto& name : names) ASSERT_EQ(find(*gazetteer, name).size(), 1u) << name;
}

TEST(GazetteerFile, EveryPrefixOfOneIsRefused) {
  const std::string whole = small();
  for (std::size_t size = 0; size < whole.size(); size += size < 400 ? 1 : 997)
    EXPECT_FALSE(refused(whole.substr(0, size)).empty());
  EXPECT_THAT(refused(whole + "x"), HasSubstr("cut or added to"));
  EXPECT_THAT(refused("name,type\nParis,LOC\n"), HasSubstr("does not begin as a gazetteer"));
}

TEST(GazetteerFile, EveryFlippedByteIsNoticed) {
  const std::string whole = small();
  for (std::size_t at = 0; at < whole.size(); at += at < 400 ? 1 : 1009) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x20);
    EXPECT_FALSE(refused(flipped).empty()) << at;
  }
}

/// The checksum made right again, as whoever means harm would.
std::string signed_again(std::string bytes) {
  constexpr std::size_t kAt = offsetof(layout::Header, checksum);
  const std::uint64_t hash = XXH3_64bits(bytes.data() + kAt + 8, bytes.size() - kAt - 8);
  std::memcpy(bytes.data() + kAt, &hash, 8);
  return bytes;
}

TEST(GazetteerFile, NoFlippedByteUnderARightChecksumDoesHarm) {
  const std::string whole = small();
  std::size_t refusals = 0;
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < whole.size(); ++at)
    if (at < 400 || at >= 400 + 2 * layout::kFilterWords * 8) places.push_back(at);
  for (const std::size_t at : places) {
    for (const int mask : {0x01, 0x80, 0xFF}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ mask);
      std::string error;
      const auto gazetteer = Gazetteer::from_bytes(signed_again(bytes), error);
      if (!gazetteer) {
        EXPECT_FALSE(error.empty());
        ++refusals;
        continue;
      }
      // Whatever it says now, asking is safe.
      for (const char* name : {"France", "US", "United States", "Paris", "United", "フランス"})
        for (const Candidate& candidate : find(*gazetteer, name)) {
          gazetteer->sources(candidate);
          for (const Related& other : gazetteer->entity(candidate.entity).related) gazetteer->entity(other.entity());
        }
    }
  }
  EXPECT_GT(refusals, places.size() / 4);
}

/// Edges as they lie in the file, to be changed.
std::string with_edges(const std::function<void(std::vector<layout::Edge*>)>& change) {
  std::string bytes = small();
  layout::Header header;
  std::memcpy(&header, bytes.data(), sizeof header);
  std::vector<layout::Edge> edges(header.parts[layout::kEdges].bytes / sizeof(layout::Edge));
  char* at = bytes.data() + header.parts[layout::kEdges].offset;
  std::memcpy(edges.data(), at, header.parts[layout::kEdges].bytes);
  std::vector<layout::Edge*> used;
  for (auto& edge : edges)
    if (edge.child != layout::kNone) used.push_back(&edge);
  change(used);
  std::memcpy(at, edges.data(), header.parts[layout::kEdges].bytes);
  return signed_again(bytes);
}

TEST(GazetteerFile, CyclesAreRefused) {
  EXPECT_THAT(refused(with_edges([](auto edges) { edges[0]->child = edges[1]->child; })), HasSubstr("a cycle"));
  EXPECT_THAT(refused(with_edges([](auto edges) { edges[0]->child = 6 | layout::kInner; })), HasSubstr("a cycle"));
  EXPECT_THAT(refused(with_edges([](auto edges) { edges[0]->child = 5000; })), HasSubstr("leads nowhere"));
  EXPECT_THAT(refused(with_edges([](auto edges) { edges[0]->parent = 5000; })), HasSubstr("leads nowhere"));
}

}  // namespace
}  // namespace newsmill::tag_entities
