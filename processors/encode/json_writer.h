#pragma once
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace newsmill::encode {

/// RapidJSON's writer with strings copied in runs: it writes them byte by byte itself, which was a
/// third of the cost of a record. (Its SSE2 form is no way out: it lets 0x1A to 0x1F pass.) Strings
/// are well-formed UTF-8. One thread.
class JsonWriter : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  using rapidjson::Writer<rapidjson::StringBuffer>::Writer;

  /// Bytes written so far.
  std::size_t size() const { return os_->GetSize(); }

  void key(std::string_view name) { Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }

  void text(std::string_view value) {
    Prefix(rapidjson::kStringType);
    os_->Put('"');
    for (std::size_t at = 0; at < value.size();) {
      const std::size_t end = next_escaped(value, at);
      if (end > at) std::memcpy(os_->Push(end - at), value.data() + at, end - at);
      if (end < value.size()) escape(value[end]);
      at = end + 1;
    }
    os_->Put('"');
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void text_unless_empty(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(std::string_view name, std::uint64_t value) {
    key(name);
    Uint64(value);
  }
  /// Rounded to 1/`steps`.
  void share(std::string_view name, double value, double steps = 1e4) {
    key(name);
    Double(std::round(value * steps) / steps);
  }
  void yes(std::string_view name) {
    key(name);
    Bool(true);
  }

 private:
  // True when JSON writes a byte of these 16 otherwise than it is (RFC 8259 section 7). Without a branch
  // inside, so that the compiler looks at all of them at once.
  static bool any_escaped(const char* bytes) {
    unsigned found = 0;
    for (int i = 0; i < 16; ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      found |= static_cast<unsigned>(byte < 0x20) | static_cast<unsigned>(byte == '"') |
               static_cast<unsigned>(byte == '\\');
    }
    return found != 0;
  }
  static bool is_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

  // The first byte from `at` on that JSON escapes; the size when there is none.
  static std::size_t next_escaped(std::string_view text, std::size_t at) {
    while (at + 16 <= text.size() && !any_escaped(text.data() + at)) at += 16;
    while (at < text.size() && !is_escaped(text[at])) ++at;
    return at;
  }

  void escape(char c) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    os_->Put('\\');
    switch (c) {
      case '"':
      case '\\': os_->Put(c); return;
      case '\n': os_->Put('n'); return;
      case '\r': os_->Put('r'); return;
      case '\t': os_->Put('t'); return;
      default:
        for (const char each : {'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]}) os_->Put(each);
    }
  }
};

}  // namespace newsmill::encode
