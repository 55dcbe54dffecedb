#include "processors/score_topics/document.h"

#include <xxhash.h>

#include <algorithm>

#include "processors/text/unicode.h"
#include "processors/text/url.h"

namespace newsmill::score_topics {
namespace {

constexpr std::size_t kRun = 4;  // words of a run of an author or a category

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::uint64_t meta_key(MetaField field, std::string_view folded) {
  return XXH3_64bits_withSeed(folded.data(), folded.size(), static_cast<std::uint64_t>(field) + 1);
}

void Document::assign(const Article& article, std::string_view country) {
  tokens_ = article.tokens;
  headline_ = article.headline;
  body_ = article.body;
  const auto body = std::ranges::find(tokens_, text::Field::body, &text::Token::field);
  title_words_ = static_cast<std::uint32_t>(body - tokens_.begin());

  paragraphs_.assign(tokens_.size(), 0);
  const auto count = static_cast<std::uint32_t>(tokens_.size());
  std::uint32_t paragraph = 0;
  lead_end_ = title_words_;
  bool lead = true;
  for (std::uint32_t i = title_words_; i < count; ++i) {
    const std::uint32_t before = paragraph;
    while (paragraph < article.paragraphs.size() && tokens_[i].begin >= article.paragraphs[paragraph].end) ++paragraph;
    if (paragraph != before && i - title_words_ >= kLeadEnough) lead = false;
    if (i - title_words_ >= kLeadMost) lead = false;
    if (lead) lead_end_ = i + 1;
    paragraphs_[i] = paragraph + 1;
  }

  values_.clear();
  begins_.clear();
  folded_.clear();
  add(MetaField::source, article.source);
  add(MetaField::country, country);
  const std::string_view tag = trimmed(article.language.tag);
  add(MetaField::lang, tag);
  if (const std::size_t dash = tag.find('-'); dash != std::string_view::npos) add(MetaField::lang, tag.substr(0, dash));
  // The host, and every domain above it.
  for (const std::string_view url : {article.canonical_url, article.url}) {
    std::string_view host =
        url.substr(std::min(url.size(), url.find("://") == std::string_view::npos ? url.size() : url.find("://") + 3));
    host = host.substr(0, host.find_first_of("/?#"));
    host = host.substr(0, host.find(':'));
    if (host.starts_with("www.")) host.remove_prefix(4);
    const std::string_view whole = host;
    while (!host.empty()) {
      const std::size_t begin = folded_.size();
      text::fold(host, folded_);
      add_folded(MetaField::site, begin, whole);
      const std::size_t point = host.find('.');
      host = point == std::string_view::npos ? std::string_view() : host.substr(point + 1);
    }
  }
  add_runs(MetaField::author, article.by);
  for (const std::string_view author : article.given.authors) add_runs(MetaField::author, author);
  for (const std::string_view subject : article.given.subjects) add_runs(MetaField::category, subject);
  for (const Entity& entity : article.entities) {
    add(MetaField::entity, entity.name);
    if (entity.id.empty()) continue;
    add(MetaField::entity, entity.id);
    if (const std::size_t colon = entity.id.find(':'); colon != std::string_view::npos)
      add(MetaField::entity, entity.id.substr(colon + 1));
    for (const std::string_view id : {entity.ids.wikidata, entity.ids.watchlist})
      if (!id.empty()) add(MetaField::entity, id);
  }
  // folded_ does not move any more.
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const std::size_t end = ends_[i];
    values_[i].text = std::string_view(folded_).substr(begins_[i], end - begins_[i]);
    values_[i].key = meta_key(values_[i].field, values_[i].text);
  }
  begins_.clear();
  ends_.clear();
  std::ranges::sort(values_, [](const Value& x, const Value& y) {  // of doubles always the same one stays
    return x.key != y.key ? x.key < y.key : x.written < y.written;
  });
  const auto doubles = std::ranges::unique(values_, {}, &Value::key);
  values_.erase(doubles.begin(), doubles.end());
}

void Document::add_folded(MetaField field, std::size_t begin, std::string_view written) {
  if (begin == folded_.size()) return;
  values_.push_back({0, field, {}, written});
  begins_.push_back(begin);
  ends_.push_back(folded_.size());
}

void Document::add(MetaField field, std::string_view value) {
  value = trimmed(value);
  const std::size_t begin = folded_.size();
  text::fold(value, folded_);
  add_folded(field, begin, value);
}

/// The whole, and every run of up to kRun of its words.
void Document::add_runs(MetaField field, std::string_view value) {
  value = trimmed(value);
  const std::size_t whole = folded_.size();
  text::fold(value, folded_);
  add_folded(field, whole, value);
  const std::size_t whole_end = folded_.size();
  std::size_t words[64][2], count = 0;
  for (std::size_t at = whole; at < whole_end && count < 64;) {
    const auto separates = [&](char c) {
      return is_space(c) || c == ',' || c == ';' || c == '/' || c == '|' || c == '(' || c == ')';
    };
    while (at < whole_end && separates(folded_[at])) ++at;
    const std::size_t begin = at;
    while (at < whole_end && !separates(folded_[at])) ++at;
    if (at > begin) {
      words[count][0] = begin;
      words[count++][1] = at;
    }
  }
  for (std::size_t from = 0; from < count; ++from)
    for (std::size_t to = from; to < std::min(count, from + kRun); ++to) {
      values_.push_back({0, field, {}, value});
      begins_.push_back(words[from][0]);
      ends_.push_back(words[to][1]);
    }
}

Interval Document::zone(Zone zone) const {
  const auto words = static_cast<std::uint32_t>(tokens_.size());
  const auto between = [&](std::uint32_t begin, std::uint32_t end) {
    return begin < end ? Interval{position(begin), position(end - 1)} : Interval{1, 0};
  };
  switch (zone) {
    case Zone::title: return between(0, title_words_);
    case Zone::lead: return between(title_words_, lead_end_);
    case Zone::body: return between(title_words_, words);
  }
  return {1, 0};
}

}  // namespace newsmill::score_topics
