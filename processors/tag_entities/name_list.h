#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace newsmill::tag_entities {

/// One row of a list of names: a thing, and one or several names of it. Views into the list.
struct NameRow {
  std::string_view name;
  std::string_view type;     ///< PER ORG LOC NORP EVENT LAW PROJECT WORK PRODUCT; ANY or empty = not known
  std::string_view id;       ///< with scheme: one, which may hold spaces
  std::string_view ids;      ///< several of one thing, spaces between
  std::string_view source, language;
  std::string_view aliases;  ///< further names, "|" between; a leading "=" counts only as written
  std::string_view subtype, country;
  std::string_view fame, population;  ///< numbers; empty = not said
  std::string_view flags;    ///< exact, context, acronym, surname, demonym, plain; commas between
  std::string_view related;  ///< "party=wd:Q29552 country=iso:US"
  std::size_t line = 0;      ///< from 1
};

/// A Wikipedia title and the Wikidata item of the same thing.
struct TitleRow {
  std::string_view title, item;
};

/// What reading a list came to.
struct NameListResult {
  std::string error;  ///< empty = it was read
  std::size_t rows = 0;
  std::size_t malformed = 0;         ///< rows left out: not UTF-8, or more cells than columns
  std::size_t first_malformed = 0;  ///< its line
};

/// Reads tab-separated text whose first line names the columns, in any order: name, type, id, ids,
/// source, lang, aliases, subtype, country, fame, population, flags, related; others are
/// passed over. `name` is the one that must be there. Text of two columns without such a line, the
/// second a Wikidata item, is a map of titles. Lines that begin with # are comments.
/// O(bytes); nothing is copied.
NameListResult read_name_list(std::string_view text, const std::function<void(const NameRow&)>& row,
                              const std::function<void(const TitleRow&)>& title);

}  // namespace newsmill::tag_entities
