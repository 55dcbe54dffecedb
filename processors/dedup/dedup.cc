#include "processors/dedup/dedup.h"

#include <cassert>
#include <string>

#include "processors/core/sources.h"
#include "processors/dedup/fingerprint.h"

namespace newsmill::dedup {
namespace {

constexpr std::uint64_t kUnitsPerToken = 60;  // without AVX2

class Dedup final : public Processor {
 public:
  Dedup(bool enabled, const Sources& sources) : enabled_(enabled), sources_(sources) {}

  Status process(Article& article, Scratch& scratch) override {
    if (!enabled_) return ok;
    if (!scratch.budget.spend(kUnitsPerToken * article.tokens.size()))
      return Error{Code::budget, std::to_string(article.tokens.size()) + " words that take more work than is left",
                   "at most " + std::to_string(Budget::kUnits) + " work units for one article", "$.body"};
    article.fingerprint = fingerprint_of(article, sources_, sketcher_);
    return ok;
  }

 private:
  bool enabled_;
  const Sources& sources_;
  Sketcher sketcher_;
};

}  // namespace

std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge) {
  assert(knowledge.sources != nullptr);
  return std::make_unique<Dedup>(settings.dedup.enabled, *knowledge.sources);
}

}  // namespace newsmill::dedup
