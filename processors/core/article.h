#pragma once
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "processors/core/arena.h"
#include "processors/core/delivery.h"
#include "processors/core/entity.h"
#include "processors/core/fingerprint.h"
#include "processors/core/flag.h"
#include "processors/core/format.h"
#include "processors/core/id.h"
#include "processors/core/message.h"
#include "processors/core/topic_score.h"
#include "processors/core/verdict.h"
#include "processors/text/instant.h"
#include "processors/text/tokens.h"

namespace newsmill {

enum class PubStatus : std::uint8_t { usable, withheld, canceled };
enum class Completeness : std::uint8_t { full, partial, summary, none };

/// What the delivery says, after coercion and before any cleaning. Empty = absent.
struct Given {
  explicit Given(Arena* arena) : authors(arena), subjects(arena) {}
  std::string_view id, feed, url, canonical_url, source;
  std::string_view title, subtitle, summary, body, html;
  bool body_is_html = false;
  std::pmr::vector<std::string_view> authors;
  std::string_view published_at, updated_at, received_at, embargoed_until;  ///< as written
  std::string_view language, version, image, rights, terms;
  PubStatus status = PubStatus::usable;
  std::uint8_t urgency = 0;  ///< 1 to 9, 0 = absent
  std::pmr::vector<std::string_view> subjects;
  std::uint32_t unknown_fields = 0;  ///< ignored, counted
};

/// Where a date of an article comes from; names as in the record.
enum class DateFrom : std::uint8_t { field, feed, json_ld, meta, microdata, time_element, url, head_line };

struct ArticleDate {
  text::Instant instant;
  DateFrom from = DateFrom::field;
};

/// Language of the article as BCP 47, and who said so.
struct Language {
  enum class From : std::uint8_t { text, declared, source, none };
  std::string_view tag = "und";
  double confidence = 0;  ///< [0,1]
  From from = From::none;
  std::string_view declared;  ///< as given, empty = absent
};

/// A piece of the delivered text that is in no published field. Nothing is removed silently.
struct Removed {
  enum class Kind : std::uint8_t {
    repeat, headline_echo, kicker, byline, dateline, date, caption, credit, rights, boilerplate,
    related, advertisement, notice,
  };
  Kind kind;
  std::string_view rule;  ///< id of the rule or lexicon row that fired
  std::uint32_t paragraphs = 1;
  std::uint32_t chars = 0;  ///< code points
  std::string_view text;    ///< whole; for `repeat` the first 80 code points
};

/// Byte range [begin, end) of one paragraph of the published body.
struct Paragraph {
  std::uint32_t begin, end;
};

/// What leaves the chain for the enriched topic. Filled by encode.
struct Output {
  std::string key;    ///< article id as UUID text
  std::string value;  ///< the record, one line of JSON
  std::vector<std::pair<std::string, std::string>> headers;
  /// Where `null` stands in the value in place of a story that is to be filled in; 0 = nowhere.
  std::size_t story_at = 0;
};

/// One article on its way through the chain. Every view and vector points into the arena of the
/// Batch that owns it and dies with that Batch. Steps annotate; none may change what an earlier
/// one wrote. Offsets inside the program are bytes; encode turns them into code points.
struct Article {
  Article(const Message& delivered, Arena* arena)
      : message(delivered), delivery(delivery_of(delivered)), given(arena), paragraphs(arena),
        removed(arena), tokens(arena), entities(arena), topics(arena) {}
  Article(const Article&) = delete;  // a copy would outlive what it views
  Article& operator=(const Article&) = delete;

  const Message& message;
  Delivery delivery;

  // decode
  Format format = Format::plain;
  Given given;
  ArticleId id;

  // normalize: the published fields, NFC
  std::string_view headline, kicker, subheadline, summary, body, by, located;
  std::string_view copyright_notice, usage_terms;
  std::string_view source;              ///< given, default, or found in a head line
  std::string_view url, canonical_url;  ///< cleaned; empty = absent
  std::string_view syndicated_from;     ///< canonical URL on another publisher's domain; empty = absent
  std::pmr::vector<Paragraph> paragraphs;
  std::optional<ArticleDate> published, updated, embargoed, received;
  Language language;
  Completeness completeness = Completeness::full;
  std::pmr::vector<Removed> removed;
  Flags flags;
  /// Words of headline, then of body; what dedup, tag_entities and score_topics match on.
  std::pmr::vector<text::Token> tokens;

  // dedup
  std::optional<Fingerprint> fingerprint;  ///< absent while `dedup.enabled` is false
  std::optional<Verdict> verdict;          ///< the referee's, once it has decided: after the chain

  // tag_entities
  std::pmr::vector<Entity> entities;

  // score_topics
  std::pmr::vector<TopicScore> topics;  ///< those at or above their threshold, the highest score first

  // encode
  Output output;
};

}  // namespace newsmill
