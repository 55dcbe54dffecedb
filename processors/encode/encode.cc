#include "processors/encode/encode.h"

#include <string>

#include "processors/encode/record.h"
#include "processors/encode/story.h"

namespace newsmill::encode {
namespace {

class Encode final : public Processor {
 public:
  Encode(const config::Settings& settings, const Knowledge& knowledge)
      : max_bytes_(settings.output.max_bytes), record_(knowledge.versions) {}

  Status process(Article& article, Scratch& scratch) override {
    if (!scratch.budget.spend(2 * article.body.size()))
      return Error{Code::budget, "too much work in encoding", "an article of ordinary size", {}};
    record_.write(article, scratch.arena);
    // What is decided about the story later must still fit.
    const std::size_t bytes = article.output.value.size() + (article.output.story_at != 0 ? kMaxStoryBytes : 0);
    if (bytes <= max_bytes_) return ok;
    article.output = {};
    return Error{Code::output_too_large, "a record of " + std::to_string(bytes) + " bytes",
                 "at most " + std::to_string(max_bytes_) + " bytes (output.max_bytes)", {}};
  }

 private:
  std::size_t max_bytes_;
  RecordWriter record_;
};

}  // namespace

std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge) {
  return std::make_unique<Encode>(settings, knowledge);
}

}  // namespace newsmill::encode
