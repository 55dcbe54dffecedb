#include "cli/clause_tree.h"

#include "processors/score_topics/document.h"
#include "processors/score_topics/query_parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace newsmill::cli {
namespace {

using score_topics::Query;
using score_topics::QueryId;
using Kind = Query::Kind;

/// White space of any length as one space.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) line += c;
    else if (!line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

class Maker {
 public:
  Maker(const score_topics::Topics& topics, std::string_view text, score_topics::Dialect dialect) {
    for (const score_topics::Topic& topic : topics.all())
      if (topic.match)
        builder_.add(score_topics::parse_query(topics.queries()->text(*topic.match), topic.dialect).query, topic.id);
    query_ = score_topics::parse_query(text, dialect).query;
    add(query_.root, 0);
  }

  ClauseTree ask(const Article& article, std::string_view country) {
    score_topics::Evaluator evaluator(builder_.build().set);
    score_topics::Document document;
    document.assign(article, country);
    Budget budget;
    if (!evaluator.match(document, budget)) return {};
    for (std::size_t i = 0; i < tree_.rows.size(); ++i) {
      const auto matches = evaluator.matches(ids_[i], budget);
      if (!matches) break;
      ClauseTree::Row& row = tree_.rows[i];
      row.matches = matches.value();
      if (!row.matches || !leaf_[i]) continue;
      if (!evaluator.hits(ids_[i], kHits, row.hits, budget)) break;
      for (score_topics::Hit& hit : row.hits) hit.clause = {};
    }
    return std::move(tree_);
  }

 private:
  static constexpr std::size_t kHits = 1000, kRows = 500;

  void add(std::uint32_t index, std::size_t depth) {
    if (tree_.rows.size() >= kRows) return;
    const Query::Node node = query_.nodes[index];
    const bool divided =
        node.kind == Kind::both || node.kind == Kind::either || node.kind == Kind::negation || node.kind == Kind::n_of;
    // A list of plain words says nothing by being taken apart.
    const auto kids = query_.kids_of(node);
    const bool plain = node.kind == Kind::either && std::ranges::all_of(kids, [&](std::uint32_t kid) {
      const Kind kind = query_.nodes[kid].kind;
      return kind == Kind::word || kind == Kind::phrase || kind == Kind::meta;
    });
    const std::string_view clause = query_.clause(node);
    ClauseTree::Row row;
    row.depth = depth;
    const bool leaf = !divided || plain;
    row.text = leaf ? one_line(clause)
               : node.kind == Kind::both ? "AND"
               : node.kind == Kind::either ? "OR"
               : node.kind == Kind::negation ? "NOT"
                                             : fmt::format("{} of", node.n);
    tree_.rows.push_back(std::move(row));
    leaf_.push_back(leaf);
    ids_.push_back(builder_.add(part(index)));
    if (leaf) return;
    for (const std::uint32_t kid : kids) add(kid, depth + 1);
  }

  /// The query with another root, which is a query like any other.
  Query part(std::uint32_t index) const {
    Query query = query_;
    query.root = index;
    return query;
  }

  Query query_;
  score_topics::QuerySetBuilder builder_;
  ClauseTree tree_;
  std::vector<bool> leaf_;
  std::vector<QueryId> ids_;
};

}  // namespace

ClauseTree ClauseTree::of(const score_topics::Topics& topics, std::string_view query, score_topics::Dialect dialect,
                          const Article& article, std::string_view country) {
  return Maker(topics, query, dialect).ask(article, country);
}

}  // namespace newsmill::cli
