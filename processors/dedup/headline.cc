#include "processors/dedup/headline.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "processors/dedup/number_words.h"
#include "processors/index/shingles.h"

namespace newsmill::dedup {
namespace {

// As tokens: lower case, one word. Each is put before (or, in brackets, behind) a headline by the
// agencies that send a text again.
constexpr std::string_view kCorrectionWords[] = {
    "corrected", "correction", "corrects", "correcting", "corrs", "clarification", "clarifies", "clarified",
    "refile", "refiles", "refiled", "rpt", "repeat", "repeats", "resending", "resend", "update", "updated", "updates",
    "writethru", "wdh", "wiederholung", "korrektur", "korrigiert",
    "berichtigung", "berichtigt", "aktualisierung", "aktualisiert", "neufassung", "actualisation",
    "actualisé", "rectificatif", "rectification", "corrigé", "corrección", "corregida", "corregido", "rectificación",
    "actualización", "actualiza", "rettifica", "correzione", "aggiornamento", "correção", "correcção", "corrigida",
    "atualização", "atualiza", "rectificatie", "correctie", "rättelse", "rettelse", "rettet", "oikaisu", "исправление",
    "уточнение", "обновлено", "повтор", "виправлення", "оновлено", "sprostowanie", "korekta", "aktualizacja",
    "düzeltme", "güncelleme", "ralat"};
// How far from either end of the headline such a word may stand: "UPDATE 1-CORRECTED-…", "… (corrected)".
constexpr std::size_t kAtStart = 3, kAtEnd = 1;

bool is_correction(const text::Token& word) {
  static const std::unordered_set<std::uint64_t> kWords = [] {
    std::unordered_set<std::uint64_t> words;
    for (const std::string_view text : kCorrectionWords) words.insert(text::token_hash(text));
    return words;
  }();
  return kWords.contains(word.hash);
}

}  // namespace

HeadlineSigns read_headline(std::span<const text::Token> words) {
  HeadlineSigns signs;
  const auto shouted = [](const text::Token& word) { return (word.flags & text::kAllCaps) != 0; };
  // Where everything is in capitals they say nothing about a word.
  const bool loud = 2 * static_cast<std::size_t>(std::ranges::count_if(words, shouted)) > words.size();
  std::uint64_t skeleton = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool outer = i < kAtStart || i + kAtEnd >= words.size();
    if (outer && is_correction(words[i])) { signs.correction = true; continue; }
    if (tells_number(words[i]) || (!loud && shouted(words[i]))) continue;
    skeleton = index::chained(skeleton, words[i].hash);
  }
  signs.skeleton = skeleton;
  return signs;
}

}  // namespace newsmill::dedup
