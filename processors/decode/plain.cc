#include "processors/decode/plain.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "processors/decode/markup.h"

namespace newsmill::decode {
namespace {

constexpr CoercionRow kCoercions[] = {
    {"text", "a string", "itself; `\"None\"`, `\"null\"`, white space alone and null count as absent"},
    {"identifier", "a string or a number", "the string without white space around it; a number as it is written"},
    {"link", "a string", "the string without white space around it"},
    {"instant", "a string, a number, or `{\"$date\": …}` around one of them or around `{\"$numberLong\": \"…\"}`",
     "the string; a number counts seconds or milliseconds since 1970, told apart by size"},
    {"names", "a string, an object with `name`, or a list of these", "the list of the names in their order"},
    {"status", "`usable`, `withheld`, `canceled` or `cancelled`, in any case", "the status; absent is `usable`"},
    {"urgency", "a whole number from 1 to 9, or the same as a string", "the number"},
};

constexpr FieldRow kFields[] = {
    {"id", Coercion::identifier, true, "The provider's own id of the article, the same for all its versions.",
     &Given::id},
    {"feed", Coercion::identifier, true, "The feed or channel that it came through.", &Given::feed},
    {"url", Coercion::link, true, "Where the article was found.", &Given::url},
    {"canonical_url", Coercion::link, true, "Where the publisher says that it belongs.", &Given::canonical_url},
    {"source", Coercion::identifier, true, "The publisher, by domain or name.", &Given::source},
    {"title", Coercion::text, false, "The headline.", &Given::title},
    {"subtitle", Coercion::text, false, "A second headline.", &Given::subtitle},
    {"summary", Coercion::text, false, "An abstract or standfirst.", &Given::summary},
    {"author", Coercion::names, false, "Who wrote it."},
    {"published_at", Coercion::instant, false, "When it was first published.", &Given::published_at},
    {"updated_at", Coercion::instant, false, "When it was last changed.", &Given::updated_at},
    {"received_at", Coercion::instant, false, "When it was collected.", &Given::received_at},
    {"language", Coercion::text, false, "The language that the provider declares.", &Given::language},
    {"body", Coercion::text, false, "The text, paragraphs separated by line breaks.", &Given::body},
    {"html", Coercion::text, false, "The text as HTML; this version reads only `body`.", &Given::html},
    {"version", Coercion::identifier, false, "The provider's number of this version.", &Given::version},
    {"status", Coercion::status, false, "Whether it may be used; `canceled` is a kill."},
    {"embargoed_until", Coercion::instant, false, "Not to be published before.", &Given::embargoed_until},
    {"urgency", Coercion::urgency, false, "1 (most urgent) to 9."},
    {"subjects", Coercion::names, false, "Sections, categories, keywords."},
    {"image", Coercion::link, false, "Address of a picture.", &Given::image},
    {"rights", Coercion::text, false, "Copyright notice.", &Given::rights},
    {"terms", Coercion::text, false, "Terms of use.", &Given::terms},
};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// What programs write where they mean nothing.
bool is_absent(std::string_view text) {
  const std::string_view core = trimmed(text);
  return core.empty() || core == "None" || core == "null";
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return result;
}

/// The whole part of a JSON number, whatever its notation; nullopt beyond 2^53.
std::optional<std::int64_t> whole(std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc{} || end != number.data() + number.size() || !(std::fabs(value) < 9007199254740992.0))
    return std::nullopt;
  return static_cast<std::int64_t>(value);
}

/// Each reader puts what it understands into `to` and returns false when it has no coercion.
bool read_text_field(const JsonValue& value, std::string_view& to) {
  if (value.kind != JsonValue::Kind::string) return false;
  if (!is_absent(value.text)) to = value.text;
  return true;
}

bool read_link(const JsonValue& value, std::string_view& to) {
  if (!read_text_field(value, to)) return false;
  to = trimmed(to);
  return true;
}

bool read_identifier(const JsonValue& value, std::string_view& to) {
  if (value.kind != JsonValue::Kind::number) return read_link(value, to);
  to = value.text;
  return true;
}

bool read_instant(const JsonValue& value, Arena& arena, std::string_view& to) {
  if (value.kind == JsonValue::Kind::string) return read_text_field(value, to);
  if (value.kind == JsonValue::Kind::number) {
    const auto number = whole(value.text);
    if (number) to = keep(std::to_string(*number), arena);
    return number.has_value();
  }
  if (value.kind != JsonValue::Kind::object) return false;
  // MongoDB Extended JSON v2: relaxed {"$date": "…"} and canonical {"$date": {"$numberLong": "…"}}.
  const JsonValue* date = find(value, "$date");
  if (!date) return false;
  if (date->kind != JsonValue::Kind::object) return read_instant(*date, arena, to);
  const JsonValue* number = find(*date, "$numberLong");
  return number && read_text_field(*number, to);
}

bool read_name(const JsonValue& value, std::pmr::vector<std::string_view>& to) {
  const JsonValue* name = value.kind == JsonValue::Kind::object ? find(value, "name") : &value;
  std::string_view text;
  if (!name || !read_text_field(*name, text)) return false;
  text = trimmed(text);
  if (!text.empty()) to.push_back(text);
  return true;
}

bool read_names(const JsonValue& value, std::pmr::vector<std::string_view>& to) {
  if (value.kind != JsonValue::Kind::array) return read_name(value, to);
  bool all = true;
  for (const JsonValue* item = value.first; item; item = item->next)
    if (item->kind != JsonValue::Kind::null) all &= read_name(*item, to);
  return all;
}

bool read_status(const JsonValue& value, PubStatus& to) {
  std::string_view text;
  if (!read_text_field(value, text)) return false;
  if (text.empty()) return true;
  const std::string name = lower(trimmed(text));
  if (name == "usable") to = PubStatus::usable;
  else if (name == "withheld") to = PubStatus::withheld;
  else if (name == "canceled" || name == "cancelled") to = PubStatus::canceled;
  else return false;
  return true;
}

bool read_urgency(const JsonValue& value, std::uint8_t& to) {
  if (value.kind != JsonValue::Kind::number && value.kind != JsonValue::Kind::string) return false;
  if (value.kind == JsonValue::Kind::string && is_absent(value.text)) return true;
  const std::string_view text = trimmed(value.text);
  if (text.size() != 1 || text[0] < '1' || text[0] > '9') return false;
  to = static_cast<std::uint8_t>(text[0] - '0');
  return true;
}

bool read_field(const FieldRow& row, const JsonValue& value, Arena& arena, Given& given) {
  switch (row.coercion) {
    case Coercion::text: return read_text_field(value, given.*row.text);
    case Coercion::identifier: return read_identifier(value, given.*row.text);
    case Coercion::link: return read_link(value, given.*row.text);
    case Coercion::instant: return read_instant(value, arena, given.*row.text);
    case Coercion::names: return read_names(value, row.name == "author" ? given.authors : given.subjects);
    case Coercion::status: return read_status(value, given.status);
    case Coercion::urgency: return read_urgency(value, given.urgency);
  }
  return false;
}

const FieldRow* row_of(std::string_view name) {
  for (const FieldRow& row : kFields)
    if (row.name == name) return &row;
  return nullptr;
}

}  // namespace

std::span<const CoercionRow> coercion_table() { return kCoercions; }
std::span<const FieldRow> field_table() { return kFields; }

Status read_plain(const JsonValue& root, Arena& arena, Given& given, std::size_t& dropped) {
  if (root.kind != JsonValue::Kind::object)
    return Error{Code::unknown_format, std::string(kind_name(root.kind)), "an object, one article a message", "$"};
  for (const JsonValue* value = root.first; value; value = value->next) {
    const FieldRow* row = row_of(value->key);
    if (!row) {
      ++given.unknown_fields;
      continue;
    }
    if (value->kind == JsonValue::Kind::null || read_field(*row, *value, arena, given)) continue;
    if (row->identity)
      return Error{Code::wrong_type, std::string(kind_name(value->kind)),
                   std::string(kCoercions[static_cast<std::size_t>(row->coercion)].accepts),
                   "$." + std::string(row->name)};
    ++dropped;
  }
  given.body_is_html = is_html(given.body);
  return ok;
}

}  // namespace newsmill::decode
