#pragma once
#include <cstddef>
#include <string_view>

#include "config/document.h"

namespace newsmill::config {

/// Where byte `byte` of the text of `scalar` stands in its file, so that whoever reads a language inside
/// a value (a query, a pattern) can point into it, whatever way the value is written: plain, in quotes
/// with escapes, folded, or as a block. A byte of white space is placed behind the word before it,
/// one behind the end at the end. O(bytes before it).
///
/// The text and the source are walked side by side and must agree in everything but white space; the
/// start of the scalar is returned where they do not (a scalar made by ${…}, or by hand).
Node place_in(const Document& document, const Node& scalar, std::size_t byte);

}  // namespace newsmill::config
