#include "processors/decode/text.h"

#include "processors/decode/markup.h"

namespace newsmill::decode {

void read_text(std::string_view text, Given& given) {
  given.body = text;
  given.body_is_html = is_html(text);
}

}  // namespace newsmill::decode
