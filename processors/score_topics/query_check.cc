#include "processors/score_topics/query_check.h"

#include <algorithm>

namespace newsmill::score_topics {

using Kind = Query::Kind;

std::optional<std::uint32_t> placeless(const Query& query, std::uint32_t at) {
  const Query::Node& node = query.nodes[at];
  switch (node.kind) {
    case Kind::both: case Kind::negation: case Kind::at_least: case Kind::n_of: case Kind::meta: case Kind::longer:
    case Kind::shorter:
      return at;
    case Kind::zone: case Kind::first: case Kind::cased: case Kind::either:
      for (const std::uint32_t kid : query.kids_of(node))
        if (const auto found = placeless(query, kid)) return found;
      return {};
    default: return {};
  }
}

bool has_places(const Query& query, std::uint32_t node) { return !placeless(query, node); }

std::string_view placeless_name(const Query::Node& node) {
  switch (node.kind) {
    case Kind::both: return "AND";
    case Kind::negation: return "NOT";
    case Kind::at_least: return "ATLEAST";
    case Kind::n_of: return "{n of: …}";
    case Kind::meta: return "a field of metadata";
    case Kind::longer: case Kind::shorter: return "wc";
    default: return "it";
  }
}

Emptiness matches_without_words(const Query& query, std::uint32_t at) {
  const Query::Node& node = query.nodes[at];
  const auto kids = query.kids_of(node);
  switch (node.kind) {
    case Kind::word: return query.terms_of(node)[0].folded == "*" ? Emptiness::all : Emptiness::none;
    case Kind::negation: {
      const Emptiness kid = matches_without_words(query, kids[0]);
      return kid == Emptiness::all ? Emptiness::none : Emptiness::some;
    }
    case Kind::both: {
      Emptiness least = Emptiness::all;
      for (const std::uint32_t kid : kids) least = std::min(least, matches_without_words(query, kid));
      return least;
    }
    case Kind::either: {
      Emptiness most = Emptiness::none;
      for (const std::uint32_t kid : kids) most = std::max(most, matches_without_words(query, kid));
      return most;
    }
    case Kind::n_of: {
      std::size_t some = 0;
      for (const std::uint32_t kid : kids) some += matches_without_words(query, kid) != Emptiness::none;
      return some >= node.n ? Emptiness::some : Emptiness::none;
    }
    case Kind::zone: case Kind::cased: return matches_without_words(query, kids[0]);
    case Kind::longer: case Kind::shorter: return Emptiness::some;
    default: return Emptiness::none;
  }
}

}  // namespace newsmill::score_topics
