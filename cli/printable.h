#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace newsmill::cli {

/// Any bytes for a terminal: well-formed UTF-8 as it is, everything else and every control character
/// but line feed and tab as \xHH, so that a hostile article cannot move the cursor.
std::string printable(std::string_view bytes);

/// Any bytes as one member of a JSON object: `"name": "text"` when they are well-formed UTF-8, else
/// `"name_base64": "…"`.
std::string bytes_as_json(std::string_view name, std::string_view bytes);

/// Unix milliseconds as RFC 3339 has them; `unknown` for what is before 1970 or after its last year, 9999.
std::string time_text(std::int64_t ms, std::string_view unknown = "-");

/// Columns that `text` takes on a terminal: wide for Han, Kana and Hangul, none for marks.
std::size_t columns(std::string_view text);

/// `text` cut and padded to exactly `width` columns, "…" where it was cut.
std::string cell(std::string_view text, std::size_t width);

}  // namespace newsmill::cli
