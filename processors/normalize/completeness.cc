#include "processors/normalize/completeness.h"

namespace newsmill::normalize {

Completeness completeness(std::string_view body, std::string_view summary, bool cut) {
  if (body.empty()) return summary.empty() ? Completeness::none : Completeness::summary;
  return cut ? Completeness::partial : Completeness::full;
}

bool reads_like_a_wall(std::size_t walls, std::size_t paragraphs, std::size_t chars) {
  constexpr std::size_t kWallChars = 600;
  if (walls == 0) return false;
  return chars <= kWallChars || walls * 3 >= paragraphs;
}

}  // namespace newsmill::normalize
