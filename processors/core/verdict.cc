#include "processors/core/verdict.h"

namespace newsmill {

std::string_view relation_name(Relation relation) {
  switch (relation) {
    case Relation::original: return "original";
    case Relation::repeat: return "repeat";
    case Relation::exact: return "exact";
    case Relation::near: return "near";
    case Relation::subset: return "subset";
    case Relation::superset: return "superset";
    case Relation::update: return "update";
    case Relation::stale: return "stale";
    case Relation::withdrawn: return "withdrawn";
    case Relation::unchecked: return "unchecked";
  }
  return {};
}

}  // namespace newsmill
