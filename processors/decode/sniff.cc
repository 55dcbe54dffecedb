#include "processors/decode/sniff.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

namespace newsmill::decode {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "<name": the name of the element or declaration that begins at `text`, in lower case.
std::string tag_name(std::string_view text) {
  std::string name;
  for (const char c : text.substr(1)) {
    if (!is_letter(c) && !is_digit(c) && c != ':' && c != '-' && c != '_' && c != '!' && c != '?') break;
    if (name.size() == 40) break;
    name += is_letter(c) ? static_cast<char>(c | 0x20) : c;
  }
  return name;
}

// The first element of a document, behind declarations and comments; empty when there is none.
std::string root_element(std::string_view text) {
  while (true) {
    const std::size_t at = text.find('<');
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at);
    if (text.size() > 1 && is_letter(text[1])) return tag_name(text);
    const std::size_t end = text.starts_with("<!--") ? text.find("-->") : text.find('>');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
}

std::string describe_markup(std::string_view text) {
  const std::string first = tag_name(text), root = root_element(text);
  if (first == "!doctype" || root == "html" || root == "head" || root == "body") return "an HTML page";
  if (first == "?xml" || root.find(':') != std::string::npos) return "an XML document with the root element " + root;
  for (const std::string_view known : {"rss", "feed", "rdf:rdf", "nitf", "newsml", "newsitem", "newsmessage"})
    if (root == known) return "an XML document with the root element " + root;
  return root.empty() ? "markup" : "markup that begins with the element " + root;
}

// A whole JSON number, true, false or null; prose of that length is no article.
bool is_scalar(std::string_view text) {
  if (text == "true" || text == "false" || text == "null") return true;
  return text.find_first_not_of("0123456789+-.eE") == std::string_view::npos && std::ranges::any_of(text, is_digit);
}

// Prose may begin with a bracket ("[Update] …"), so both ends must fit and a JSON value must follow.
bool is_array(std::string_view text) {
  if (text.front() != '[' || text.back() != ']') return false;
  const std::string_view inside = trimmed(text.substr(1));
  if (inside.find_first_not_of("0123456789+-.eE, \t\r\n]") == std::string_view::npos &&
      inside.find(',') != std::string_view::npos)
    return true;  // numbers; a footnote mark has one
  return inside.front() == '{' || inside.front() == '[' || inside.front() == '"' || inside.front() == ']';
}

// One string and nothing behind it: no line break and no bare quote inside.
bool is_string(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  bool escaped = false;
  for (const char c : text.substr(1, text.size() - 2)) {
    if (!escaped && (c == '"' || c == '\n')) return false;
    escaped = !escaped && c == '\\';
  }
  return !escaped;
}

Error unknown(std::string found) {
  return {Code::unknown_format, std::move(found),
          "a JSON object or plain text (HTML, XML and lists of articles are not read by this version)", "byte 0"};
}

}  // namespace

Result<Format> sniff(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return Format::text;
  if (text.front() == '{') return Format::plain;
  if (text.front() == '<' && text.size() > 1 && (is_letter(text[1]) || text[1] == '!' || text[1] == '?'))
    return unknown(describe_markup(text));
  if (is_array(text)) return unknown("a JSON array");
  if (is_scalar(text)) return unknown("a JSON value that is no object");
  if (is_string(text)) return unknown("a JSON string");
  return Format::text;
}

std::string_view file_kind(std::string_view bytes) {
  using namespace std::string_view_literals;
  static constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"%PDF-"sv, "a PDF file"},
      {"PK\x03\x04"sv, "a ZIP archive (.docx, .epub and .odt are such)"},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an Office file"},
      {"{\\rtf"sv, "an RTF document"},
      {"\x89PNG\r\n"sv, "a PNG picture"},
      {"\xFF\xD8\xFF"sv, "a JPEG picture"},
      {"GIF87a"sv, "a GIF picture"},
      {"GIF89a"sv, "a GIF picture"},
      {"\x28\xB5\x2F\xFD"sv, "zstd-compressed bytes"},
      {"BZh91AY"sv, "bzip2-compressed bytes"},
      {"\xFD\x37zXZ\0"sv, "xz-compressed bytes"},
      {"\x7F\x45LF"sv, "a program"},
  };
  for (const auto& [begin, kind] : kKinds)
    if (bytes.starts_with(begin)) return kind;
  return {};
}

}  // namespace newsmill::decode
