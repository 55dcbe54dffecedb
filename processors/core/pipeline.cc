#include "processors/core/pipeline.h"

#include <exception>
#include <optional>
#include <utility>

namespace newsmill {
namespace {

// What a step threw is a defect of ours and never the article's fault, but it costs this one only.
Error defect(std::string_view what) {
  return {Code::internal, "exception: " + std::string(what),
          "no exception; this is a defect of newsmill, please report it with this message", {}};
}

std::optional<Error> run_stage(Processor& processor, Article& article, Scratch& scratch) {
  try {
    Status status = processor.process(article, scratch);
    if (!status) return std::move(status.error());
    return std::nullopt;
  } catch (const std::exception& exception) {
    return defect(exception.what());
  } catch (...) {
    return defect("of unknown type");
  }
}

}  // namespace

Pipeline::Pipeline(std::vector<Stage> stages, std::uint64_t budget_units)
    : stages_(std::move(stages)), budget_units_(budget_units) {}

void Pipeline::run(Batch& batch, Observer* observer) {
  batch.counts.clear();
  for (const Stage& stage : stages_) batch.counts.push_back({stage.name});
  for (Batch::Item& item : batch.items()) {
    if (item.error) continue;
    Budget budget(budget_units_);
    Scratch scratch{batch.arena(), budget};
    std::uint64_t before = 0;
    if (observer) {
      observer->starts(item.article.delivery);
      before = observer->now_ns();
    }
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      std::optional<Error> error = run_stage(*stages_[i].processor, item.article, scratch);
      StageCount& count = batch.counts[i];
      ++count.articles;
      if (observer) {
        const std::uint64_t after = observer->now_ns();
        count.nanoseconds += after - before;
        before = after;
      }
      if (!error) continue;
      ++count.failed;
      item.error = std::move(error);
      item.stage = stages_[i].name;
      item.article.output = {};
      break;
    }
    if (observer) observer->ends();
  }
}

}  // namespace newsmill
