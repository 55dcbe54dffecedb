#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/document.h"

namespace newsmill::tag_entities {

/// What a word says about a name beside it; the head of config/default/entities/words/en.yaml explains
/// each. Bits of one set.
enum WordKind : std::uint16_t {
  kTitle = 1,        ///< before a person: minister
  kHonorific = 2,    ///< before a person, also before the family name alone: Mr
  kSpeaking = 4,     ///< behind whoever speaks: said
  kPlacing = 8,      ///< before a place: in
  kPlaceNoun = 16,   ///< with "of" before a place: city
  kHead = 32,        ///< last word of the name of an organisation: university
  kCompany = 64,     ///< behind the name of a company: Inc
  kSeat = 128,       ///< a place that stands for a government: Kremlin
  kParticle = 256,   ///< lower-case part of names: of, von
  kCalendar = 512,   ///< Monday, March
  kPlain = 1024,     ///< capitalised only by its position: The, In
};

/// The kinds of the words of one language: an open-addressing table by Token::hash.
class WordTable {
 public:
  void add(std::uint64_t hash, std::uint16_t kinds);
  /// 0 for a word that says nothing. One probe on average.
  std::uint16_t operator[](std::uint64_t hash) const {
    if (slots_.empty()) return 0;
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1))
      if (slots_[at].kinds == 0 || slots_[at].hash == hash) return slots_[at].kinds;
  }

  /// For languages written without spaces: what stands directly before or behind a person.
  std::vector<std::string> before, behind;

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint16_t kinds = 0;  ///< 0 = free
  };
  std::vector<Slot> slots_;  // a power of two, at most half full
  std::size_t size_ = 0;
};

/// The words around names, by language: config/default/entities/words. Immutable once read; any thread.
class Words {
 public:
  /// Reads all files, one language each. Every finding goes to `diagnostics`.
  static Words read(std::span<const config::Document> documents, config::Diagnostics& diagnostics);

  /// The table of a BCP 47 tag by its language; of English when there is no other. Lives as long as this.
  const WordTable& table(std::string_view tag) const;

 private:
  std::map<std::string, WordTable, std::less<>> tables_;
  WordTable none_;
};

}  // namespace newsmill::tag_entities
