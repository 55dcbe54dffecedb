#include "consumer/metrics/series.h"

#include <cassert>

namespace newsmill::metrics {
namespace {

bool made_at_scrape(FamilyId id) {
  return id == FamilyId::ready || id == FamilyId::component_ready || id == FamilyId::log_messages_total ||
         (id >= FamilyId::dedup_articles && id <= FamilyId::dedup_log_replay_seconds) ||
         id >= FamilyId::process_cpu_seconds_total;
}

/// Calls `make` with every combination of the values of `row`'s labels, if all of them are closed.
template <class Make>
void for_each_closed(const Family& row, std::size_t at, prometheus::Labels& labels, const Make& make) {
  if (at == row.labels.size()) return make(labels);
  const LabelRow& label = label_row(row.labels[at]);
  if (label.values == nullptr) return;
  for (const std::string_view value : label.values()) {
    labels[std::string(label.name)] = std::string(value);
    for_each_closed(row, at + 1, labels, make);
  }
}

}  // namespace

Series::Series(const Registry::Setup& setup) {
  for (const Family& row : families()) {
    if (made_at_scrape(row.id)) continue;
    const std::string name(row.name), help(row.help);
    const auto at = static_cast<std::size_t>(row.id);
    switch (row.kind) {
      case Kind::counter: counters_[at] = &prometheus::BuildCounter().Name(name).Help(help).Register(registry_); break;
      case Kind::gauge: gauges_[at] = &prometheus::BuildGauge().Name(name).Help(help).Register(registry_); break;
      case Kind::histogram:
        histograms_[at] = &prometheus::BuildHistogram().Name(name).Help(help).Register(registry_);
        break;
    }
    // Handlers answer few of the statuses; those series come with the first answer.
    if (row.id == FamilyId::http_requests_total) continue;
    prometheus::Labels labels;
    for_each_closed(row, 0, labels, [&](const prometheus::Labels& all) {
      switch (row.kind) {
        case Kind::counter: counter(row.id, all); break;
        case Kind::gauge: gauge(row.id, all); break;
        case Kind::histogram: histogram(row.id, all); break;
      }
    });
  }
  for (const std::string& topic : setup.input_topics) {
    counter(FamilyId::input_records_total, labels_of(FamilyId::input_records_total, {topic}));
    counter(FamilyId::input_bytes_total, labels_of(FamilyId::input_bytes_total, {topic}));
    gauge(FamilyId::kafka_assigned_partitions, labels_of(FamilyId::kafka_assigned_partitions, {topic}));
  }
}

prometheus::Counter& Series::counter(FamilyId id, const prometheus::Labels& labels) {
  return counters_[static_cast<std::size_t>(id)]->Add(labels);
}

prometheus::Gauge& Series::gauge(FamilyId id, const prometheus::Labels& labels) {
  return gauges_[static_cast<std::size_t>(id)]->Add(labels);
}

prometheus::Histogram& Series::histogram(FamilyId id, const prometheus::Labels& labels) {
  return histograms_[static_cast<std::size_t>(id)]->Add(labels, family(id).buckets);
}

void Series::remove(FamilyId id, prometheus::Counter& series) {
  counters_[static_cast<std::size_t>(id)]->Remove(&series);
}

void Series::remove(FamilyId id, prometheus::Gauge& series) { gauges_[static_cast<std::size_t>(id)]->Remove(&series); }

prometheus::Labels labels_of(FamilyId id, std::initializer_list<std::string_view> values) {
  const Family& row = family(id);
  assert(values.size() == row.labels.size());
  prometheus::Labels labels;
  std::size_t at = 0;
  for (const std::string_view value : values) labels.emplace(label_row(row.labels[at++]).name, value);
  return labels;
}

}  // namespace newsmill::metrics
