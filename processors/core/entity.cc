#include "processors/core/entity.h"

namespace newsmill {

std::string_view entity_type_name(EntityType type) {
  switch (type) {
    case EntityType::PER: return "PER";
    case EntityType::ORG: return "ORG";
    case EntityType::LOC: return "LOC";
    case EntityType::NORP: return "NORP";
    case EntityType::EVENT: return "EVENT";
    case EntityType::LAW: return "LAW";
    case EntityType::PROJECT: return "PROJECT";
    case EntityType::WORK: return "WORK";
    case EntityType::PRODUCT: return "PRODUCT";
  }
  return {};
}

std::string_view entity_method_name(EntityMethod method) {
  switch (method) {
    case EntityMethod::watchlist: return "watchlist";
    case EntityMethod::gazetteer: return "gazetteer";
    case EntityMethod::coreference: return "coreference";
    case EntityMethod::pattern: return "pattern";
    case EntityMethod::model: return "model";
  }
  return {};
}

}  // namespace newsmill
