#include "processors/encode/record.h"

#include <chrono>
#include <optional>

#include "processors/core/format.h"
#include "processors/encode/annotations.h"
#include "processors/encode/json_writer.h"
#include "processors/text/instant.h"
#include "processors/text/unicode.h"
#include "processors/text/url.h"
#include "processors/text/utf8.h"

namespace newsmill::encode {
namespace {


using Time = std::chrono::sys_time<std::chrono::milliseconds>;

constexpr std::string_view kNinjsSchema = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json";
constexpr std::string_view kUnknownLanguage = "und";

std::string_view name(PubStatus status) {
  switch (status) {
    case PubStatus::usable: return "usable";
    case PubStatus::withheld: return "withheld";
    case PubStatus::canceled: return "canceled";
  }
  return {};
}

std::string_view name(Completeness completeness) {
  switch (completeness) {
    case Completeness::full: return "full";
    case Completeness::partial: return "partial";
    case Completeness::summary: return "summary";
    case Completeness::none: return "none";
  }
  return {};
}

std::string_view name(DateFrom from) {
  switch (from) {
    case DateFrom::field: return "field";
    case DateFrom::feed: return "feed";
    case DateFrom::json_ld: return "json-ld";
    case DateFrom::meta: return "meta";
    case DateFrom::microdata: return "microdata";
    case DateFrom::time_element: return "time-element";
    case DateFrom::url: return "url";
    case DateFrom::head_line: return "head-line";
  }
  return {};
}

std::string_view name(Language::From from) {
  switch (from) {
    case Language::From::text: return "text";
    case Language::From::declared: return "declared";
    case Language::From::source: return "source";
    case Language::From::none: return "none";
  }
  return {};
}

std::string_view name(Removed::Kind kind) {
  switch (kind) {
    case Removed::Kind::repeat: return "repeat";
    case Removed::Kind::headline_echo: return "headline-echo";
    case Removed::Kind::kicker: return "kicker";
    case Removed::Kind::byline: return "byline";
    case Removed::Kind::dateline: return "dateline";
    case Removed::Kind::date: return "date";
    case Removed::Kind::caption: return "caption";
    case Removed::Kind::credit: return "credit";
    case Removed::Kind::rights: return "rights";
    case Removed::Kind::boilerplate: return "boilerplate";
    case Removed::Kind::related: return "related";
    case Removed::Kind::advertisement: return "advertisement";
    case Removed::Kind::notice: return "notice";
  }
  return {};
}

std::string_view name(text::Precision precision) {
  switch (precision) {
    case text::Precision::year: return "year";
    case text::Precision::month: return "month";
    case text::Precision::day: return "day";
    case text::Precision::minute: return "minute";
    case text::Precision::second: return "second";
  }
  return {};
}

std::string_view name(text::ZoneFrom zone) {
  switch (zone) {
    case text::ZoneFrom::given: return "given";
    case text::ZoneFrom::assumed: return "assumed";
    case text::ZoneFrom::unknown: return "unknown";
  }
  return {};
}

/// When the bytes came in: as the provider says, else as Kafka says.
std::optional<Time> received(const Article& article) {
  if (article.received) return article.received->instant.utc;
  if (article.message.timestamp_ms >= 0) return Time(std::chrono::milliseconds(article.message.timestamp_ms));
  return std::nullopt;
}

/// "updated, else published, else received, else the epoch"; nullopt for the last.
std::optional<std::string> version_created(const Article& article) {
  if (article.updated) return text::rfc3339(article.updated->instant);
  if (article.published) return text::rfc3339(article.published->instant);
  if (const auto time = received(article)) return text::rfc3339_utc(*time);
  return std::nullopt;
}

/// The fields of one record, in their published order.
class Fields {
 public:
  Fields(JsonWriter& writer, Annotations& annotations, Arena& arena)
      : writer_(writer), annotations_(annotations), arena_(arena) {}

  void record(const Article& article, const std::map<std::string, std::string>& versions) {
    writer_.StartObject();
    head(article);
    texts(article);
    parties(article);
    references(article);
    key("monitoring");
    monitoring(article, versions);
    writer_.EndObject();
  }
  /// Where the value of `story` stands when it is to be filled in; else 0.
  std::size_t story_at() const { return story_at_; }

 private:
  void key(std::string_view name) { writer_.key(name); }
  void text(std::string_view value) { writer_.text(value); }
  void text(std::string_view name, std::string_view value) { writer_.text(name, value); }
  void text_unless_empty(std::string_view name, std::string_view value) { writer_.text_unless_empty(name, value); }
  void number(std::string_view name, std::uint64_t value) { writer_.number(name, value); }

  void head(const Article& article) {
    const Given& given = article.given;
    if (text::is_absolute_uri(given.id)) text("uri", given.id);
    else text("uri", "urn:uuid:" + uuid(article.id));
    text("type", "text");
    text("representationType", article.completeness == Completeness::full ? "full" : "partial");
    text("version", given.version.empty() ? "1" : given.version);
    text("versionCreated", version_created(article).value_or("1970-01-01T00:00:00Z"));
    if (article.published) text("contentCreated", text::rfc3339(article.published->instant));
    if (article.embargoed) text("embargoedUntil", text::rfc3339(article.embargoed->instant));
    text("pubStatus", name(given.status));
    if (given.urgency != 0) number("urgency", given.urgency);
    if (article.language.tag != kUnknownLanguage) text_unless_empty("language", article.language.tag);
  }

  void headline(std::string_view role, std::string_view value) {
    if (value.empty()) return;
    writer_.StartObject();
    text("role", role);
    text("contentType", "text/plain");
    text("value", value);
    writer_.EndObject();
  }

  void texts(const Article& article) {
    key("headlines");
    writer_.StartArray();
    headline("main", article.headline);
    headline("kicker", article.kicker);
    headline("sub", article.subheadline);
    writer_.EndArray();
    if (!article.summary.empty()) {
      key("descriptions");
      writer_.StartArray();
      headline("summary", article.summary);
      writer_.EndArray();
    }
    key("bodies");
    writer_.StartArray();
    // A kill takes the text back, so its record carries none.
    if (!article.body.empty() && article.given.status != PubStatus::canceled) {
      writer_.StartObject();
      text("role", "main");
      text("contentType", "text/plain");
      text("value", article.body);
      number("charCount", text::code_points(article.body));
      number("wordCount", text::word_runs(article.body));
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  void info_source(std::string_view name, std::string_view role) {
    if (name.empty()) return;
    writer_.StartObject();
    text("name", name);
    text("role", role);
    writer_.EndObject();
  }

  void parties(const Article& article) {
    text_unless_empty("by", article.by);
    text_unless_empty("located", article.located);
    if (!article.source.empty() || !article.given.feed.empty()) {
      key("infoSources");
      writer_.StartArray();
      info_source(article.source, "publisher");
      info_source(article.given.feed, "feed");
      writer_.EndArray();
    }
    annotations_.people();
    annotations_.organisations();
    annotations_.places();
    text_unless_empty("copyrightNotice", article.copyright_notice);
    text_unless_empty("usageTerms", article.usage_terms);
  }

  void alternative_id(std::string_view role, std::string_view value) {
    if (value.empty()) return;
    writer_.StartObject();
    text("role", role);
    text("value", value);
    writer_.EndObject();
  }

  void references(const Article& article) {
    const Given& given = article.given;
    if (!given.subjects.empty() || !article.topics.empty()) {
      key("subjects");
      writer_.StartArray();
      for (const std::string_view subject : given.subjects) {
        writer_.StartObject();
        text("name", subject);
        writer_.EndObject();
      }
      annotations_.subjects();
      writer_.EndArray();
    }
    if (const auto image = text::parse_url(given.image)) picture(image->href);
    key("altIds");
    writer_.StartArray();
    alternative_id("id", given.id);
    alternative_id("url", article.url);
    alternative_id("canonical", article.canonical_url);
    alternative_id("sha256", hex(article.delivery.sha256.data(), article.delivery.sha256.size()));
    writer_.EndArray();
    key("standard");
    writer_.StartObject();
    text("name", "ninjs");
    text("version", "3.1");
    text("schema", kNinjsSchema);
    writer_.EndObject();
  }

  // ninjs names a picture that goes with an article as an associated object of its own.
  void picture(std::string_view address) {
    key("associations");
    writer_.StartArray();
    writer_.StartObject();
    text("name", "image");
    text("uri", address);
    text("type", "picture");
    key("renditions");
    writer_.StartArray();
    writer_.StartObject();
    text("name", "original");
    text("href", address);
    writer_.EndObject();
    writer_.EndArray();
    writer_.EndObject();
    writer_.EndArray();
  }

  void monitoring(const Article& article, const std::map<std::string, std::string>& versions) {
    writer_.StartObject();
    text("schema", kSchemaVersion);
    text("id", uuid(article.id));
    delivery(article);
    text("completeness", name(article.completeness));
    language(article.language);
    date("published", article.published);
    date("updated", article.updated);
    removed(article);
    key("flags");
    writer_.StartArray();
    for (std::size_t i = 0; i < flag_table().size(); ++i)
      if (article.flags.has(static_cast<Flag>(i))) text(flag_table()[i].name);
    writer_.EndArray();
    key("story");
    writer_.Null();
    // The referee decides after the chain; until then, and without dedup, there is none.
    story_at_ = article.fingerprint ? writer_.size() - 4 : 0;
    annotations_.entities();
    annotations_.topics();
    key("versions");
    writer_.StartObject();
    if (!versions.contains("newsmill")) text("newsmill", NEWSMILL_VERSION);
    for (const auto& [what, version] : versions) text(what, version);
    writer_.EndObject();
    writer_.EndObject();
  }

  void delivery(const Article& article) {
    const Delivery& delivery = article.delivery;
    key("delivery");
    writer_.StartObject();
    // A topic may be the path of a file, which may hold any bytes.
    text("topic", text::repair_utf8(delivery.topic, arena_).text);
    key("partition");
    writer_.Int(delivery.partition);
    key("offset");
    writer_.Int64(delivery.offset);
    key("receivedAt");
    if (const auto time = received(article)) text(text::rfc3339_utc(*time));
    else writer_.Null();
    text("format", format_name(article.format));
    number("bytes", article.message.value.value_or("").size());
    text("sha256", hex(delivery.sha256.data(), delivery.sha256.size()));
    writer_.EndObject();
  }

  void language(const Language& language) {
    key("language");
    writer_.StartObject();
    text("tag", language.tag);
    writer_.share("confidence", language.confidence, 100);
    text("from", name(language.from));
    text_unless_empty("declared", language.declared);
    writer_.EndObject();
  }

  void date(std::string_view field, const std::optional<ArticleDate>& date) {
    key(field);
    if (!date) {
      writer_.Null();
      return;
    }
    const text::Instant& instant = date->instant;
    writer_.StartObject();
    text("instant", text::rfc3339_utc(instant.utc));
    text("precision", name(instant.precision));
    text("zone", name(instant.zone));
    text_unless_empty("tz", instant.tz);
    text("from", name(date->from));
    text("raw", instant.raw);
    writer_.EndObject();
  }

  void removed(const Article& article) {
    key("removed");
    writer_.StartArray();
    for (const Removed& piece : article.removed) {
      writer_.StartObject();
      text("kind", name(piece.kind));
      text("rule", piece.rule);
      number("paragraphs", piece.paragraphs);
      number("chars", piece.chars);
      text("text", piece.text);
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  JsonWriter& writer_;
  Annotations& annotations_;
  Arena& arena_;
  std::size_t story_at_ = 0;
};

// A batch of records should not keep the buffer of one giant alive.
constexpr std::size_t kKeptBufferBytes = 1 << 20;

}  // namespace

struct RecordWriter::Buffer {
  rapidjson::StringBuffer json;
  Annotations annotations;
};

RecordWriter::RecordWriter(const std::map<std::string, std::string>& versions)
    : versions_(versions), buffer_(std::make_unique<Buffer>()) {}

RecordWriter::~RecordWriter() = default;

void RecordWriter::write(Article& article, Arena& arena) {
  if (!version_created(article)) article.flags.set(Flag::version_created_unknown);
  rapidjson::StringBuffer& json = buffer_->json;
  json.Clear();
  JsonWriter writer(json);
  buffer_->annotations.begin(article, writer);
  Fields fields(writer, buffer_->annotations, arena);
  fields.record(article, versions_);
  Output& output = article.output;
  output.story_at = fields.story_at();
  output.key = uuid(article.id);
  output.value.assign(json.GetString(), json.GetSize());
  if (json.GetSize() > kKeptBufferBytes) json.ShrinkToFit();
  output.headers = {{"newsmill-schema", std::string(kSchemaVersion)},
                    {std::string(kDeliveryHeader), delivery_text(article.delivery)}};
  if (article.language.tag != kUnknownLanguage && !article.language.tag.empty())
    output.headers.emplace_back("newsmill-language", article.language.tag);
  if (std::string topics = topics_header(article); !topics.empty())
    output.headers.emplace_back("newsmill-topics", std::move(topics));
}

}  // namespace newsmill::encode
