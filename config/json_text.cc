#include "config/json_text.h"

#include "config/utf8.h"

#include <fmt/format.h>

namespace newsmill::config {

std::string json_text(std::string_view text) {
  if (const std::size_t bad = ill_formed(text); bad != std::string_view::npos) {
    std::string mended;
    for (std::size_t at = bad; at != std::string_view::npos; at = ill_formed(text)) {
      mended.append(text.substr(0, at)).append("\xEF\xBF\xBD");
      text.remove_prefix(at + 1);
    }
    return json_text(mended.append(text));
  }
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else
          out += c;
    }
  }
  return out + '"';
}

}  // namespace newsmill::config
