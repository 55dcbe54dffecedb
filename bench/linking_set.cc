#include "bench/linking_set.h"

#include <rapidjson/document.h>

#include <map>
#include <stdexcept>

#include "bench/corpus.h"
#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::bench {
namespace {

/// Bytes where each code point begins, and the size behind the last.
std::vector<std::uint32_t> code_points(const std::string& text) {
  std::vector<std::uint32_t> starts;
  for (std::size_t at = 0; at < text.size();) {
    starts.push_back(static_cast<std::uint32_t>(at));
    text::next(text, at);
  }
  starts.push_back(static_cast<std::uint32_t>(text.size()));
  return starts;
}

std::string string_of(const rapidjson::Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : std::string();
}

bool flag_of(const rapidjson::Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsBool() && found->value.GetBool();
}

}  // namespace

bool is_named(std::string_view name) {
  if (name == "Unknown") return false;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = text::next(name, at);
    if (text::is_letter(c)) return text::is_upper(c);
  }
  return false;
}

std::pair<std::uint32_t, std::uint32_t> word_boundary(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  const auto goes_on = [](char c) {
    // Bytes of other alphabets count as letters: labels begin and end between characters.
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\'' || c == '"' || c == '_' ||
           static_cast<unsigned char>(c) >= 0xC3;
  };
  const std::uint32_t from = begin;
  while (begin > 0 && goes_on(text[begin - 1])) --begin;
  while (end + 1 < text.size() && goes_on(text[end])) ++end;
  if (begin < from && text[begin] == '"' && text.substr(begin + 1, end - begin - 1).find('"') == std::string_view::npos) ++begin;
  return {begin, end};
}

std::vector<LinkingDocument> read_linking_set(const std::string& path) {
  const std::string file = read_file(path);
  std::vector<LinkingDocument> documents;
  for (const std::string_view line : lines_of(file)) {
    rapidjson::Document json;
    json.Parse(line.data(), line.size());
    if (!json.IsObject() || !json.HasMember("labels")) throw std::runtime_error(path + ": a line is no document");
    LinkingDocument& document = documents.emplace_back();
    document.title = string_of(json, "title");
    document.text = string_of(json, "text");
    const auto starts = code_points(document.text);
    const auto byte = [&](const rapidjson::Value& span, unsigned side) { return starts.at(span[side].GetUint()); };
    document.begin = byte(json["evaluation_span"], 0);
    document.end = byte(json["evaluation_span"], 1);
    std::map<int, std::size_t> places;  // by id
    for (const rapidjson::Value& label : json["labels"].GetArray()) {
      places[label["id"].GetInt()] = document.gold.size();
      GoldMention& mention = document.gold.emplace_back();
      mention.begin = byte(label["span"], 0);
      mention.end = byte(label["span"], 1);
      const std::string item = string_of(label, "entity_id"), type = string_of(label, "type");
      if (item.size() > 1 && item[0] == 'Q' && item[1] >= '0' && item[1] <= '9') mention.item = item;
      mention.label = string_of(label, "name");
      mention.coreference = flag_of(label, "coref");
      mention.named = !mention.coreference && is_named(mention.label);
      mention.optional = flag_of(label, "desc") || flag_of(label, "optional") || type == "QUANTITY" || type == "DATETIME";
    }
    for (const rapidjson::Value& label : json["labels"].GetArray()) {
      if (!label.HasMember("parent") || !label["parent"].IsInt()) continue;
      const std::size_t place = places.at(label["id"].GetInt());
      document.gold[place].outermost = false;
      document.gold[places.at(label["parent"].GetInt())].inner.push_back(place);
    }
  }
  return documents;
}

}  // namespace newsmill::bench
