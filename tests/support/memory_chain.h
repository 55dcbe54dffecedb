#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "consumer/workers.h"
#include "processors/core/pipeline.h"
#include "processors/core/processor.h"

namespace newsmill::test {

/// A step made of a function, for tests that need a chain of their own.
class FunctionStep final : public Processor {
 public:
  using Function = std::function<Status(Article&, Scratch&)>;
  explicit FunctionStep(Function function) : function_(std::move(function)) {}
  Status process(Article& article, Scratch& scratch) override { return function_(article, scratch); }

 private:
  Function function_;
};

/// A chain of one stage.
Pipeline pipeline_of(std::string_view name, FunctionStep::Function function);

/// A chain that makes every value its own record, under the key of its message; a value that begins
/// with "bad" fails with malformed-json. `before` runs first and may do what a test needs.
Pipeline memory_pipeline(FunctionStep::Function before = {});
consumer::Workers::MakeChain memory_chain(FunctionStep::Function before = {});

}  // namespace newsmill::test
