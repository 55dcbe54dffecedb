#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "processors/core/batch.h"
#include "processors/core/processor.h"

namespace newsmill {

/// What the pure chain lets its host see and lends from it.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Monotonic nanoseconds; called once per stage and article (about 25 ns).
  virtual std::uint64_t now_ns() = 0;
  /// Called before the first and after the last stage of each article, so that an article that
  /// ends the process can be named.
  virtual void starts(const Delivery& delivery) = 0;
  virtual void ends() = 0;
};

/// The chain: decode, the steps, encode. One instance per worker thread.
class Pipeline {
 public:
  struct Stage {
    std::string_view name;  ///< static; metric label, dead-letter stage, config key
    std::unique_ptr<Processor> processor;
  };
  explicit Pipeline(std::vector<Stage> stages, std::uint64_t budget_units = Budget::kUnits);

  /// Runs every article without an error through all stages, article by article, and fills
  /// `batch.counts`. A failing article gets `error` and `stage` and the batch goes on. Never
  /// throws. `observer` may be null.
  void run(Batch& batch, Observer* observer = nullptr);

 private:
  std::vector<Stage> stages_;
  std::uint64_t budget_units_;
};

}  // namespace newsmill
