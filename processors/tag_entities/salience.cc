#include "processors/tag_entities/salience.h"

#include <cmath>

namespace newsmill::tag_entities {

double salience(const Standing& standing) {
  constexpr double kBase = -2.8, kHeadline = 1.7, kEarly = 1.1, kCount = 0.9, kSpread = 1.2, kShare = 1.5, kSpeaks = 0.4;
  const double count = std::log(1.0 + standing.mentions + standing.echo) - std::log(2.0);
  const double z = kBase + kHeadline * standing.in_headline + kEarly * (1 - standing.first) + kCount * count +
                   kSpread * standing.spread + kShare * standing.share + kSpeaks * standing.speaks;
  return 1 / (1 + std::exp(-z));
}

}  // namespace newsmill::tag_entities
