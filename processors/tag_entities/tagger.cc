#include "processors/tag_entities/tagger.h"

#include "processors/tag_entities/entities.h"
#include "processors/tag_entities/gather.h"
#include "processors/tag_entities/patterns.h"
#include "processors/tag_entities/surroundings.h"

namespace newsmill::tag_entities {
namespace {

std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of(":/?#"));
}

}  // namespace

Tagger::Tagger(const Names& names, const Sources* sources, double min_confidence)
    : names_(names), sources_(sources), matcher_(*names.gazetteer, names.watchlist),
      decider_(*names.gazetteer, names.watchlist, min_confidence) {}

std::string_view Tagger::publisher_country(const Article& article) const {
  if (sources_ == nullptr) return {};
  const Source* source = sources_->find(article.source);
  if (source == nullptr) source = sources_->find(host_of(article.url));
  return source == nullptr ? std::string_view{} : std::string_view{source->country};
}

bool Tagger::read(Article& article, Scratch& scratch) {
  Budget& budget = scratch.budget;
  if (!matcher_.match(reading_, budget)) return false;
  read_surroundings(reading_, *names_.gazetteer);
  return decider_.decide(reading_, budget) && gather(reading_, *names_.gazetteer, budget) &&
         find_patterns(reading_, budget) && acronyms_.bind(reading_, budget) &&
         coreference_.resolve(reading_, *names_.gazetteer, names_.watchlist, budget) &&
         write_entities(reading_, *names_.gazetteer, names_.watchlist, article, scratch.arena, budget);
}

Status Tagger::tag(Article& article, Scratch& scratch) {
  reading_.article = &article;
  reading_.tokens = article.tokens;
  reading_.words = &names_.words.table(article.language.tag);
  reading_.english = article.language.tag.substr(0, 2) == "en";
  reading_.country = publisher_country(article);
  if (!read(article, scratch)) {
    return Error{Code::budget, "the work units of one article are used up", "an article that names fewer things", "tag_entities"};
  }
  return ok;
}

}  // namespace newsmill::tag_entities
