#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace newsmill::score_topics {

/// How a query is read where languages differ; docs/queries.md has the table.
enum class Dialect : std::uint8_t {
  strict,  ///< words side by side are ANDed; "a b"~n = at most n words between them, any order
  lucene,  ///< words side by side are ORed, + and - as in Lucene; "a b"~n = n moves; lower-case operators
};

/// "strict", "lucene": the names in topic files.
std::string_view dialect_name(Dialect dialect);
std::optional<Dialect> dialect_of(std::string_view name);

}  // namespace newsmill::score_topics
