#include "processors/decode/decode.h"

#include <string>

#include "processors/core/sources.h"
#include "processors/decode/encoding.h"
#include "processors/decode/gzip.h"
#include "processors/decode/identity.h"
#include "processors/decode/json.h"
#include "processors/decode/plain.h"
#include "processors/decode/sniff.h"
#include "processors/decode/text.h"
#include "processors/text/utf8.h"

namespace newsmill::decode {
namespace {

// Bad input: more than this share damaged is no article; from the other two on it is flagged.
constexpr std::size_t kMaxDamagedPercent = 10;
constexpr std::size_t kFlaggedPercent = 1;
constexpr std::size_t kFlaggedCount = 50;

constexpr std::string_view kSpace = " \t\r\n\f\v";

bool is_blank(std::string_view text) { return text.find_first_not_of(kSpace) == std::string_view::npos; }

class Decode final : public Processor {
 public:
  Decode(const config::Settings& settings, const Knowledge& knowledge)
      : max_bytes_(settings.input.max_bytes), knowledge_(knowledge) {}

  Status process(Article& article, Scratch& scratch) override {
    Result<std::string_view> bytes = admit(article.message, scratch);
    if (!bytes) return std::move(bytes.error());
    if (const std::string_view kind = file_kind(bytes.value()); !kind.empty())
      return Error{Code::unknown_format, std::string(kind), "an article as text", "byte 0"};
    if (!scratch.budget.spend(2 * bytes.value().size()))
      return Error{Code::budget, "too much work in decoding", "an article of ordinary size", {}};
    const Decoded decoded = decode_bytes(bytes.value(), scratch.arena);
    if (decoded.guessed) article.flags.set(Flag::encoding_guessed);
    if (is_blank(decoded.text)) return Error{Code::empty, "white space only", "an article", "value"};
    // Before the format is looked for: what is damaged like this has none.
    if (Status status = judge_damage(decoded.damaged, decoded.text, article.flags); !status) return status;

    Result<Format> format = format_for(article.message, decoded.text);
    if (!format) return std::move(format.error());
    article.format = format.value();
    if (article.format == Format::text) {
      read_text(decoded.text, article.given);
    } else if (Status status = read_json_article(decoded, article, scratch); !status) {
      if (status.error().code == Code::malformed_json && article.message.defaults->format == Format::automatic)
        status.error().expected += "; a text that begins with { needs the format text";
      return status;
    }
    if (Status status = judge_content(article.given, article.format); !status) return status;
    article.id = identify(article.given, article.message.defaults->source, article.delivery.sha256, scratch.arena);
    return ok;
  }

 private:
  Result<std::string_view> admit(const Message& message, Scratch& scratch) const {
    if (!message.value) return Error{Code::empty, "a null value", "an article", "value"};
    if (message.value->empty()) return Error{Code::empty, "an empty value", "an article", "value"};
    if (message.value->size() > max_bytes_)
      return Error{Code::too_large, std::to_string(message.value->size()) + " bytes",
                   "at most " + std::to_string(max_bytes_) + " bytes (input.max_bytes)", "value"};
    if (!is_gzip(*message.value)) return *message.value;
    Result<std::string_view> inside = gunzip(*message.value, max_bytes_, scratch);
    if (inside && is_gzip(inside.value()))
      return Error{Code::bad_compression, "gzip inside gzip", "one layer of gzip", "value"};
    return inside;
  }

  static Status judge_damage(std::size_t damaged, std::string_view text, Flags& flags) {
    if (damaged == 0) return ok;
    const std::size_t characters = text::code_points(text);
    if (damaged * 100 > characters * kMaxDamagedPercent)
      return Error{Code::encoding_damaged,
                   std::to_string(damaged) + " of " + std::to_string(characters) + " characters cannot be decoded",
                   "UTF-8, UTF-16 or UTF-32 with a byte order mark, or windows-1252; at most " +
                       std::to_string(kMaxDamagedPercent) + " % damaged",
                   "value"};
    if (damaged > kFlaggedCount || damaged * 100 > characters * kFlaggedPercent) flags.set(Flag::encoding_damaged);
    return ok;
  }

  /// The operator's word, then what is known of the source, then the bytes themselves.
  Result<Format> format_for(const Message& message, std::string_view text) const {
    const InputDefaults& defaults = *message.defaults;
    if (defaults.format != Format::automatic) return defaults.format;
    if (knowledge_.sources && !defaults.source.empty())
      if (const Source* source = knowledge_.sources->find(defaults.source))
        if (source->format && *source->format != Format::automatic) return *source->format;
    return sniff(text);
  }

  static Status read_json_article(const Decoded& decoded, Article& article, Scratch& scratch) {
    Result<JsonDocument> document = read_json(decoded.text, scratch);
    if (!document) return std::move(document.error());
    if (document.value().duplicate_keys) article.flags.set(Flag::duplicate_keys);
    if (Status status = judge_damage(decoded.damaged + document.value().damaged, decoded.text, article.flags); !status)
      return status;
    if (!scratch.budget.spend(decoded.text.size()))
      return Error{Code::budget, "too much work in fields", "an article of ordinary size", {}};
    std::size_t dropped = 0;
    Status status = read_plain(*document.value().root, scratch.arena, article.given, dropped);
    if (dropped > 0) article.flags.set(Flag::field_dropped);
    return status;
  }

  /// A kill needs no content and its body is not read; everything else needs a title or a text,
  /// and HTML is refused by name rather than published as tag soup.
  static Status judge_content(const Given& given, Format format) {
    if (given.status == PubStatus::canceled && (!given.id.empty() || !given.url.empty())) return ok;
    const std::string field = format == Format::text ? "value" : given.body.empty() ? "$.html" : "$.body";
    if (given.body_is_html || (given.body.empty() && !given.html.empty()))
      return Error{Code::unknown_format, "HTML body", "plain text (HTML bodies are not read by this version)", field};
    if (given.title.empty() && given.body.empty())
      return Error{Code::no_content, "neither a title nor a body", "at least one of title and body", "$"};
    return ok;
  }

  std::size_t max_bytes_;
  const Knowledge& knowledge_;
};

}  // namespace

std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge) {
  return std::make_unique<Decode>(settings, knowledge);
}

}  // namespace newsmill::decode
