#pragma once
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/referee/fleet_model.h"

namespace newsmill::test {

/// Holds what a fleet publishes against the log and against itself.
class ModelAudit {
 public:
  ModelAudit(const ModelLog& log, std::size_t builds, FleetResult& result)
      : log_(log), builds_(builds), result_(result) {}

  void arrived(const ModelArticle& article);
  void skipped(const ModelArticle& article);
  /// `gone`: its F was not live any more to those of `build` who published it.
  void published(const ModelRecord& record, std::size_t build, bool gone);
  /// When everything is over.
  void finish();

 private:
  struct Delivered {
    bool published = false, skipped = false;
    std::uint64_t said = 0;         ///< hash of what was published
    dedup::LogOffset offset = -1;   ///< of the F that says so
  };
  Delivered& at(const Fingerprint::Delivery& delivery);
  void broken(std::uint64_t& counter, const std::string& what, const ModelRecord& record);

  const ModelLog& log_;
  const std::size_t builds_;
  FleetResult& result_;
  std::vector<std::vector<Delivered>> deliveries_;            // by partition and offset
  std::unordered_set<std::uint64_t> firsts_, any_, skipped_;  // idents: in their own story, in any, skipped
  std::vector<std::pair<std::uint64_t, std::uint64_t>> joined_;  // ident and story
};

}  // namespace newsmill::test
