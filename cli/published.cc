#include "cli/published.h"

#include "cli/dedup_subject.h"
#include "processors/core/batch.h"
#include "processors/decode/json.h"
#include "processors/dedup/fingerprint.h"
#include "processors/text/instant.h"
#include "processors/text/tokens.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace newsmill::cli {
namespace {

using decode::find;
using decode::JsonValue;

Error no_record(std::string found, std::string where) {
  return {Code::wrong_type, std::move(found), "a record that newsmill wrote", std::move(where)};
}

std::string_view text_of(const JsonValue* object, std::string_view key) {
  const JsonValue* value = object == nullptr ? nullptr : find(*object, key);
  return value != nullptr && value->kind == JsonValue::Kind::string ? value->text : std::string_view();
}

/// Of the objects in the list `key` the one whose role is `role`; its text under `name`.
std::string_view by_role(const JsonValue& record, std::string_view key, std::string_view role, std::string_view name) {
  const JsonValue* list = find(record, key);
  if (list == nullptr || list->kind != JsonValue::Kind::array) return {};
  for (const JsonValue* each = list->first; each != nullptr; each = each->next)
    if (each->kind == JsonValue::Kind::object && text_of(each, "role") == role) return text_of(each, name);
  return {};
}

template <class Number>
std::optional<Number> number_of(const JsonValue* object, std::string_view key) {
  const JsonValue* value = object == nullptr ? nullptr : find(*object, key);
  if (value == nullptr || value->kind != JsonValue::Kind::number) return std::nullopt;
  Number number{};
  const auto [end, error] = std::from_chars(value->text.data(), value->text.data() + value->text.size(), number);
  if (error != std::errc() || end != value->text.data() + value->text.size()) return std::nullopt;
  return number;
}

std::optional<ArticleDate> date_of(std::string_view written, Arena& arena) {
  const auto instant = text::parse_instant(written, {}, arena);
  if (!instant) return std::nullopt;
  return ArticleDate{*instant, DateFrom::field};
}

std::optional<Relation> relation_of(std::string_view name) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(Relation::unchecked); ++i)
    if (relation_name(static_cast<Relation>(i)) == name) return static_cast<Relation>(i);
  return std::nullopt;
}

PubStatus status_of(std::string_view name) {
  return name == "canceled" ? PubStatus::canceled : name == "withheld" ? PubStatus::withheld : PubStatus::usable;
}

/// The verdict, or why `story` is none. An absent one is no error.
Result<std::optional<Verdict>> verdict_of(const JsonValue& monitoring, Arena& arena) {
  const JsonValue* story = find(monitoring, "story");
  if (story == nullptr || story->kind != JsonValue::Kind::object) return std::optional<Verdict>();
  Verdict verdict;
  const auto id = parse_article_id(text_of(story, "id"));
  const auto since = text::parse_instant(text_of(story, "since"), {}, arena);
  const auto relation = relation_of(text_of(story, "relation"));
  if (!id || !since || !relation) return no_record("a story without id, birth or relation", "$.monitoring.story");
  verdict.story = *id;
  verdict.since_ms = since->utc.time_since_epoch().count();
  verdict.relation = *relation;
  verdict.canonical = parse_article_id(text_of(story, "canonical"));
  verdict.similarity = number_of<float>(story, "similarity").value_or(-1);
  if (const JsonValue* related = find(*story, "related"); related != nullptr && related->kind == JsonValue::Kind::array)
    for (const JsonValue* each = related->first; each != nullptr && verdict.related_count < Verdict::kRelated;
         each = each->next)
      if (const auto other = parse_article_id(each->text)) verdict.related[verdict.related_count++] = *other;
  return std::optional(verdict);
}

/// The SHA-256 of the delivered bytes.
std::optional<Sha256> digest_of(std::string_view digits) {
  Sha256 digest;
  if (digits.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto [end, error] = std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, digest[i], 16);
    if (error != std::errc() || end != digits.data() + 2 * i + 2) return std::nullopt;
  }
  return digest;
}

Result<std::monostate> read_place(const JsonValue& record, const JsonValue& monitoring, Article& article) {
  const JsonValue* delivery = find(monitoring, "delivery");
  const auto partition = number_of<std::int32_t>(delivery, "partition");
  const auto offset = number_of<std::int64_t>(delivery, "offset");
  const auto digest = digest_of(by_role(record, "altIds", "sha256", "value"));
  if (text_of(delivery, "topic").empty() || !partition || !offset || !digest)
    return no_record("a record without its delivery", "$.monitoring.delivery");
  article.delivery = {std::string(text_of(delivery, "topic")), *partition, *offset, *digest};
  return ok;
}

/// What the fingerprint is made of; the text is published text, so there is nothing to clean.
void read_text(const JsonValue& record, const JsonValue& monitoring, Article& article, Arena& arena) {
  article.headline = by_role(record, "headlines", "main", "value");
  article.body = by_role(record, "bodies", "main", "value");
  article.source = by_role(record, "infoSources", "publisher", "name");
  article.given.feed = by_role(record, "infoSources", "feed", "name");
  article.url = by_role(record, "altIds", "url", "value");
  article.given.status = status_of(text_of(&record, "pubStatus"));
  if (const std::string_view version = text_of(&record, "version"); version != "1") article.given.version = version;
  article.embargoed = date_of(text_of(&record, "embargoedUntil"), arena);
  article.updated = date_of(text_of(find(monitoring, "updated"), "instant"), arena);
  const std::string_view completeness = text_of(&monitoring, "completeness");
  article.completeness = completeness == "full"      ? Completeness::full
                         : completeness == "partial" ? Completeness::partial
                         : completeness == "summary" ? Completeness::summary
                                                     : Completeness::none;
  if (const JsonValue* flags = find(monitoring, "flags"); flags != nullptr)
    for (const JsonValue* each = flags->first; each != nullptr; each = each->next)
      if (each->text == flag_table()[static_cast<std::size_t>(Flag::not_article)].name)
        article.flags.set(Flag::not_article);
  const std::uint32_t sentence = text::tokenize(article.headline, text::Field::headline, 0, article.tokens);
  text::tokenize(article.body, text::Field::body, sentence, article.tokens);
}

}  // namespace

Result<Published> read_published(std::string_view record, std::int64_t timestamp_ms, const Sources& sources,
                                 dedup::Sketcher& sketcher) {
  static const InputDefaults kNone;
  Batch batch;
  Message message;
  message.defaults = &kNone;
  message.timestamp_ms = timestamp_ms;
  Article& article = batch.add(message).article;
  Budget budget;
  Scratch scratch{batch.arena(), budget};
  const auto document = decode::read_json(record, scratch);
  if (!document) return document.error();
  const JsonValue& root = *document.value().root;
  const JsonValue* monitoring = root.kind == JsonValue::Kind::object ? find(root, "monitoring") : nullptr;
  if (monitoring == nullptr || monitoring->kind != JsonValue::Kind::object)
    return no_record("no object monitoring", "$.monitoring");
  const auto id = parse_article_id(text_of(monitoring, "id"));
  if (!id) return no_record("no article id", "$.monitoring.id");
  article.id = *id;
  if (auto place = read_place(root, *monitoring, article); !place) return place.error();
  read_text(root, *monitoring, article, batch.arena());
  auto verdict = verdict_of(*monitoring, batch.arena());
  if (!verdict) return verdict.error();
  return Published{dedup::fingerprint_of(article, sources, sketcher), verdict.value()};
}

}  // namespace newsmill::cli
