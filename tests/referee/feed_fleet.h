#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "tests/support/referee_log.h"

namespace newsmill::test {

/// How a feed comes in.
enum class Weather {
  messy,     ///< as it was published
  silent,    ///< for R + 2 days nothing comes in but what a partition 30 days behind brings
  backfill,  ///< three fifths of it, spread over 30 days, within one hour; then the rest as published
};
std::string_view weather_name(Weather weather);

/// What instances that come and go write to the dedup log while a feed comes in. In every weather 10 %
/// come on a partition that lags up to W/2; 5 % are delivered again, within minutes, within a day or, few,
/// when they have left the window; of 2 % the owner dies between F and V; 1 % of the V's come a minute
/// late; of 1 % a second F arrives, seconds later, from an owner that is dead. Every F claims a clock that
/// is up to two minutes old.
struct FeedFleet {
  struct Counts {
    std::uint64_t lagging = 0, redelivered = 0, appended_again = 0, twins = 0, orphans = 0, late = 0, helped = 0,
                  joins = 0;
  };
  /// The same seed gives the same log. `feed`: in the order of arrival.
  static Counts write(std::span<const Fingerprint> feed, Weather weather, std::uint64_t seed, RefereeLog& log);
};

/// Decides `own`, and before it, oldest first, whatever that rests on and has no verdict; appends each by
/// itself. How many were decided for others.
std::uint64_t decide_with_help(RefereeLog& log, const std::vector<dedup::LogOffset>& own);

}  // namespace newsmill::test
