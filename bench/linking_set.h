#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace newsmill::bench {

/// One labelled mention of an entity-linking set.
struct GoldMention {
  std::uint32_t begin = 0, end = 0;  ///< bytes of the document's text
  std::string item;                  ///< Wikidata item; empty = known to nobody, a quantity, a date
  std::string label;                 ///< the item's name in Wikidata; "Unknown" without one
  bool named = false;                ///< not a pronoun or description, and the item's name begins with a capital
  bool coreference = false;
  bool optional = false;             ///< may be left out: marked so, a description, a quantity, a date
  std::vector<std::size_t> inner;    ///< labels inside of it, as places in `gold`
  bool outermost = true;
};

struct LinkingDocument {
  std::string title, text;
  std::uint32_t begin = 0, end = 0;  ///< the labelled part, bytes
  std::vector<GoldMention> gold;
};

/// A set in the form of ELEVANT (ad-freiburg/elevant, *.benchmark.jsonl): one JSON object a line, spans in
/// code points. Throws std::runtime_error when the file is not there or a line is none of that form.
std::vector<LinkingDocument> read_linking_set(const std::string& path);

/// As ELEVANT tells named entities from others: the first letter of the name is a capital, and there is a name.
bool is_named(std::string_view name);

/// The span with what ELEVANT takes to the same word: letters, digits, quotes and underscores beside it.
std::pair<std::uint32_t, std::uint32_t> word_boundary(std::string_view text, std::uint32_t begin, std::uint32_t end);

}  // namespace newsmill::bench
