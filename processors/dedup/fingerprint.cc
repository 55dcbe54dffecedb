#include "processors/dedup/fingerprint.h"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <string_view>

#include "processors/dedup/headline.h"
#include "processors/index/shingles.h"
#include "processors/text/url.h"

namespace newsmill::dedup {
namespace {

constexpr std::uint16_t kLeastWords = 8;      // to lead
constexpr std::uint16_t kLeastBodyWords = 20;  // to be judged by the body alone

std::uint64_t hash_of_words(std::span<const text::Token> words) {
  std::uint64_t hash = words.size();
  for (const text::Token& word : words) hash = index::chained(hash, word.hash);
  return hash;
}

Fingerprint::Delivery delivery_of(const Delivery& from) {
  Fingerprint::Delivery delivery;
  delivery.topic = XXH3_64bits(from.topic.data(), from.topic.size());
  std::memcpy(&delivery.content, from.sha256.data(), sizeof delivery.content);
  delivery.offset = from.offset;
  delivery.partition = from.partition;
  return delivery;
}

Fingerprint::Status status_of(PubStatus status) {
  switch (status) {
    case PubStatus::usable: return Fingerprint::Status::usable;
    case PubStatus::withheld: return Fingerprint::Status::withheld;
    case PubStatus::canceled: return Fingerprint::Status::canceled;
  }
  return Fingerprint::Status::usable;
}

std::uint64_t version_of(std::string_view written) {
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), version);
  return error == std::errc() && end == written.data() + written.size() ? version : 0;
}

std::uint64_t source_of(const Article& article, const Sources& sources) {
  std::string_view name = article.source.empty() ? article.given.feed : article.source;
  std::string host;
  if (name.empty() && !article.url.empty()) {
    if (auto url = text::parse_url(article.url)) name = host = std::move(url->host);
  }
  if (name.empty()) return 0;
  const Source* known = sources.find(name);
  return text::token_hash(known == nullptr ? name : std::string_view(known->name));
}

std::int64_t milliseconds(const text::Instant& instant) { return instant.utc.time_since_epoch().count(); }

bool may_lead(const Article& article, std::uint16_t words) {
  std::int64_t now = article.message.timestamp_ms;
  if (now < 0 && article.received) now = milliseconds(article.received->instant);
  const bool embargoed = article.embargoed && milliseconds(article.embargoed->instant) > now;
  return article.given.status == PubStatus::usable && article.completeness == Completeness::full && !embargoed &&
         !article.flags.has(Flag::not_article) && words >= kLeastWords;
}

}  // namespace

Fingerprint fingerprint_of(const Article& article, const Sources& sources, Sketcher& sketcher) {
  const std::span<const text::Token> words(article.tokens);
  const auto split = std::ranges::find(words, text::Field::body, &text::Token::field) - words.begin();
  const auto headline = words.first(static_cast<std::size_t>(split));
  const auto body = words.subspan(static_cast<std::size_t>(split));

  Fingerprint print;
  print.delivery = delivery_of(article.delivery);
  print.article = article.id;
  print.arrival_ms = article.message.timestamp_ms;
  print.status = status_of(article.given.status);
  print.version = version_of(article.given.version);
  if (article.updated) print.updated_ms = milliseconds(article.updated->instant);
  print.source = source_of(article, sources);

  const HeadlineSigns signs = read_headline(headline);
  print.skeleton = signs.skeleton;
  print.correction = signs.correction;
  print.headline = headline.empty() ? 0 : hash_of_words(headline);

  print.sketch = sketcher.sketch(body);
  const bool too_little = print.sketch.tokens < kLeastBodyWords;
  if (too_little) print.sketch = sketcher.sketch(words);
  const auto judged = too_little ? words : body;
  if (!judged.empty()) print.text = hash_of_words(judged);
  print.may_lead = may_lead(article, print.sketch.tokens);
  return print;
}

}  // namespace newsmill::dedup
