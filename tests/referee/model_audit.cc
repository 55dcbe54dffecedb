#include "tests/referee/model_audit.h"

#include <fmt/format.h>

namespace newsmill::test {
namespace {

constexpr std::size_t kTold = 12;

}  // namespace

ModelAudit::Delivered& ModelAudit::at(const Fingerprint::Delivery& delivery) {
  const auto partition = static_cast<std::size_t>(delivery.partition);
  const auto offset = static_cast<std::size_t>(delivery.offset);
  if (deliveries_.size() <= partition) deliveries_.resize(partition + 1);
  if (deliveries_[partition].size() <= offset) deliveries_[partition].resize(offset + 1);
  return deliveries_[partition][offset];
}

void ModelAudit::arrived(const ModelArticle& article) { at(article.print.delivery); }

void ModelAudit::skipped(const ModelArticle& article) {
  if (at(article.print.delivery).published) return;
  at(article.print.delivery).skipped = true;
  skipped_.insert(article.ident);
  ++result_.skipped;
}

void ModelAudit::published(const ModelRecord& record, std::size_t build, bool gone) {
  ++result_.published;
  Delivered& delivered = at(record.delivery);
  if (std::exchange(delivered.published, true)) broken(result_.doubled, "written twice", record);
  const Said said = said_of(record.verdict);
  const ModelLog::Of log = log_.said(build, record.delivery);
  delivered.said = said.hash;
  if (log.said.hash == said.hash) delivered.offset = log.offset;
  if (log.said.hash != said.hash) {
    if (gone) ++result_.apart;
    else broken(result_.published_unlike_log, "published unlike the log", record);
  } else {
    // Whoever has another window may know none, or an earlier F that has left the window of the owner.
    for (std::size_t other = 0; other < builds_; ++other)
      if (const ModelLog::Of its = log_.said(other, record.delivery);
          its.said.hash != 0 && its.said.hash != said.hash) {
        if (its.offset == log.offset)
          broken(result_.published_unlike_log, "published unlike another build's log", record);
        else ++result_.by_another_f;
      }
  }
  any_.insert(record.ident);
  if (said.story == record.ident) firsts_.insert(record.ident);
  else joined_.emplace_back(record.ident, said.story);
  result_.joins += said.story != record.ident;
}

void ModelAudit::finish() {
  for (std::size_t partition = 0; partition < deliveries_.size(); ++partition)
    for (std::size_t offset = 0; offset < deliveries_[partition].size(); ++offset) {
      const Delivered& delivered = deliveries_[partition][offset];
      result_.lost += !delivered.published && !delivered.skipped;
      // A verdict is one for good.
      const Fingerprint::Delivery delivery{.offset = static_cast<std::int64_t>(offset),
                                           .partition = static_cast<std::int32_t>(partition)};
      for (std::size_t build = 0; build < builds_; ++build)
        if (const ModelLog::Of log = log_.said(build, delivery); log.offset >= 0 && log.offset == delivered.offset)
          result_.published_unlike_log += log.said.hash != delivered.said;
    }
  for (const auto& [ident, story] : joined_) {
    if (firsts_.contains(story)) continue;
    if (!any_.contains(story) && skipped_.contains(story)) {
      ++result_.skipped_firsts;
      continue;
    }
    ++result_.split;
    if (result_.broken.size() < kTold)
      result_.broken.push_back(fmt::format("split: article {} names story {}, whose first member {}", ident, story,
                                           any_.contains(story) ? "names another" : "was never published"));
  }
}

void ModelAudit::broken(std::uint64_t& counter, const std::string& what, const ModelRecord& record) {
  ++counter;
  if (result_.broken.size() >= kTold) return;
  std::string said;
  for (std::size_t build = 0; build < builds_; ++build)
    said += fmt::format(" {}", log_.said(build, record.delivery).said.story);
  result_.broken.push_back(fmt::format("{}: delivery {}:{} of article {}, relation {}, story {}, the log says{}", what,
                                       record.delivery.partition, record.delivery.offset, record.ident,
                                       relation_name(record.verdict.relation), ident_of(record.verdict.story), said));
}

}  // namespace newsmill::test
