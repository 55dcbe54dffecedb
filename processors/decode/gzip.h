#pragma once
#include <cstddef>
#include <string_view>

#include "processors/core/processor.h"
#include "processors/core/result.h"

namespace newsmill::decode {

/// True when `bytes` begins as a gzip member does (RFC 1952 section 2.3.1).
bool is_gzip(std::string_view bytes);

/// The bytes that a gzip stream of one or more members holds, in the arena. Never makes more than
/// `max_bytes` of them, nor more than kMaxRatio times what it has read: text shrinks three- to
/// tenfold, and what shrinks a hundredfold is made to fill memory.
/// Errors: bad_compression (damaged, cut, bytes behind the end, over a cap), budget.
inline constexpr std::size_t kMaxRatio = 100;
Result<std::string_view> gunzip(std::string_view bytes, std::size_t max_bytes, Scratch& scratch);

}  // namespace newsmill::decode
