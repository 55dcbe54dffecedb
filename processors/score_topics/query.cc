#include "processors/score_topics/query.h"

namespace newsmill::score_topics {

std::string_view zone_name(Zone zone) {
  switch (zone) {
    case Zone::title: return "title";
    case Zone::lead: return "lead";
    case Zone::body: return "body";
  }
  return {};
}

std::string_view meta_field_name(MetaField field) {
  switch (field) {
    case MetaField::source: return "source";
    case MetaField::site: return "site";
    case MetaField::lang: return "lang";
    case MetaField::country: return "country";
    case MetaField::author: return "author";
    case MetaField::entity: return "entity";
    case MetaField::category: return "category";
  }
  return {};
}

}  // namespace newsmill::score_topics
