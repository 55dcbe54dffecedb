#pragma once
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace newsmill::bench {

/// Google Benchmark's table, then one line name=value per benchmark for the scoreboard: nanoseconds per
/// item where a benchmark counts items, else per iteration.
class Board : public benchmark::ConsoleReporter {
 public:
  Board() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.error_occurred || run.run_type != Run::RT_Iteration) continue;
      const auto rate = run.counters.find("items_per_second");
      const double each = rate != run.counters.end() && rate->second.value > 0
                              ? 1e9 / rate->second.value
                              : run.cpu_accumulated_time * 1e9 / static_cast<double>(run.iterations);
      std::string name = run.run_name.function_name;
      std::ranges::replace(name, '/', '_');
      char line[160];
      std::snprintf(line, sizeof line, "%s_ns=%.0f", name.c_str(), each);
      lines_.emplace_back(line);
    }
  }

  void Finalize() override {
    ConsoleReporter::Finalize();
    for (const std::string& line : lines_) std::printf("%s\n", line.c_str());
  }

 private:
  std::vector<std::string> lines_;
};

}  // namespace newsmill::bench
