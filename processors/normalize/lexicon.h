#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
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
/// once read; any thread. The format is explained in the files' own head and in docs/lexicons.md.
class Lexicons {
 public:
  /// Reads all files. Every finding goes to `diagnostics` with its line; sound rows are kept.
  static Lexicons read(std::span<const config::Document> documents, config::Diagnostics& diagnostics);

  const std::deque<LexiconRow>& rows() const { return rows_; }
  /// True for the names of news agencies, as they stand in datelines.
  bool is_agency(std::string_view name) const;

 private:
  friend class LineMatcher;
  struct Entry {
    Pattern pattern;
    const LexiconRow* row;
  };
  void read_file(const config::Document& document, config::Diagnostics& diagnostics);
  void index();

  std::deque<LexiconRow> rows_;  // stable addresses
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> without_word_;                                   // entries without a key word
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_word_;      // key word → entries
  std::uint64_t words_seen_[64] = {};                                          // one bit for each hash of by_word_
  std::size_t longest_ = 0;                                                    // of max_chars
  std::unordered_set<std::string> agencies_;                                   // folded
};

/// Finds the rows that cover a line. One per worker thread; `lexicons` must outlive it.
///   cost  one pass over the words of the line; a line that shares no word with any row costs no more
class LineMatcher {
 public:
  explicit LineMatcher(const Lexicons& lexicons) : lexicons_(lexicons) {}

  /// Asked for each row that covers the line, in the order of the files; true takes it.
  using Accept = std::function<bool(const LexiconRow&, std::span<const Capture>)>;

  /// The first row for one of `places` (bits of Place) that covers `line` and is accepted, else null.
  const LexiconRow* find(std::string_view line, std::uint8_t places, const Accept& accept);
  const LexiconRow* find(std::string_view line, std::uint8_t places);

 private:
  void collect(std::string_view line);

  const Lexicons& lexicons_;
  FoldedLine folded_;
  std::vector<std::uint32_t> candidates_;
  std::vector<Capture> captures_;
};

}  // namespace newsmill::normalize
