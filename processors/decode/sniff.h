#pragma once
#include <string_view>

#include "processors/core/format.h"
#include "processors/core/result.h"

namespace newsmill::decode {

/// The format of a text that nobody named: `{` begins plain JSON, everything else is text, but for
/// what is known to be neither: HTML, XML, and JSON that is no object.
/// Errors: unknown_format, with what was found instead.
Result<Format> sniff(std::string_view text);

/// What a delivered value is when its first bytes say that it is a file of no text format ("a PDF
/// file"); empty = nothing of that kind. Such a value is no article, whatever format it was promised in.
std::string_view file_kind(std::string_view bytes);

}  // namespace newsmill::decode
