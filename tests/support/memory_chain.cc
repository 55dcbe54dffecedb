#include "tests/support/memory_chain.h"

#include <memory>
#include <utility>

#include "processors/core/article.h"
#include "processors/core/delivery.h"

namespace newsmill::test {

Pipeline pipeline_of(std::string_view name, FunctionStep::Function function) {
  std::vector<Pipeline::Stage> stages;
  stages.push_back({name, std::make_unique<FunctionStep>(std::move(function))});
  return Pipeline(std::move(stages));
}

Pipeline memory_pipeline(FunctionStep::Function before) {
  return pipeline_of("copy", [before = std::move(before)](Article& article, Scratch& scratch) -> Status {
    if (before)
      if (Status status = before(article, scratch); !status) return status;
    const std::string_view value = article.message.value.value_or("");
    if (value.starts_with("bad")) return Error{Code::malformed_json, "bad", "good", "byte 0"};
    article.output.key = std::string(article.message.key.value_or(""));
    article.output.value = std::string(value);
    article.output.headers = {{std::string(kDeliveryHeader), delivery_text(article.delivery)}};
    return ok;
  });
}

consumer::Workers::MakeChain memory_chain(FunctionStep::Function before) {
  return [before = std::move(before)] { return consumer::Workers::Chain{nullptr, memory_pipeline(before)}; };
}

}  // namespace newsmill::test
