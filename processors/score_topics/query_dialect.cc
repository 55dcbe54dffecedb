#include "processors/score_topics/query_dialect.h"

namespace newsmill::score_topics {

std::string_view dialect_name(Dialect dialect) {
  switch (dialect) {
    case Dialect::strict: return "strict";
    case Dialect::lucene: return "lucene";
  }
  return {};
}

std::optional<Dialect> dialect_of(std::string_view name) {
  for (const Dialect dialect : {Dialect::strict, Dialect::lucene})
    if (name == dialect_name(dialect)) return dialect;
  return {};
}

}  // namespace newsmill::score_topics
