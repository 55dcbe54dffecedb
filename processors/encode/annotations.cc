#include "processors/encode/annotations.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace newsmill::encode {
namespace {

constexpr std::size_t kTopicsInHeader = 50;

// RFC 3986 section 2.1, for one segment of a path.
std::string percent_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "-._~()',:!";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) out += c;
    else if (c == ' ') out += '_';  // as Wikipedia writes its titles
    else (out += '%') += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

}  // namespace

std::string entity_uri(std::string_view id) {
  const auto colon = id.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view scheme = id.substr(0, colon), name = id.substr(colon + 1);
  if (scheme == "wd") return "http://www.wikidata.org/entity/" + percent_encoded(name);
  if (scheme == "gn") return "https://sws.geonames.org/" + percent_encoded(name) + "/";
  if (scheme == "enwiki") return "https://en.wikipedia.org/wiki/" + percent_encoded(name);
  return {};
}

std::string topics_header(const Article& article) {
  std::string ids;
  for (std::size_t i = 0; i < std::min(article.topics.size(), kTopicsInHeader); ++i)
    (ids += i == 0 ? "" : ",") += article.topics[i].id;
  return ids;
}

void Annotations::begin(const Article& article, JsonWriter& writer) {
  article_ = &article;
  writer_ = &writer;
  headline_.reset(article.headline);
  body_.reset(article.body);
}

/// A kill takes its text back, so its record has no body to point into.
bool Annotations::published(text::Field field) const {
  return field == text::Field::headline || article_->given.status != PubStatus::canceled;
}

std::string_view Annotations::text_of(text::Field field) const {
  return field == text::Field::headline ? article_->headline : article_->body;
}

bool Annotations::shown(const Entity& entity) const {
  return std::ranges::any_of(entity.mentions, [&](const Mention& mention) { return published(mention.field); });
}

void Annotations::parties(EntityType type, std::string_view list) {
  bool any = false;
  for (const Entity& entity : article_->entities) {
    if (entity.type != type || !shown(entity)) continue;
    if (!std::exchange(any, true)) {
      writer_->key(list);
      writer_->StartArray();
    }
    writer_->StartObject();
    writer_->text("name", entity.name);
    writer_->text_unless_empty("uri", entity_uri(entity.id));
    writer_->text_unless_empty("literal", entity.id);
    writer_->EndObject();
  }
  if (any) writer_->EndArray();
}

void Annotations::subjects() {
  static constexpr std::string_view kScheme = "medtop:";
  for (const TopicScore& topic : article_->topics) {
    writer_->StartObject();
    writer_->text("name", topic.name);
    if (topic.iptc.starts_with(kScheme))
      writer_->text("uri", "http://cv.iptc.org/newscodes/mediatopic/" + std::string(topic.iptc.substr(kScheme.size())));
    writer_->text("literal", topic.id);
    writer_->text("creator", "newsmill");
    writer_->number("confidence", static_cast<std::uint64_t>(std::lround(topic.score * 100)));
    writer_->EndObject();
  }
}

void Annotations::range(text::Field field, std::uint32_t begin, std::uint32_t end) {
  const bool headline = field == text::Field::headline;
  Offsets& offsets = headline ? headline_ : body_;
  writer_->text("field", headline ? "headline" : "body");
  writer_->number("start", offsets.code_point(begin));
  writer_->number("end", offsets.code_point(end));
  writer_->text("surface", text_of(field).substr(begin, end - begin));
}

void Annotations::entity(const Entity& entity) {
  writer_->StartObject();
  writer_->key("id");
  if (entity.id.empty()) writer_->Null();
  else writer_->text(entity.id);
  const std::pair<std::string_view, std::string_view> ids[] = {
      {"wikidata", entity.ids.wikidata}, {"enwiki", entity.ids.enwiki}, {"geonames", entity.ids.geonames},
      {"iso3166", entity.ids.iso3166},   {"lei", entity.ids.lei},       {"cik", entity.ids.cik},
      {"domain", entity.ids.domain},     {"watchlist", entity.ids.watchlist}};
  if (!entity.id.empty()) {
    writer_->key("ids");
    writer_->StartObject();
    for (const auto& [scheme, id] : ids) writer_->text_unless_empty(scheme, id);
    writer_->EndObject();
  }
  writer_->text("name", entity.name);
  writer_->text("type", entity_type_name(entity.type));
  writer_->text_unless_empty("subtype", entity.subtype);
  writer_->text_unless_empty("country", entity.country);
  writer_->share("salience", entity.salience);
  writer_->share("confidence", entity.confidence);
  writer_->text("method", entity_method_name(entity.method));
  writer_->key("mentions");
  writer_->StartArray();
  for (const Mention& mention : entity.mentions) {
    if (!published(mention.field)) continue;
    writer_->StartObject();
    range(mention.field, mention.begin, mention.end);
    if (mention.method != entity.method) writer_->text("method", entity_method_name(mention.method));
    if (mention.metonym) writer_->yes("metonym");
    writer_->EndObject();
  }
  writer_->EndArray();
  writer_->EndObject();
}

void Annotations::entities() {
  writer_->key("entities");
  writer_->StartArray();
  for (const Entity& each : article_->entities)
    if (shown(each)) entity(each);
  writer_->EndArray();
}

void Annotations::evidence(const TopicEvidence& evidence) {
  const bool has_range = evidence.end > evidence.begin;
  if (has_range && !published(evidence.field)) return;
  writer_->StartObject();
  if (has_range) {
    range(evidence.field, evidence.begin, evidence.end);
  } else {
    writer_->text("field", evidence.kind);
    writer_->text("value", evidence.value);
  }
  writer_->text_unless_empty("clause", evidence.clause);
  if (evidence.weight) writer_->share("weight", *evidence.weight);
  writer_->EndObject();
}

void Annotations::topic(const TopicScore& topic) {
  writer_->StartObject();
  writer_->text("id", topic.id);
  writer_->text("name", topic.name);
  writer_->share("score", topic.score);
  writer_->key("parts");
  writer_->StartObject();
  const std::pair<std::string_view, std::optional<double>> parts[] = {{"query", topic.parts.query},
                                                                      {"terms", topic.parts.terms},
                                                                      {"entities", topic.parts.entities},
                                                                      {"model", topic.parts.model}};
  for (const auto& [name, part] : parts)
    if (part) writer_->share(name, *part);
  writer_->EndObject();
  writer_->key("evidence");
  writer_->StartArray();
  for (const TopicEvidence& each : topic.evidence) evidence(each);
  writer_->EndArray();
  if (topic.truncated) writer_->yes("truncated");
  writer_->text_unless_empty("iptc", topic.iptc);
  if (!topic.labels.empty()) {
    writer_->key("labels");
    writer_->StartObject();
    for (const auto& [name, value] : topic.labels) writer_->text(name, value);
    writer_->EndObject();
  }
  writer_->text("definition", topic.definition);
  writer_->EndObject();
}

void Annotations::topics() {
  writer_->key("topics");
  writer_->StartArray();
  for (const TopicScore& each : article_->topics) topic(each);
  writer_->EndArray();
}

}  // namespace newsmill::encode
