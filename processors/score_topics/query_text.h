#pragma once
#include <string>

#include "processors/score_topics/query.h"

namespace newsmill::score_topics {

/// The query in normal form: in the dialect strict, every operator written out, groups in brackets only
/// where they are needed, one line, no comments. Reading it as strict gives a query that matches the same
/// articles with the same intervals; it is its own normal form.
/// Of lucene, moves become "a b"~nm (strict reads the m as moves).
std::string normal_form(const Query& query);

}  // namespace newsmill::score_topics
