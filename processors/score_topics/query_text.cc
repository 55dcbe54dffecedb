#include "processors/score_topics/query_text.h"

#include <algorithm>
#include <charconv>

#include "processors/score_topics/query_scanner.h"
#include "processors/score_topics/query_words.h"
#include "processors/text/ascii.h"
#include "processors/text/utf8.h"

namespace newsmill::score_topics {
namespace {

using Kind = Query::Kind;

/// How tightly a node holds together; a kid that holds less tightly than its place asks stands in brackets.
enum Tightness : int { kOr, kAnd, kNot, kNear, kAtom };

Tightness tightness(const Query::Node& node) {
  if (node.weight != 1) return kAtom;  // written with its own brackets
  switch (node.kind) {
    case Kind::either: return kOr;
    case Kind::both: return kAnd;
    case Kind::negation: return kNot;
    case Kind::near: case Kind::ordered: case Kind::not_near: case Kind::sentence: case Kind::paragraph: return kNear;
    default: return kAtom;
  }
}

std::string number(double value) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed);
  return error == std::errc() ? std::string(digits, end) : std::string("1");
}

/// Letters, digits and wildcards that are no operator: what may stand without quotation marks.
bool stands_alone(std::string_view word) {
  for (const char c : word) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' ||
                       c == '?' || static_cast<unsigned char>(c) >= 0x80;
    if (!plain) return false;
  }
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), text::ascii_lower);
  for (const std::string_view taken : {"and", "or", "not", "near", "onear", "sent", "para", "same", "wc"})
    if (lower == taken) return false;
  return !lower.starts_with("atleast");
}

class Writer {
 public:
  explicit Writer(const Query& query) : query_(query) {}

  std::string run() {
    write(query_.root);
    return std::move(out_);
  }

 private:
  void kid(std::uint32_t at, int least) {
    const bool group = tightness(query_.nodes[at]) < least;
    if (group) out_ += '(';
    write(at);
    if (group) out_ += ')';
  }
  void bracketed(std::uint32_t at) {
    out_ += '(';
    write(at);
    out_ += ')';
  }

  void write(std::uint32_t at) {
    const Query::Node& node = query_.nodes[at];
    // A weight binds to what is one piece.
    Query::Node bare = node;
    bare.weight = 1;
    const bool group = node.weight != 1 && tightness(bare) < kAtom;
    if (group) out_ += '(';
    write(node);
    if (group) out_ += ')';
    if (node.weight != 1) out_ += '^' + number(node.weight);
  }

  void joined(const Query::Node& node, std::string_view op, int least_first, int least) {
    bool first = true;
    for (const std::uint32_t at : query_.kids_of(node)) {
      if (!first) (out_ += ' ').append(op) += ' ';
      kid(at, first ? least_first : least);
      first = false;
    }
  }

  void write(const Query::Node& node) {
    const auto kids = query_.kids_of(node);
    const std::string n = std::to_string(node.n);
    switch (node.kind) {
      case Kind::word: {
        const std::string& word = query_.terms_of(node)[0].text;
        if (stands_alone(word)) out_ += word;
        else phrase(node);
        return;
      }
      case Kind::phrase: return phrase(node);
      case Kind::sloppy:
        phrase(node);
        out_ += '~' + n + 'm';
        return;
      case Kind::both: return joined(node, "AND", kAnd, kAnd);
      case Kind::either: return joined(node, "OR", kOr, kOr);
      case Kind::negation:
        out_ += "NOT ";
        return kid(kids[0], kNear);
      case Kind::near: return joined(node, "NEAR/" + n, kNear, kAtom);
      case Kind::ordered: return joined(node, "ONEAR/" + n, kNear, kAtom);
      case Kind::not_near: return joined(node, "NOT NEAR/" + n, kNear, kAtom);
      case Kind::sentence: return joined(node, "SENT", kNear, kAtom);
      case Kind::paragraph: return joined(node, "PARA", kNear, kAtom);
      case Kind::zone:
        out_.append(zone_name(node.zone)) += ':';
        return zone_kid(kids[0]);
      case Kind::first:
        out_ += "first/" + n;
        return bracketed(kids[0]);
      case Kind::cased: {
        constexpr std::string_view kNames[] = {"", "cs", "caps", "allcaps", "nocaps"};
        out_ += kNames[static_cast<std::size_t>(node.rule)];
        return bracketed(kids[0]);
      }
      case Kind::at_least:
        out_ += "ATLEAST/" + n;
        return bracketed(kids[0]);
      case Kind::n_of: {
        out_ += '{' + n + " of: ";
        bool first = true;
        for (const std::uint32_t at : kids) {
          if (!first) out_ += ", ";
          write(at);
          first = false;
        }
        out_ += '}';
        return;
      }
      case Kind::meta: return value(node);
      case Kind::longer: out_ += "wc>" + n; return;
      case Kind::shorter: out_ += "wc<" + n; return;
      case Kind::topic: (out_ += '$') += query_.values[node.value]; return;
    }
  }

  /// A word, a phrase or a group: nothing else may stand behind a field.
  void zone_kid(std::uint32_t at) {
    const Query::Node& node = query_.nodes[at];
    const bool bare = (node.kind == Kind::word || node.kind == Kind::phrase) && node.weight == 1;
    if (bare) write(at);
    else bracketed(at);
  }

  void phrase(const Query::Node& node) {
    out_ += '"';
    bool spaceless_before = false, first = true;
    for (const QueryTerm& term : query_.terms_of(node)) {
      std::size_t at = 0;
      const bool spaceless = !term.wildcard && is_spaceless(text::next(term.text, at));
      if (!first && !(spaceless && spaceless_before)) out_ += ' ';
      out_ += term.text;
      spaceless_before = spaceless;
      first = false;
    }
    out_ += '"';
  }

  void value(const Query::Node& node) {
    const std::string& text = query_.values[node.value];
    out_.append(meta_field_name(node.meta)) += ":\"";
    for (std::size_t at = 0; at < text.size();) {
      std::size_t after = at;
      const char32_t c = text::next(text, after);
      if (node.wildcard && c == '\\' && after < text.size()) {  // has its mark already
        text::next(text, after);
      } else if (is_quote(c) || c == '\\' || (!node.wildcard && (c == '*' || c == '?'))) {
        out_ += '\\';
      }
      out_.append(text, at, after - at);
      at = after;
    }
    out_ += '"';
  }

  const Query& query_;
  std::string out_;
};

}  // namespace

std::string normal_form(const Query& query) { return Writer(query).run(); }

}  // namespace newsmill::score_topics
