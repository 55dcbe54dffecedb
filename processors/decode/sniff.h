#pragma once
#include <string_view>

#include "processors/core/format.h"
#include "processors/core/result.h"

namespace newsmill::decode {

/// The format of a text that nobody named: `{` begins plain JSON, everything else is text, but for
/// what is known to be neither: HTML, XML, and JSON that is no object.
/// Errors: unknown_format, with what was found instead.
Result<Format> sniff(std::string_view text);

}  // namespace newsmill::decode
