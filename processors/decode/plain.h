#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "processors/core/article.h"
#include "processors/core/result.h"
#include "processors/decode/json.h"

namespace newsmill::decode {

/// How a JSON value becomes what a field holds.
enum class Coercion : std::uint8_t { text, identifier, link, instant, names, status, urgency };

/// One row per Coercion, indexed by it; docs/record.md is compared to it.
struct CoercionRow {
  std::string_view name, accepts, becomes;
};
std::span<const CoercionRow> coercion_table();

/// One row per field of the plain input.
struct FieldRow {
  std::string_view name;  ///< the key
  Coercion coercion;
  /// The article id depends on it, so a value without coercion fails the article instead of being
  /// left out: without the field the article would get another id.
  bool identity;
  std::string_view meaning;
  std::string_view Given::*text = nullptr;  ///< what it fills; null for names, status and urgency
};
std::span<const FieldRow> field_table();

/// Fills `given` from a plain JSON article. Unknown fields are counted and ignored.
/// `dropped` receives the number of fields that had no coercion.
/// Errors: unknown_format (not an object), wrong_type.
Status read_plain(const JsonValue& root, Arena& arena, Given& given, std::size_t& dropped);

}  // namespace newsmill::decode
