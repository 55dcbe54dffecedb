#include "consumer/metrics/known_series.h"

#include <algorithm>
#include <set>

namespace newsmill::metrics {
namespace {

constexpr FamilyId kMatches = FamilyId::topic_matches_total, kInfo = FamilyId::knowledge_info;

/// Those with a label of their own; sorted, so that all instances choose the same.
std::set<std::string> labelled(const std::vector<std::string>& topics) {
  std::set<std::string> ids(topics.begin(), topics.end());
  while (ids.size() > kTopicLabels) ids.erase(std::prev(ids.end()));
  return ids;
}

}  // namespace

KnownSeries::KnownSeries(Series& series)
    : series_(series), others_(series.counter(kMatches, labels_of(kMatches, {kOtherTopics}))) {}

void KnownSeries::use(const Registry::Known& known) {
  show_versions(known.versions);
  series_.gauge(FamilyId::topics).Set(static_cast<double>(known.topics.size()));
  const std::set<std::string> ids = labelled(known.topics);
  for (auto at = topics_.begin(); at != topics_.end();) {
    if (ids.contains(at->first)) {
      ++at;
      continue;
    }
    if (at->second != &others_) series_.remove(kMatches, *at->second);
    at = topics_.erase(at);
  }
  for (const std::string& id : ids)
    if (!topics_.contains(id)) topics_.emplace(id, &series_.counter(kMatches, labels_of(kMatches, {id})));
}

void KnownSeries::show_versions(const std::map<std::string, std::string>& versions) {
  std::map<std::string, prometheus::Gauge*> shown;
  for (const auto& [kind, version] : versions) {
    prometheus::Gauge& series = series_.gauge(kInfo, labels_of(kInfo, {kind, version}));
    series.Set(1);
    shown.emplace(kind + '\0' + version, &series);
  }
  for (const auto& [name, series] : versions_)
    if (!shown.contains(name)) series_.remove(kInfo, *series);
  versions_ = std::move(shown);
}

void KnownSeries::count(std::string_view topic, double matches) {
  const auto found = topics_.find(topic);
  (found == topics_.end() ? others_ : *found->second).Increment(matches);
}

}  // namespace newsmill::metrics
