#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "config/diagnostic.h"
#include "config/document.h"
#include "processors/normalize/pattern.h"

namespace newsmill::normalize {

/// Where in an article a row of a lexicon applies.
enum class Place : std::uint8_t {
  head = 1,  ///< among the first lines
  tail = 2,  ///< among the last lines
  any = 4,   ///< a short line of its own, wherever it stands
};

/// What a line is that a row covers, and so what becomes of it.
enum class LineKind : std::uint8_t {
  byline,         ///< who wrote it → `by`
  published,      ///< when → `published`
  updated,        ///< when it was changed → `updated`, never `published`
  site,           ///< where → `source`
  kicker,         ///< the rubric above a headline → `kicker`
  rights,         ///< → `copyrightNotice`
  terms,          ///< terms of use, whose views these are → `usageTerms`
  credit,         ///< who took part in the report
  caption,        ///< of a picture
  related,        ///< points to another article
  advertisement,
  boilerplate,    ///< of the site: share, subscribe, comment
  notice,         ///< to editors, not for publication
  wall,           ///< stays; many of them mean that this is no article
  cut,            ///< says that the text goes on elsewhere: taken out, and the article is partial
};

struct LexiconRow {
  std::string id;  ///< `removed[].rule`
  std::string language;
  Place place = Place::any;
  LineKind kind = LineKind::boilerplate;
  bool rest = false;           ///< takes what follows too, to the end of the text
  std::size_t max_chars = 0;  ///< longest line it looks at
};

/// config/default/lexicons: what the lines around an article look like, by language. Immutable
/// once read; any thread. The head of en.yaml explains the format.
class Lexicons {
 public:
  /// Reads all files. Every finding goes to `diagnostics` with its line; sound rows are kept.
  static Lexicons read(std::span<const config::Document> documents, config::Diagnostics& diagnostics);

  const std::deque<LexiconRow>& rows() const { return rows_; }
  /// True for the names of news agencies, as they stand in datelines.
  bool is_agency(std::string_view name) const;

 private:
  friend class LineMatcher;
  /// One spelling of a pattern, with what rules out most lines at a glance in front.
  struct Entry {
    char32_t first, last;  ///< folded, 0 = a field
    std::uint16_t least_chars, most_chars;
    std::uint8_t place;
    const LexiconRow* row;
    Pattern pattern;
  };
  /// The entries with one key word, as a range of `order`.
  struct Bucket {
    std::uint64_t word = 0;
    std::uint32_t begin = 0, end = 0;
  };
  /// Key word → entries, by open addressing; for one group of lines.
  struct Index {
    std::vector<Bucket> slots;            // a power of two, at most half full
    std::vector<std::uint32_t> order;   // numbers of entries, ascending for each word
    std::vector<std::uint32_t> without_word;
    std::size_t most_chars = 0;
    void build(const std::vector<Entry>& entries, const std::function<bool(const Entry&)>& wanted);
    std::span<const std::uint32_t> find(std::uint64_t word) const;
  };
  void read_file(const config::Document& document, config::Diagnostics& diagnostics);

  /// Prose is full of words that rows know, but few rows look at lines as long as a paragraph. So
  /// there are two indexes for each group of places, and long lines ask the smaller one.
  static constexpr std::size_t kShortLine = 160;
  static constexpr std::size_t kGroups = 8;  // any set of places
  Index short_lines_[kGroups], long_lines_[kGroups];
  std::deque<LexiconRow> rows_;  // stable addresses
  std::vector<Entry> entries_;   // in the order of the files
  std::unordered_set<std::string> agencies_;  // folded
};

/// Finds the rows that cover a line. One per worker thread; `lexicons` must outlive it.
///   cost  one pass over the words of the line; a line that shares no word with any row costs no more
class LineMatcher {
 public:
  explicit LineMatcher(const Lexicons& lexicons) : lexicons_(lexicons) {}

  /// Asked for rows that cover the line; true takes it, unless an earlier row takes it too.
  /// Refers to what it was made from, so it is made where find() is called.
  class Accept {
   public:
    template <class Ask>
    Accept(const Ask& ask) : ask_(&ask), call_([](const void* of, const LexiconRow& row, std::span<const Capture> captures) {
      return (*static_cast<const Ask*>(of))(row, captures);
    }) {}
    bool operator()(const LexiconRow& row, std::span<const Capture> captures) const { return call_(ask_, row, captures); }

   private:
    const void* ask_;
    bool (*call_)(const void*, const LexiconRow&, std::span<const Capture>);
  };

  /// The first row, in the order of the files, for one of `places` (bits of Place) that covers
  /// `line` and is accepted; null when there is none.
  const LexiconRow* find(std::string_view line, std::uint8_t places, const Accept& accept);
  const LexiconRow* find(std::string_view line, std::uint8_t places);

 private:
  const Lexicons& lexicons_;
  FoldedLine folded_;
  std::vector<Capture> captures_;
};

}  // namespace newsmill::normalize
