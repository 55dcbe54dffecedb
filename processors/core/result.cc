#include "processors/core/result.h"

namespace newsmill {

// A switch without default, so that the compiler names a code that has no name yet.
std::string_view code_name(Code code) {
  switch (code) {
    case Code::empty: return "empty";
    case Code::malformed_json: return "malformed-json";
    case Code::unknown_format: return "unknown-format";
    case Code::too_large: return "too-large";
    case Code::too_deep: return "too-deep";
    case Code::bad_compression: return "bad-compression";
    case Code::encoding_damaged: return "encoding-damaged";
    case Code::no_content: return "no-content";
    case Code::wrong_type: return "wrong-type";
    case Code::budget: return "budget";
    case Code::output_too_large: return "output-too-large";
    case Code::crashed: return "crashed";
    case Code::internal: return "internal";
  }
  return {};
}

}  // namespace newsmill
