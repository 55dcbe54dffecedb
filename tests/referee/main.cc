// The fleet in its long form: referee_model [ARTICLES [SEED [same|mixed]]]. Prints name=value lines; exit
// code 1 when something is broken.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/referee/fleet_model.h"

int main(int count, char** arguments) {
  using namespace newsmill::test;
  FleetRun run;
  run.articles = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1'000'000;
  run.seed = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
  run.mixed = count <= 3 || std::string_view(arguments[3]) != "same";
  const FleetResult result = run_fleet(run);
  for (const std::string& each : result.broken) std::fprintf(stderr, "%s\n", each.c_str());
  std::fputs(lines_of(result).c_str(), stdout);
  return result.kept() && result.published + result.skipped == run.articles ? 0 : 1;
}
