#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "processors/core/article.h"
#include "processors/tag_entities/gazetteer.h"
#include "processors/tag_entities/words.h"

namespace newsmill::tag_entities {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

/// What capitals say in a sentence.
enum class Casing : std::uint8_t {
  normal,
  titled,   ///< nearly every word has one: a headline in title case, a list
  shouted,  ///< everything is in capitals
};

/// A run of tokens [first, last) that a known name is written like.
struct Occurrence {
  std::uint32_t first = 0, last = 0;
  std::uint32_t name = kNone;     ///< in Reading::names
  std::uint32_t inside = kNone;   ///< the longer occurrence that it is a part of
  Casing casing = Casing::normal;
  bool blocked = false;           ///< part of a longer name that nobody knows: Paris in "Paris Hilton"
};

/// What stands around the occurrences of a name, counted.
struct Surroundings {
  std::uint32_t occurrences = 0;     ///< not inside a longer one
  std::uint32_t inner = 0;           ///< inside one
  std::uint32_t counted = 0;         ///< of these, where capitals say something and no longer name is likely
  std::uint32_t blocked = 0, starts = 0;
  std::uint32_t titles = 0, honorifics = 0, speaking = 0, places = 0, companies = 0, ages = 0;
  std::uint32_t in_headline = 0;
};

/// Why a name was not linked, or how.
enum class Outcome : std::uint8_t {
  undecided,
  linked,       ///< one candidate is likely enough
  named,        ///< it is a name, but whose is not sure enough
  watched,      ///< on the watchlist
  forbidden,    ///< on the watchlist as never to be reported, or its words are not in the article
  part,         ///< every occurrence is a part of a longer name
  unlikely,     ///< more likely an ordinary word, or somebody unknown
  coreference,  ///< a shorter way to write a name of this article
};
std::string_view outcome_name(Outcome outcome);

/// One thing that a name may mean in this article, with what speaks for it. In units of log odds.
struct Option {
  std::uint32_t entity = 0;
  std::uint16_t flags = 0;
  EntityType type = EntityType::PER;
  float prior = 0;        ///< of the gazetteer, as it counts here: fame and share
  float triggers = 0;     ///< words beside it
  float coherence = 0;    ///< with what is sure
  float publisher = 0;    ///< of the country of the publisher
  float probability = 0;  ///< [0,1], after deciding
  float score() const { return prior + triggers + coherence + publisher; }
};

/// All occurrences of one way of writing a name, decided together: one sense per article.
struct Name {
  std::span<const Candidate> candidates;
  bool watched = false;            ///< candidates are aliases of the watchlist
  std::uint32_t watch_entry = kNone;
  std::uint32_t tokens = 0;
  std::uint32_t first = kNone;     ///< its first occurrence
  Surroundings around;
  std::uint32_t options_begin = 0, options_end = 0;
  float nil = 0;                   ///< log odds that it is none of them
  float nil_probability = 0;
  std::uint32_t best = kNone;      ///< in Reading::options
  Outcome outcome = Outcome::undecided;
  EntityType type = EntityType::PER;  ///< when named
  float confidence = 0;
};

/// A stretch of text that some entity of the article is mentioned by.
struct Found {
  std::uint32_t first = 0, last = 0;  ///< tokens
  std::uint32_t group = 0;            ///< in Reading::groups
  EntityMethod method = EntityMethod::gazetteer;
};

/// One entity of the article before it is written down.
struct Group {
  /// What it rests on: an entity of the gazetteer, one of the watchlist, a name whose bearer is not
  /// sure, or words that make a name of what stands behind them.
  enum class From : std::uint8_t { gazetteer, watchlist, unlinked, pattern } from = From::gazetteer;
  std::uint32_t key = 0;  ///< entity of the gazetteer, entry of the watchlist, name, or token
  std::uint32_t first = 0, last = 0;  ///< tokens of its longest mention
  EntityType type = EntityType::PER;
  float confidence = 0;
  float echo = 0;         ///< what counts for it without being a mention of its own: demonyms
};

/// One article while it is read: what each part of the step finds, for the next part and for people.
/// Kept from article to article, so that vectors need no new memory. One thread.
struct Reading {
  const Article* article = nullptr;
  std::span<const text::Token> tokens;
  const WordTable* words = nullptr;
  bool english = false;             ///< capitals are used as English uses them
  std::string_view country;         ///< of the publisher, ISO 3166-1; empty = not known

  std::vector<std::uint16_t> kinds;        ///< WordKind of each token
  std::vector<Casing> casings;             ///< of each sentence
  std::vector<std::uint32_t> covered;      ///< of each token: the occurrence that it is in, or kNone
  std::vector<Occurrence> occurrences;     ///< in order of the text
  std::vector<Name> names;
  std::vector<Option> options;
  std::vector<Group> groups;
  std::vector<Found> found;                ///< in order of the text, without overlap
  std::vector<Found> pending;              ///< found while `found` is still asked
  std::vector<std::uint32_t> order, group_of_name;  ///< of gather(): names by group, and back

  std::string_view text(text::Field field) const {
    return field == text::Field::headline ? article->headline : article->body;
  }
  std::string_view surface(std::uint32_t first, std::uint32_t last) const {
    const text::Token& begin = tokens[first];
    return text(begin.field).substr(begin.begin, tokens[last - 1].end - begin.begin);
  }
  /// What stands between a token and the next one; both are of one field.
  std::string_view gap(std::uint32_t token) const {
    const text::Token& here = tokens[token];
    return text(here.field).substr(here.end, tokens[token + 1].begin - here.end);
  }
  /// True when the next token goes on in the same sentence behind nothing but a space or a joiner.
  bool touches(std::uint32_t token) const {
    if (token + 1 >= tokens.size()) return false;
    const text::Token& here = tokens[token];
    const text::Token& next = tokens[token + 1];
    if (here.field != next.field || here.sentence != next.sentence) return false;
    if ((next.flags & text::kJoined) != 0) return true;
    return next.begin - here.end == 1 && text(here.field)[here.end] == ' ';
  }
  Casing casing(std::uint32_t token) const { return casings[tokens[token].sentence]; }
};

}  // namespace newsmill::tag_entities
