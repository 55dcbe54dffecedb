#include "tests/support/naive_evaluator.h"

#include <algorithm>
#include <functional>
#include <span>
#include <stdexcept>

#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::test {
namespace {

using score_topics::CaseRule;
using score_topics::MetaField;
using score_topics::QueryTerm;
using score_topics::Zone;
using Kind = score_topics::Query::Kind;

std::u32string wide(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out += text::next(text, at);
  return out;
}

struct Sign {
  char32_t c;
  bool star = false, any = false;
};

std::vector<Sign> signs_of(std::string_view pattern) {
  std::vector<Sign> signs;
  const std::u32string given = wide(pattern);
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i] == U'\\' && i + 1 < given.size()) signs.push_back({given[++i]});
    else signs.push_back({given[i], given[i] == U'*', given[i] == U'?'});
  }
  return signs;
}

/// Every length of every star is tried.
bool alike(std::span<const Sign> signs, std::u32string_view text) {
  if (signs.empty()) return text.empty();
  const Sign& sign = signs[0];
  if (sign.star) {
    for (std::size_t taken = 0; taken <= text.size(); ++taken)
      if (alike(signs.subspan(1), text.substr(taken))) return true;
    return false;
  }
  return !text.empty() && (sign.any || sign.c == text[0]) && alike(signs.subspan(1), text.substr(1));
}
bool alike(std::string_view pattern, std::string_view text) { return alike(signs_of(pattern), wide(text)); }

std::string fold(std::string_view text) {
  std::string out;
  text::fold(text, out);
  return out;
}

std::string trim(std::string text) {
  const auto space = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
  while (!text.empty() && space(text.back())) text.pop_back();
  while (!text.empty() && space(text.front())) text.erase(0, 1);
  return text;
}

/// The whole and its runs of one to four words.
void runs(std::string_view text, std::set<std::string>& out) {
  const std::string folded = trim(fold(text));
  if (folded.empty()) return;
  out.insert(folded);
  struct Piece { std::size_t begin, end; };
  std::vector<Piece> pieces;
  std::size_t begin = std::string::npos;
  for (std::size_t i = 0; i <= folded.size(); ++i) {
    const bool cut = i == folded.size() || std::string_view(" \t\n,;/|()").find(folded[i]) != std::string_view::npos;
    if (!cut && begin == std::string::npos) begin = i;
    if (cut && begin != std::string::npos) {
      pieces.push_back({begin, i});
      begin = std::string::npos;
    }
  }
  for (std::size_t i = 0; i < pieces.size(); ++i)
    for (std::size_t j = i; j < pieces.size() && j < i + 4; ++j)
      out.insert(folded.substr(pieces[i].begin, pieces[j].end - pieces[i].begin));
}

}  // namespace

NaiveEvaluator::NaiveEvaluator(const Article& article, std::string_view country) : article_(article) {
  int lead_words = 0, lead_paragraph = -1;
  bool lead_open = true;
  for (const text::Token& token : article.tokens) {
    const bool title = token.field == text::Field::headline;
    const std::string_view whole = title ? article.headline : article.body;
    Word word{{}, std::string(whole.substr(token.begin, token.end - token.begin)), &token, 0};
    word.folded = fold(word.written);
    if ((token.flags & text::kAbbreviation) != 0) std::erase(word.folded, '.');
    if (title) {
      ++title_;
      lead_ = title_;
    } else {
      for (std::size_t p = 0; p < article.paragraphs.size(); ++p)
        if (token.begin >= article.paragraphs[p].begin && token.begin < article.paragraphs[p].end)
          word.paragraph = static_cast<int>(p) + 1;
      if (word.paragraph != lead_paragraph && lead_words >= 20) lead_open = false;
      lead_paragraph = word.paragraph;
      if (lead_words == 80) lead_open = false;
      if (lead_open) {
        ++lead_words;
        ++lead_;
      }
    }
    wide_.try_emplace(word.folded, wide(word.folded));
    by_form_[word.folded].push_back(static_cast<int>(words_.size()));
    words_.push_back(std::move(word));
  }
  const auto one = [&](MetaField field, std::string_view value) {
    const std::string folded = trim(fold(value));
    if (!folded.empty()) values_[field].insert(folded);
  };
  one(MetaField::source, article.source);
  one(MetaField::country, country);
  one(MetaField::lang, article.language.tag);
  one(MetaField::lang, article.language.tag.substr(0, article.language.tag.find('-')));
  for (const std::string_view url : {article.url, article.canonical_url}) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) continue;
    std::string host = fold(url.substr(scheme + 3));
    host = host.substr(0, host.find_first_of("/?#:"));
    if (host.rfind("www.", 0) == 0) host = host.substr(4);
    while (true) {
      one(MetaField::site, host);
      if (host.find('.') == std::string::npos) break;
      host = host.substr(host.find('.') + 1);
    }
  }
  runs(article.by, values_[MetaField::author]);
  for (const auto author : article.given.authors) runs(author, values_[MetaField::author]);
  for (const auto subject : article.given.subjects) runs(subject, values_[MetaField::category]);
  for (const Entity& entity : article.entities) {
    one(MetaField::entity, entity.name);
    one(MetaField::entity, entity.id);
    if (entity.id.find(':') != std::string_view::npos)
      one(MetaField::entity, entity.id.substr(entity.id.find(':') + 1));
    one(MetaField::entity, entity.ids.wikidata);
    one(MetaField::entity, entity.ids.watchlist);
  }
}

bool NaiveEvaluator::matches(const Query& query) const { return matches(query, query.root, {}); }
std::set<std::pair<int, int>> NaiveEvaluator::stretches(const Query& query) const {
  return stretches(query, query.root, {});
}

bool NaiveEvaluator::value(MetaField field, const std::string& wanted, bool wildcard) const {
  const auto found = values_.find(field);
  if (found == values_.end()) return false;
  return std::ranges::any_of(found->second,
                             [&](const std::string& has) { return wildcard ? alike(wanted, has) : has == wanted; });
}

bool NaiveEvaluator::matches(const Query& query, std::uint32_t at, Bounds bounds) const {
  const Query::Node& node = query.nodes[at];
  const auto kids = query.kids_of(node);
  const auto met = [&] {
    return std::ranges::count_if(kids, [&](std::uint32_t kid) { return matches(query, kid, bounds); });
  };
  switch (node.kind) {
    case Kind::both: return met() == static_cast<std::ptrdiff_t>(kids.size());
    case Kind::either: return met() > 0;
    case Kind::negation: return met() == 0;
    case Kind::n_of: return met() >= static_cast<std::ptrdiff_t>(node.n);
    case Kind::at_least: return stretches(query, kids[0], bounds).size() >= node.n;
    case Kind::zone: bounds.zones.push_back(node.zone); return matches(query, kids[0], bounds);
    case Kind::first:
      bounds.first = bounds.first < 0 ? static_cast<int>(node.n) : std::min(bounds.first, static_cast<int>(node.n));
      return matches(query, kids[0], bounds);
    case Kind::cased: bounds.rule = node.rule; return matches(query, kids[0], bounds);
    case Kind::meta: return value(node.meta, query.values[node.value], node.wildcard);
    case Kind::longer: return words_.size() > node.n;
    case Kind::shorter: return words_.size() < node.n;
    case Kind::topic: throw std::logic_error("a naive query refers to no topic");
    default: return !stretches(query, at, bounds).empty();
  }
}

std::vector<int> NaiveEvaluator::places(const QueryTerm& term, CaseRule rule) const {
  std::vector<int> all;
  if (!term.wildcard) {
    if (const auto found = by_form_.find(term.folded); found != by_form_.end()) all = found->second;
  } else {
    const auto [place, fresh] = by_pattern_.try_emplace(term.folded);
    if (fresh) {
      const std::vector<Sign> signs = signs_of(term.folded);
      for (const auto& [form, at] : by_form_)
        if (form.size() <= 1000 && alike(signs, wide_.at(form)))
          place->second.insert(place->second.end(), at.begin(), at.end());
      std::ranges::sort(place->second);
    }
    all = place->second;
  }
  std::erase_if(all, [&](int at) {
    const Word& word = words_[static_cast<std::size_t>(at)];
    const unsigned flags = word.token->flags;
    const bool capital = (flags & (text::kCapital | text::kAllCaps | text::kCamel)) != 0;
    switch (rule) {
      case CaseRule::any: return term.initials && (flags & (text::kAbbreviation | text::kAllCaps)) == 0;
      case CaseRule::exact: return !(term.wildcard ? alike(term.text, word.written) : term.text == word.written);
      case CaseRule::caps: return !capital;
      case CaseRule::no_caps: return capital;
      case CaseRule::all_caps:
        return (flags & text::kAllCaps) == 0 && !(wide(word.written).size() == 1 && (flags & text::kCapital) != 0);
    }
    return false;
  });
  return all;
}

bool NaiveEvaluator::in_zone(Stretch stretch, Zone zone) const {
  const auto [first, last] = stretch;
  switch (zone) {
    case Zone::title: return last < title_;
    case Zone::lead: return first >= title_ && last < lead_;
    case Zone::body: return first >= title_;
  }
  return false;
}

bool NaiveEvaluator::in_bounds(Stretch stretch, const Bounds& bounds) const {
  if (bounds.first >= 0 && stretch.second >= bounds.first) return false;
  return std::ranges::all_of(bounds.zones, [&](Zone zone) { return in_zone(stretch, zone); });
}

std::set<std::pair<int, int>> NaiveEvaluator::stretches(const Query& query, std::uint32_t at, Bounds bounds) const {
  const Query::Node& node = query.nodes[at];
  const auto kids = query.kids_of(node);
  const auto terms = query.terms_of(node);
  Stretches all;
  const auto held = [&](Stretches some) {
    std::erase_if(some, [&](Stretch one) { return !in_bounds(one, bounds); });
    return some;
  };
  const auto smallest = [](const Stretches& some) {
    Stretches kept;
    for (const Stretch& one : some) {
      const bool holds_another = std::ranges::any_of(some, [&](const Stretch& other) {
        return other != one && other.first >= one.first && other.second <= one.second;
      });
      if (!holds_another) kept.insert(one);
    }
    return kept;
  };
  switch (node.kind) {
    case Kind::word:
      for (const int place : places(terms[0], bounds.rule)) all.insert({place, place});
      return held(all);
    case Kind::phrase: {
      std::set<int> begins;
      for (const int place : places(terms[0], bounds.rule)) begins.insert(place);
      for (std::size_t i = 1; i < terms.size(); ++i) {
        std::set<int> still;
        if (begins.empty()) break;
        for (const int place : places(terms[i], bounds.rule))
          if (begins.contains(place - static_cast<int>(i))) still.insert(place - static_cast<int>(i));
        begins = still;
      }
      for (const int begin : begins)
        if (const int end = begin + static_cast<int>(terms.size()) - 1; one_field(begin, end)) all.insert({begin, end});
      return held(all);
    }
    case Kind::sloppy: {
      std::vector<std::vector<int>> where;
      for (const QueryTerm& term : terms) {
        where.push_back(places(term, bounds.rule));
        if (where.back().empty()) return {};
      }
      std::vector<int> chosen;
      const std::function<void()> choose = [&] {
        const std::size_t slot = chosen.size();
        if (slot == terms.size()) {
          all.insert({*std::ranges::min_element(chosen), *std::ranges::max_element(chosen)});
          return;
        }
        for (const int place : where[slot]) {
          if (std::ranges::find(chosen, place) != chosen.end()) continue;
          if (!chosen.empty() && !one_field(chosen[0], place)) continue;
          int low = place - static_cast<int>(slot), high = low;
          for (std::size_t i = 0; i < slot; ++i) {
            low = std::min(low, chosen[i] - static_cast<int>(i));
            high = std::max(high, chosen[i] - static_cast<int>(i));
          }
          if (high - low > static_cast<int>(node.n)) continue;
          chosen.push_back(place);
          choose();
          chosen.pop_back();
        }
      };
      choose();
      return held(smallest(all));
    }
    case Kind::either:
      for (const std::uint32_t kid : kids)
        for (const Stretch& one : stretches(query, kid, bounds)) all.insert(one);
      return all;
    case Kind::zone: bounds.zones.push_back(node.zone); return stretches(query, kids[0], bounds);
    case Kind::first:
      bounds.first = bounds.first < 0 ? static_cast<int>(node.n) : std::min(bounds.first, static_cast<int>(node.n));
      return stretches(query, kids[0], bounds);
    case Kind::cased: bounds.rule = node.rule; return stretches(query, kids[0], bounds);
    case Kind::near: case Kind::ordered: case Kind::sentence: case Kind::paragraph: case Kind::not_near: break;
    default: throw std::logic_error("a naive query asks for the place of what has none");
  }
  // Operands see the whole text; what comes out is held to the bounds.
  Bounds inner;
  inner.rule = bounds.rule;
  const Stretches left = stretches(query, kids[0], inner), right = stretches(query, kids[1], inner);
  const int n = static_cast<int>(node.n);
  if (node.kind == Kind::not_near) {
    for (const Stretch& a : left) {
      const bool near = std::ranges::any_of(right, [&](const Stretch& b) {
        return one_field(a.first, b.first) && b.first - a.second - 1 <= n && a.first - b.second - 1 <= n;
      });
      if (!near) all.insert(a);
    }
    return held(all);
  }
  for (const Stretch& a : left)
    for (const Stretch& b : right) {
      if (!one_field(a.first, b.first)) continue;
      const bool forward = a.second < b.first;
      if (!forward && (node.kind == Kind::ordered || b.second >= a.first)) continue;
      const int between = forward ? b.first - a.second - 1 : a.first - b.second - 1;
      const int first = std::min(a.first, b.first), last = std::max(a.second, b.second);
      const Word& begin = words_[static_cast<std::size_t>(first)];
      const Word& end = words_[static_cast<std::size_t>(last)];
      if (node.kind == Kind::sentence ? begin.token->sentence != end.token->sentence
          : node.kind == Kind::paragraph ? begin.paragraph != end.paragraph : between > n)
        continue;
      all.insert({first, last});
    }
  return held(smallest(all));
}

}  // namespace newsmill::test
