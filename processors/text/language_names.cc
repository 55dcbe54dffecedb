#include <unicode/locid.h>
#include <unicode/uloc.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include "processors/text/language.h"
#include "processors/text/unicode.h"

namespace newsmill::text {
namespace {

constexpr std::string_view kTraditional = "zh-Hant";

// ISO 639-2/B codes that differ from 639-2/T, codes that BCP 47 replaced, macro-language members that
// news is labelled with, and spellings that are no CLDR name.
constexpr std::pair<std::string_view, std::string_view> kOther[] = {
    {"alb", "sq"}, {"arm", "hy"}, {"baq", "eu"}, {"bur", "my"}, {"chi", "zh"}, {"cze", "cs"}, {"dut", "nl"}, {"fre",
     "fr"}, {"geo", "ka"},
    {"ger", "de"}, {"gre", "el"}, {"ice", "is"}, {"mac", "mk"}, {"mao", "mi"}, {"may", "ms"}, {"per", "fa"}, {"rum",
     "ro"}, {"slo", "sk"},
    {"tib", "bo"}, {"wel", "cy"}, {"iw", "he"},  {"in", "id"},  {"ji", "yi"},  {"jw", "jv"},  {"mo", "ro"},  {"sh",
     "sr"},  {"bh", "bho"},
    {"cmn", "zh"}, {"arb", "ar"}, {"pes", "fa"}, {"prs", "fa"}, {"zsm", "ms"}, {"swh", "sw"}, {"lvs", "lv"}, {"ekk",
     "et"}, {"azj", "az"},
    {"uzn", "uz"}, {"khk", "mn"}, {"plt", "mg"}, {"gaz", "om"}, {"als", "sq"}, {"pbt", "ps"}, {"npi", "ne"}, {"ory",
     "or"}, {"kmr", "ku"},
    {"ydd", "yi"}, {"farsi", "fa"}, {"mandarin", "zh"}, {"oromo", "om"}, {"brazilian portuguese", "pt"},
     {"simplified chinese", "zh"},
    {"traditional chinese", kTraditional}, {"chinese (simplified)", "zh"}, {"chinese (traditional)", kTraditional},
};

// Names that languages are called by, folded, to tags in static memory.
class Names {
 public:
  Names() {
    for (const char* const* code = uloc_getISOLanguages(); *code != nullptr; ++code) {
      const std::string_view own = *code;
      if (own == "und" || own == "mul" || own == "mis" || own == "zxx") continue;  // no language each
      // ICU lists codes that BCP 47 replaced, too.
      std::string_view tag = own;
      for (const auto& [other, preferred] : kOther)
        if (other == own) tag = preferred;
      add(*code, tag);
      if (const char* three = uloc_getISO3Language(*code); *three != '\0') add(three, tag);
      add_display(*code, "en", tag);
      add_display(*code, *code, tag);
    }
    for (const auto& [name, tag] : kOther) tags_[std::string(name)] = tag;
  }

  std::string_view find(const std::string& folded) const {
    const auto found = tags_.find(folded);
    return found == tags_.end() ? std::string_view{} : found->second;
  }

 private:
  void add(std::string_view name, std::string_view tag) {
    std::string folded;
    fold(name, folded);
    if (!tags_.contains(folded)) tags_.emplace(std::move(folded), tag);
  }
  void add_display(const char* code, const char* in, std::string_view tag) {
    icu::UnicodeString name;
    icu::Locale(code).getDisplayLanguage(icu::Locale(in), name);
    std::string utf8;
    name.toUTF8String(utf8);
    if (utf8 != code) add(utf8, tag);
  }

  std::unordered_map<std::string, std::string_view> tags_;
};

const Names& names() {
  static const Names kNames;
  return kNames;
}

}  // namespace

std::string_view language_tag(std::string_view name) {
  constexpr std::size_t kLongestName = 64;
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  if (name.empty() || name.size() > kLongestName) return {};
  std::string folded;
  fold(name, folded);
  if (const std::string_view tag = names().find(folded); !tag.empty()) return tag;
  // A tag or locale with more than the language: the rest decides only for Chinese.
  const std::size_t end = folded.find_first_of("-_.@");
  if (end == std::string::npos || end == 0 || end > 3) return {};
  const std::string_view tag = names().find(folded.substr(0, end));
  if (tag != "zh") return tag;
  // A script decides; without one the place where it is the usual one.
  for (std::size_t at = end; at < folded.size();) {
    const std::size_t next = std::min(folded.find_first_of("-_.@", at + 1), folded.size());
    const std::string_view part = std::string_view(folded).substr(at + 1, next - at - 1);
    if (part == "hans") return tag;
    if (part == "hant" || part == "tw" || part == "hk" || part == "mo") return kTraditional;
    at = next;
  }
  return tag;
}

}  // namespace newsmill::text
