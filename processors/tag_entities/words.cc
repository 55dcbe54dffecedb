#include "processors/tag_entities/words.h"

#include <utility>

#include "config/reader.h"
#include "processors/text/tokens.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::pair<std::string_view, WordKind> kLists[] = {
    {"titles", kTitle},    {"honorifics", kHonorific}, {"speaking", kSpeaking},   {"places", kPlacing},
    {"nouns", kPlaceNoun}, {"heads", kHead},           {"companies", kCompany},   {"seats", kSeat},
    {"particles", kParticle}, {"calendar", kCalendar}, {"plain", kPlain},
};

}  // namespace

void WordTable::add(std::uint64_t hash, std::uint16_t kinds) {
  if (2 * (size_ + 1) > slots_.size()) {
    std::vector<Slot> old(slots_.empty() ? 64 : 2 * slots_.size());
    old.swap(slots_);
    size_ = 0;
    for (const Slot& slot : old)
      if (slot.kinds != 0) add(slot.hash, slot.kinds);
  }
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at].kinds != 0 && slots_[at].hash != hash) at = (at + 1) & (slots_.size() - 1);
  if (slots_[at].kinds == 0) ++size_;
  slots_[at].hash = hash;
  slots_[at].kinds = static_cast<std::uint16_t>(slots_[at].kinds | kinds);
}

Words Words::read(std::span<const config::Document> documents, config::Diagnostics& diagnostics) {
  Words words;
  for (const config::Document& document : documents) {
    config::Reader root(document, document.root(), "", diagnostics);
    if (!root.require("language")) continue;
    WordTable& table = words.tables_[root.text("language")];
    for (const auto& [key, kind] : kLists)
      for (const std::string& word : root.texts(key)) table.add(text::token_hash(word), kind);
    table.before = root.texts("before");
    table.behind = root.texts("behind");
    root.finish();
  }
  return words;
}

const WordTable& Words::table(std::string_view tag) const {
  for (const std::string_view language : {tag.substr(0, tag.find('-')), std::string_view("en")})
    if (const auto found = tables_.find(language); found != tables_.end()) return found->second;
  return none_;
}

}  // namespace newsmill::tag_entities
