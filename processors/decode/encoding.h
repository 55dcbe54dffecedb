#pragma once
#include <cstddef>
#include <string_view>

#include "processors/core/arena.h"

namespace newsmill::decode {

/// Bytes read as text.
struct Decoded {
  std::string_view text;    ///< well-formed UTF-8 without BOM and NUL: the bytes themselves or in the arena
  std::size_t damaged = 0;  ///< number of U+FFFD put in
  bool guessed = false;     ///< read as windows-1252 because it looks like it
};

/// In this order: a byte order mark decides (UTF-8, UTF-16, UTF-32); well-formed UTF-8 is UTF-8;
/// what looks like single-byte text is windows-1252 (WHATWG Encoding, which reads ISO-8859-1 so);
/// the rest is damaged UTF-8, and each ill-formed part becomes U+FFFD. NUL becomes U+FFFD too.
/// Never fails. Cost: one pass over clean bytes, at most four over others.
Decoded decode_bytes(std::string_view bytes, Arena& arena);

}  // namespace newsmill::decode
