#include "processors/decode/json.h"

// Strings are looked through 16 bytes at a time. (That form lets raw controls from 0x1A on pass; mend()
// would let them pass too.) A namespace of its own, because RapidJSON's templates mean something else
// with this switch than without, and a program must not hold both by one name.
#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
#define RAPIDJSON_NAMESPACE newsmill_decode_json
#define RAPIDJSON_NAMESPACE_BEGIN namespace newsmill_decode_json {
#define RAPIDJSON_NAMESPACE_END }
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "processors/text/utf8.h"

namespace newsmill::decode {
namespace {

namespace rapidjson = newsmill_decode_json;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
// Up to here comparing all pairs of keys is cheaper than sorting them.
constexpr std::uint32_t kFewKeys = 32;

/// Builds the tree from RapidJSON's events. A method that returns false ends the parse.
class Builder {
 public:
  explicit Builder(Scratch& scratch) : scratch_(scratch) {}

  // RapidJSON's handler interface, whose names are given.
  using Ch = char;
  bool Null() { return add(JsonValue::Kind::null) != nullptr; }
  bool Bool(bool truth) {
    JsonValue* value = add(JsonValue::Kind::boolean);
    if (value) value->truth = truth;
    return value != nullptr;
  }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    JsonValue* value = add(JsonValue::Kind::number);
    if (value) value->text = {text, size};
    return value != nullptr;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    JsonValue* value = add(JsonValue::Kind::string);
    if (value) value->text = cleaned({text, size});
    return value != nullptr;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_ = cleaned({text, size});
    return true;
  }
  bool StartObject() { return open(JsonValue::Kind::object); }
  bool EndObject(rapidjson::SizeType) { return drop_duplicates(*open_[--depth_].container); }
  bool StartArray() { return open(JsonValue::Kind::array); }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  // Never called: numbers come as written.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  const JsonDocument& document() const { return document_; }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  struct Open {
    JsonValue* container = nullptr;
    JsonValue* last = nullptr;
  };

  JsonValue* add(JsonValue::Kind kind) {
    if (++values_ > kMaxJsonValues) {
      failure_ = Error{Code::too_large, "more than " + std::to_string(kMaxJsonValues) + " JSON values",
                       "an article of ordinary size", {}};
      return nullptr;
    }
    auto* value = new (scratch_.arena.allocate(sizeof(JsonValue), alignof(JsonValue))) JsonValue;
    value->kind = kind;
    value->key = key_;
    key_ = {};
    if (depth_ == 0) {
      document_.root = value;
      return value;
    }
    Open& around = open_[depth_ - 1];
    (around.last ? around.last->next : around.container->first) = value;
    around.last = value;
    ++around.container->size;
    return value;
  }

  bool open(JsonValue::Kind kind) {
    if (depth_ == kMaxJsonDepth) {
      failure_ = Error{Code::too_deep, "more than " + std::to_string(kMaxJsonDepth) + " levels of nesting",
                       "at most " + std::to_string(kMaxJsonDepth) + " levels", {}};
      return false;
    }
    JsonValue* value = add(kind);
    if (!value) return false;
    open_[depth_++] = {value, nullptr};
    return true;
  }

  // RapidJSON writes the escape of a lone low surrogate as three bytes that are not UTF-8
  // (ED B0..BF xx) and \u0000 as NUL. Its buffer is ours, so a surrogate is replaced in place.
  std::string_view cleaned(std::string_view text) {
    if (text.find('\0') == std::string_view::npos && text.find('\xED') == std::string_view::npos) return text;
    std::size_t nuls = 0;
    auto* bytes = const_cast<char*>(text.data());
    for (std::size_t i = 0; i < text.size(); ++i) {
      nuls += text[i] == '\0';
      if (text[i] != '\xED' || i + 2 >= text.size() || static_cast<unsigned char>(text[i + 1]) < 0xA0) continue;
      std::memcpy(bytes + i, kReplacement.data(), kReplacement.size());
      ++document_.damaged;
    }
    if (nuls == 0) return text;
    document_.damaged += nuls;
    std::string replaced;
    for (const char c : text) c == '\0' ? replaced.append(kReplacement) : replaced.append(1, c);
    return keep(replaced, scratch_.arena);
  }

  // Keeps the first value of each key.
  bool drop_duplicates(JsonValue& object) {
    if (object.size < 2) return true;
    if (!scratch_.budget.spend(std::uint64_t{object.size} * kFewKeys)) {
      failure_ = Error{Code::budget, "too much work in JSON objects", "an article of ordinary size", {}};
      return false;
    }
    std::vector<const JsonValue*> later;
    if (object.size <= kFewKeys) {
      for (const JsonValue* value = object.first; value; value = value->next)
        for (const JsonValue* other = value->next; other; other = other->next)
          if (other->key == value->key) later.push_back(other);
    } else {
      std::vector<const JsonValue*> sorted;
      sorted.reserve(object.size);
      for (const JsonValue* value = object.first; value; value = value->next) sorted.push_back(value);
      std::ranges::stable_sort(sorted, {}, &JsonValue::key);
      for (std::size_t i = 1; i < sorted.size(); ++i)
        if (sorted[i]->key == sorted[i - 1]->key) later.push_back(sorted[i]);
    }
    if (later.empty()) return true;
    document_.duplicate_keys = true;
    std::ranges::sort(later);
    const JsonValue* kept = nullptr;
    std::uint32_t size = 0;
    for (const JsonValue* value = object.first; value; value = value->next) {
      if (std::ranges::binary_search(later, value)) continue;
      // The nodes are ours and not shared yet; they are const for the readers of the document.
      (kept ? const_cast<JsonValue*>(kept)->next : object.first) = value;
      kept = value;
      ++size;
    }
    const_cast<JsonValue*>(kept)->next = nullptr;
    object.size = size;
    return true;
  }

  Scratch& scratch_;
  JsonDocument document_;
  std::optional<Error> failure_;
  std::string_view key_;
  std::array<Open, kMaxJsonDepth> open_;
  std::size_t depth_ = 0, values_ = 0;
};

// Reads text[at..) as the four digits of \uXXXX; nullopt when they are not there.
std::optional<std::uint32_t> four_digits(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const char c = text[i];
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
    if (!letter && (c < '0' || c > '9')) return std::nullopt;
    value = value << 4 | static_cast<std::uint32_t>(letter ? (c | 0x20) - 'a' + 10 : c - '0');
  }
  return value;
}

bool is_lone_high_surrogate(std::string_view text, std::size_t escape) {
  const auto value = four_digits(text, escape + 2);
  if (!value || *value < 0xD800 || *value > 0xDBFF) return false;
  if (text.substr(escape + 6, 2) != "\\u") return true;
  const auto low = four_digits(text, escape + 8);
  return !low || *low < 0xDC00 || *low > 0xDFFF;
}

struct Mended {
  std::string text;
  std::size_t damaged = 0;
  std::size_t read = 0;  ///< bytes of the input that `text` stands for
};

// What producers are known to get wrong, put right. Between values, what is no JSON but harmless
// (controls, byte order marks, NULs that have become U+FFFD) becomes a space. Stops when `limit`
// bytes are written.
Mended mend(std::string_view text, std::size_t limit = std::string_view::npos) {
  Mended mended;
  mended.text.reserve(text.size() + text.size() / 16);
  bool inside = false;  // a string
  for (std::size_t i = 0; i < text.size() && mended.text.size() < limit; mended.read = ++i) {
    const char c = text[i];
    if (!inside) {
      const std::string_view mark = text.substr(i, 3);
      if (mark == "\xEF\xBB\xBF" || mark == kReplacement) {
        mended.text += ' ';
        i += 2;
        continue;
      }
      inside = c == '"';
      mended.text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      continue;
    }
    if (c == '\\' && i + 1 < text.size()) {
      if (text[i + 1] == 'u' && is_lone_high_surrogate(text, i)) {
        mended.text += kReplacement;
        ++mended.damaged;
        i += 5;
        continue;
      }
      mended.text += c;
      mended.text += text[++i];
      continue;
    }
    inside = c != '"';
    if (static_cast<unsigned char>(c) >= 0x20) {
      mended.text += c;
      continue;
    }
    static constexpr char kDigits[] = "0123456789abcdef";
    mended.text += "\\u00";
    mended.text += kDigits[c >> 4];
    mended.text += kDigits[c & 15];
  }
  return mended;
}

struct Parsed {
  JsonDocument document;
  std::optional<Error> error;
  std::size_t at = 0;  ///< of the error
};

Parsed parse(std::string_view text, Scratch& scratch) {
  if (!scratch.budget.spend(text.size()))
    return {{}, Error{Code::budget, "too much work in JSON", "an article of ordinary size", {}}};
  // In place: strings are decoded where they stand, so a value costs no copy of its own.
  // Aligned and longer than the text, because RapidJSON reads whole aligned blocks of 16 bytes.
  constexpr std::size_t kBlock = 16;
  auto* buffer = static_cast<char*>(scratch.arena.allocate(text.size() + 2 * kBlock, kBlock));
  std::memcpy(buffer, text.data(), text.size());
  std::memset(buffer + text.size(), 0, 2 * kBlock);
  rapidjson::InsituStringStream stream(buffer);
  rapidjson::Reader reader;
  Builder builder(scratch);
  reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
               rapidjson::kParseNumbersAsStringsFlag>(stream, builder);
  if (!reader.HasParseError()) return {builder.document(), std::nullopt};
  const std::size_t at = std::min(reader.GetErrorOffset(), text.size());
  if (builder.failure()) return {{}, builder.failure(), at};
  return {{}, Error{Code::malformed_json, rapidjson::GetParseError_En(reader.GetParseErrorCode()),
                    "one JSON value (RFC 8259)", {}}, at};
}

}  // namespace

const JsonValue* find(const JsonValue& object, std::string_view key) {
  for (const JsonValue* value = object.first; value; value = value->next)
    if (value->key == key) return value;
  return nullptr;
}

std::string_view kind_name(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::null: return "null";
    case JsonValue::Kind::boolean: return "a boolean";
    case JsonValue::Kind::number: return "a number";
    case JsonValue::Kind::string: return "a string";
    case JsonValue::Kind::array: return "an array";
    case JsonValue::Kind::object: return "an object";
  }
  return {};
}

Result<JsonDocument> read_json(std::string_view text, Scratch& scratch) {
  Parsed parsed = parse(text, scratch);
  if (parsed.error && parsed.error->code == Code::malformed_json && scratch.budget.spend(text.size())) {
    const Mended mended = mend(text);
    if (mended.text != text) {
      parsed = parse(mended.text, scratch);
      parsed.document.damaged += mended.damaged;
      if (parsed.error) parsed.at = mend(text, parsed.at).read;
    }
  }
  if (!parsed.error) return parsed.document;
  parsed.error->where = "byte " + std::to_string(parsed.at);
  return std::move(*parsed.error);
}

}  // namespace newsmill::decode
