#include "processors/score_topics/query_set.h"

#include "processors/score_topics/query_program.h"

namespace newsmill::score_topics {

std::size_t QuerySet::Program::bytes() const {
  std::size_t all = sizeof *this;
  const auto of = [](const auto& vector) { return vector.capacity() * sizeof(vector[0]); };
  const auto text = [](const std::string& one) { return one.capacity() > 15 ? one.capacity() + 1 : 0; };
  all += of(queries) + of(ops) + of(kids) + of(uses) + of(exact_words) + of(meta_patterns) + of(posting_begin) +
         of(postings) + of(always) + words.bytes() + values.bytes() + patterns.bytes();
  for (const Stored& query : queries) all += text(query.text);
  for (const std::string& word : exact_words) all += text(word);
  for (const std::string& pattern : meta_patterns) all += text(pattern);
  return all;
}

QuerySet::QuerySet(std::unique_ptr<const Program> program) : program_(std::move(program)) {}
QuerySet::~QuerySet() = default;
std::size_t QuerySet::size() const { return program_->queries.size(); }
std::string_view QuerySet::text(QueryId id) const { return program_->queries[static_cast<std::size_t>(id)].text; }
bool QuerySet::always(QueryId id) const { return program_->queries[static_cast<std::size_t>(id)].always; }
std::size_t QuerySet::always_count() const { return program_->always.size(); }
std::size_t QuerySet::bytes() const { return program_->bytes(); }

}  // namespace newsmill::score_topics
