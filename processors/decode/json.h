#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "processors/core/processor.h"
#include "processors/core/result.h"

namespace newsmill::decode {

/// One value of a JSON document. Everything lives in the arena of the batch.
struct JsonValue {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  std::string_view key;   ///< its name in the object around it; else empty
  std::string_view text;  ///< a string decoded, a number as written; well-formed UTF-8 without NUL
  const JsonValue* first = nullptr;  ///< of an array or object: the first of its values
  const JsonValue* next = nullptr;   ///< the next value of the array or object around it
  std::uint32_t size = 0;            ///< of an array or object, after duplicate keys are taken out
  Kind kind = Kind::null;
  bool truth = false;  ///< of a boolean
};

/// The value of `key` in an object, null when there is none. O(size).
const JsonValue* find(const JsonValue& object, std::string_view key);

/// "an object", "a string", … : for messages.
std::string_view kind_name(JsonValue::Kind kind);

struct JsonDocument {
  const JsonValue* root = nullptr;
  bool duplicate_keys = false;  ///< some object named a key twice; the first one was kept
  std::size_t damaged = 0;      ///< lone surrogates and NULs that became U+FFFD
};

inline constexpr std::size_t kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxJsonValues = 100'000;

/// Reads one JSON text (RFC 8259), strictly, without recursion, within the two caps. When that
/// fails it is tried once more with what producers are known to get wrong mended: raw control
/// characters inside strings, lone surrogates, byte order marks and controls between values.
///   cost    one pass, O(bytes); objects of more than 32 keys O(keys · log keys)
///   memory  a copy of the text and 64 bytes a value, in the arena
/// Requires well-formed UTF-8 without NUL.
/// Errors: malformed_json, too_deep, too_large (values), budget.
Result<JsonDocument> read_json(std::string_view text, Scratch& scratch);

}  // namespace newsmill::decode
