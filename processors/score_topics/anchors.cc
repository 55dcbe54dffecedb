#include "processors/score_topics/anchors.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "processors/score_topics/query_program.h"
#include "processors/score_topics/query_words.h"

namespace newsmill::score_topics {
namespace {

class Finder {
 public:
  Finder(const QuerySet::Program& program, std::uint32_t query) : program_(program) {
    for (TermId term = 0; term < program.terms; ++term)
      for (std::uint32_t i = program.posting_begin[term]; i < program.posting_begin[term + 1]; ++i)
        if (program.postings[i].query == query) filed_.insert(term);
  }

  std::vector<std::string> words(std::uint32_t root) {
    std::vector<std::uint32_t> waiting{root};
    while (!waiting.empty()) {
      const Op& op = program_.ops[waiting.back()];
      waiting.pop_back();
      const std::string_view clause =
          std::string_view(program_.queries[op.query].text).substr(op.begin, op.end - op.begin);
      switch (op.kind) {
        case Query::Kind::word: case Query::Kind::phrase: case Query::Kind::sloppy: words_of(op, clause); break;
        case Query::Kind::meta:
          if (filed_.contains(op.first)) found_.emplace(clause);
          break;
        case Query::Kind::longer: case Query::Kind::shorter: break;
        default:
          for (std::uint32_t i = 0; i < op.count; ++i) waiting.push_back(program_.kids[op.first + i]);
      }
    }
    return {found_.begin(), found_.end()};
  }

 private:
  void words_of(const Op& op, std::string_view clause) {
    const CutWords cut = cut_words(clause);
    for (std::uint32_t i = 0; i < op.count; ++i)
      if (filed_.contains(program_.uses[op.first + i].term))
        found_.emplace(i < cut.terms.size() ? cut.terms[i].text : std::string(clause));
  }

  const QuerySet::Program& program_;
  std::set<TermId> filed_;
  std::set<std::string, std::less<>> found_;
};

}  // namespace

Anchors anchors_of(const QuerySet& set, QueryId id) {
  if (set.always(id)) return {true, {}};
  const QuerySet::Program& program = set.program();
  const auto query = static_cast<std::uint32_t>(id);
  return {false, Finder(program, query).words(program.queries[query].root)};
}

}  // namespace newsmill::score_topics
