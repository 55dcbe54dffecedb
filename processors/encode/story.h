#pragma once
#include <cstddef>
#include <string>

#include "processors/core/article.h"
#include "processors/core/verdict.h"

namespace newsmill::encode {

/// What fill_story() can add to a record and its headers at most: the size checks reserve it, because
/// an article whose fingerprint is in the log must not turn out too large afterwards.
inline constexpr std::size_t kMaxStoryBytes = 360, kMaxStoryHeaderBytes = 88;

/// `monitoring.story` as JSON: id, since, relation, canonical, similarity (four decimals), related.
std::string story_json(const Verdict& verdict);

/// Puts the verdict, which is known only after the whole chain, into the gap that the encoder left
/// (Output::story_at), and sets the headers newsmill-story and newsmill-relation. Once per output that
/// has a gap.
///   cost  moves what stands behind the gap
void fill_story(Output& output, const Verdict& verdict);

}  // namespace newsmill::encode
