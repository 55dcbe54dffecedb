#include "processors/normalize/normalize.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <optional>
#include <string>

#include "processors/core/sources.h"
#include "processors/normalize/clean.h"
#include "processors/normalize/completeness.h"
#include "processors/normalize/dates.h"
#include "processors/normalize/draft.h"
#include "processors/normalize/head_lines.h"
#include "processors/normalize/language.h"
#include "processors/normalize/letters.h"
#include "processors/normalize/lexicon.h"
#include "processors/normalize/links.h"
#include "processors/normalize/paragraphs.h"
#include "processors/normalize/repetition.h"
#include "processors/normalize/tail_lines.h"
#include "processors/text/language.h"
#include "processors/text/tokens.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

// Work units a byte of the parts that only go forward: cleaning, language, tokens.
constexpr std::uint64_t kUnitsPerByte = 30;
// Of asking the lexicons, beside the bytes of the line.
constexpr std::uint64_t kUnitsPerLine = 150;
// A text of fewer letters is no body; what was taken from around it is given back.
constexpr std::size_t kLeastBody = 20;

Removed::Kind removed_kind(LineKind kind) {
  switch (kind) {
    case LineKind::byline: return Removed::Kind::byline;
    case LineKind::published:
    case LineKind::updated: return Removed::Kind::date;
    case LineKind::kicker: return Removed::Kind::kicker;
    case LineKind::rights:
    case LineKind::terms: return Removed::Kind::rights;
    case LineKind::credit: return Removed::Kind::credit;
    case LineKind::caption: return Removed::Kind::caption;
    case LineKind::related: return Removed::Kind::related;
    case LineKind::advertisement: return Removed::Kind::advertisement;
    case LineKind::notice: return Removed::Kind::notice;
    case LineKind::site:
    case LineKind::boilerplate:
    case LineKind::cut:
    case LineKind::wall: return Removed::Kind::boilerplate;
  }
  return Removed::Kind::boilerplate;
}

/// What the lines around the text said, and what is left of the text.
struct Stripped {
  Stripped(Draft body, Arena* arena) : draft(std::move(body)), head(arena), lines(arena), removed(arena) {}
  Draft draft;
  Head head;
  TakenLines lines;
  std::pmr::vector<Removed> removed;
};

class Normalize final : public Processor {
 public:
  Normalize(const config::Settings& settings, const Knowledge& knowledge)
      : max_text_bytes_(settings.normalize.max_text_bytes), sources_(*knowledge.sources),
        lexicons_(*knowledge.lexicons), matcher_(lexicons_) {}

  Status process(Article& article, Scratch& scratch) override {
    if (auto status = admit(article, scratch); !status) return status;
    clean_fields(article, scratch.arena);
    read_links(article, scratch.arena);
    Head head(&scratch.arena);
    bool cut = false;
    std::size_t walls = 0;
    if (article.given.status != PubStatus::canceled) {
      Draft draft(&scratch.arena);
      const std::string_view body = article.given.body.empty() ? article.given.html : article.given.body;
      const Cleaned cleaned = clean_text(body, scratch.arena);
      if (cleaned.mojibake) article.flags.set(Flag::mojibake_repaired);
      if (!split_paragraphs(cleaned.text, draft, scratch.arena, scratch.budget)) return spent(article);
      if (!remove_repetition(draft, article.removed, scratch.arena, scratch.budget)) return spent(article);
      if (!article.removed.empty()) article.flags.set(Flag::body_repeated);
      if (!scratch.budget.spend(kUnitsPerLine * draft.size())) return spent(article);
      Stripped stripped = strip(article, draft, scratch.arena);
      cut = publish_lines(article, stripped.lines);
      walls = stripped.lines.walls;
      std::ranges::copy(stripped.removed, std::back_inserter(article.removed));
      assemble(article, stripped.draft, scratch.arena);
      head = std::move(stripped.head);
    }
    publish_head(article, head, scratch.arena);
    find_publisher_facts(article, head, scratch.arena);
    // The title of a wall tells more than its text.
    const LexiconRow* titled = matcher_.find(article.headline, static_cast<std::uint8_t>(Place::any),
                                             [](const LexiconRow& row, auto) { return row.kind == LineKind::wall; });
    finish(article, cut, walls + (titled != nullptr));
    tokenize(article);
    return ok;
  }

 private:
  static Status spent(const Article& article) {
    return Error{Code::budget, "a body of " + std::to_string(article.given.body.size()) + " bytes that takes more work",
                 "at most " + std::to_string(Budget::kUnits) + " work units for one article", "$.body"};
  }

  Status admit(const Article& article, Scratch& scratch) const {
    const Given& given = article.given;
    const std::size_t body = std::max(given.body.size(), given.html.size());
    if (body > max_text_bytes_) {
      return Error{Code::too_large, std::to_string(body) + " bytes of text",
                   "at most " + std::to_string(max_text_bytes_) + " (normalize.max_text_bytes)", "$.body"};
    }
    const std::size_t all = body + given.title.size() + given.subtitle.size() + given.summary.size();
    if (!scratch.budget.spend(kUnitsPerByte * all)) return spent(article);
    return ok;
  }

  static void clean_fields(Article& article, Arena& arena) {
    const Given& given = article.given;
    const auto clean = [&](std::string_view text) {
      const Cleaned cleaned = clean_line(text, arena);
      if (cleaned.mojibake) article.flags.set(Flag::mojibake_repaired);
      return cleaned.text;
    };
    article.headline = clean(given.title);
    article.subheadline = clean(given.subtitle);
    article.summary = clean(given.summary);
    article.copyright_notice = clean(given.rights);
    article.usage_terms = clean(given.terms);
    article.source = clean(given.source.empty() ? std::string_view(article.message.defaults->source) : given.source);
    std::string by;
    for (const std::string_view author : given.authors) {
      if (!by.empty()) by += ", ";
      by += clean(author);
    }
    article.by = keep(by, arena);
  }

  /// Inserts, head and tail. When they leave no text, they were the text.
  Stripped strip(const Article& article, const Draft& draft, Arena& arena) {
    Stripped stripped(draft, &arena);
    take_inserts(stripped.draft, matcher_, stripped.lines);
    read_head(stripped.draft, {article.headline, article.subheadline}, lexicons_, matcher_, stripped.head,
              stripped.removed, arena);
    take_tail(stripped.draft, matcher_, stripped.lines);
    std::size_t letters = 0;
    for (std::size_t i = 0; i < stripped.draft.size() && letters < kLeastBody; ++i) {
      letters += count_letters(stripped.draft[i], kLeastBody);
    }
    if (letters >= kLeastBody || stripped.draft.size() == draft.size()) return stripped;
    Stripped untouched(draft, &arena);
    untouched.lines.walls = stripped.lines.walls;
    return untouched;
  }

  /// Rights and terms go to their fields, the rest to `removed`. True when the text goes on elsewhere.
  static bool publish_lines(Article& article, const TakenLines& taken_lines) {
    bool cut = false;
    for (const TakenLine& line : taken_lines.lines) {
      cut |= line.kind == LineKind::cut;
      std::string_view* field = line.kind == LineKind::rights  ? &article.copyright_notice
                                : line.kind == LineKind::terms ? &article.usage_terms
                                                                    : nullptr;
      if (field != nullptr && (field->empty() || *field == line.text)) { *field = line.text; continue; }
      article.removed.push_back({removed_kind(line.kind), line.rule, line.paragraphs, line.chars, line.text});
    }
    return cut;
  }

  static void assemble(Article& article, const Draft& draft, Arena& arena) {
    std::size_t size = 0;
    for (const Paragraph& p : draft.paragraphs) size += p.end - p.begin + kParagraphBreak.size();
    if (size == 0) return;
    size -= kParagraphBreak.size();
    article.paragraphs.reserve(draft.size());
    // Nothing taken out of the middle: the body is a piece of the buffer as it stands.
    const std::uint32_t start = draft.paragraphs.front().begin;
    if (draft.paragraphs.back().end - start == size) {
      article.body = draft.buffer.substr(start, size);
      for (const Paragraph& p : draft.paragraphs) article.paragraphs.push_back({p.begin - start, p.end - start});
      return;
    }
    auto* out = static_cast<char*>(arena.allocate(size, 1));
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < draft.size(); ++i) {
      if (i > 0) {
        std::memcpy(out + at, kParagraphBreak.data(), kParagraphBreak.size());
        at += static_cast<std::uint32_t>(kParagraphBreak.size());
      }
      const std::string_view text = draft[i];
      std::memcpy(out + at, text.data(), text.size());
      article.paragraphs.push_back({at, at + static_cast<std::uint32_t>(text.size())});
      at += static_cast<std::uint32_t>(text.size());
    }
    article.body = {out, size};
  }

  static void publish_head(Article& article, const Head& head, Arena&) {
    if (article.headline.empty()) article.headline = head.headline;
    if (article.subheadline.empty()) article.subheadline = head.subheadline;
    article.kicker = head.kicker;
    article.located = head.located;
    for (const HeadPiece& piece : head.pieces) {
      std::string_view* field = piece.kind == LineKind::byline   ? &article.by
                                : piece.kind == LineKind::site   ? &article.source
                                : piece.kind == LineKind::kicker ? &article.kicker
                                : piece.kind == LineKind::rights ? &article.copyright_notice
                                : piece.kind == LineKind::terms  ? &article.usage_terms
                                                                 : nullptr;
      const bool date = piece.kind == LineKind::published || piece.kind == LineKind::updated;
      if (date) continue;  // see find_publisher_facts()
      if (field != nullptr && (field->empty() || *field == piece.value)) { *field = piece.value; continue; }
      remove(article, piece);
    }
  }

  static void remove(Article& article, const HeadPiece& piece) {
    article.removed.push_back(taken(removed_kind(piece.kind), piece.rule, piece.text,
                                    static_cast<std::uint32_t>(text::code_points(piece.text))));
  }

  /// What rests on who published it: zone of the dates, language.
  void find_publisher_facts(Article& article, const Head& head, Arena& arena) const {
    const std::string_view host = host_of(article.url.empty() ? article.source : article.url, arena);
    const Source* source = sources_.find(article.source);
    if (source == nullptr && !host.empty()) source = sources_.find(host);
    text::InstantHints hints;
    if (source != nullptr) hints = {source->tz, source->language, source->country};
    if (hints.tz.empty()) hints.tz = sources_.zone_of_domain(article.source);
    if (hints.tz.empty()) hints.tz = sources_.zone_of_domain(host);
    if (const auto declared = text::language_tag(article.given.language); !declared.empty()) hints.language = declared;

    HeadDates dates;
    for (const HeadPiece& piece : head.pieces) {
      std::optional<DateLine>* line = piece.kind == LineKind::published ? &dates.published
                                      : piece.kind == LineKind::updated ? &dates.updated
                                                                        : nullptr;
      if (line != nullptr && !*line) *line = DateLine{piece.text, piece.value, piece.language};
    }
    const DatesUsed used = read_dates(article, dates, hints, arena);
    for (const HeadPiece& piece : head.pieces) {
      const bool in_field = (piece.kind == LineKind::published && used.published && piece.text == dates.published->raw) ||
                            (piece.kind == LineKind::updated && used.updated && piece.text == dates.updated->raw);
      if ((piece.kind == LineKind::published || piece.kind == LineKind::updated) && !in_field) remove(article, piece);
    }
    article.language = find_language(article.headline, article.body,
                                     {article.given.language, source == nullptr ? std::string_view{} : source->language, host}, arena);
  }

  static void finish(Article& article, bool cut, std::size_t walls) {
    article.completeness = completeness(article.body, article.summary, cut);
    const std::size_t chars = text::code_points(article.body);
    if (chars > 0 && chars < kShortChars) article.flags.set(Flag::short_text);
    if (reads_like_a_wall(walls, article.paragraphs.size(), chars)) article.flags.set(Flag::not_article);
    for (const Paragraph& p : article.paragraphs) {
      const std::string_view text = article.body.substr(p.begin, p.end - p.begin);
      if (text.size() > kFlattenedChars && text::code_points(text) > kFlattenedChars) article.flags.set(Flag::flattened);
    }
  }

  static void tokenize(Article& article) {
    // A growing vector leaves its old blocks in the arena; words of six bytes are short ones.
    article.tokens.reserve((article.headline.size() + article.body.size()) / 5 + 8);
    const std::uint32_t sentence = text::tokenize(article.headline, text::Field::headline, 0, article.tokens);
    text::tokenize(article.body, text::Field::body, sentence, article.tokens);
  }

  std::size_t max_text_bytes_;
  const Sources& sources_;
  const Lexicons& lexicons_;
  LineMatcher matcher_;
};

}  // namespace

std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge) {
  assert(knowledge.sources != nullptr && knowledge.lexicons != nullptr);
  return std::make_unique<Normalize>(settings, knowledge);
}

}  // namespace newsmill::normalize
