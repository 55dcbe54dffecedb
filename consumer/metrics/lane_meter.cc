#include "consumer/metrics/lane_meter.h"

#include <mutex>

#include "processors/core/result.h"

namespace newsmill::metrics {
namespace {

double seconds(std::chrono::steady_clock::duration time) { return std::chrono::duration<double>(time).count(); }
double number(std::uint64_t value) { return static_cast<double>(value); }

// Positions in the value lists of table.cc.
std::size_t result_index(consumer::AbortReason reason) { return static_cast<std::size_t>(reason) + 1; }
std::size_t restart_index(consumer::AbortReason reason) { return reason == consumer::AbortReason::fenced ? 1 : 0; }

}  // namespace

LaneMeter::LaneMeter(Series& series, KnownSeries& known, const Registry::Now& now)
    : series_(series), known_(known), now_(now),
      batch_articles_(series.histogram(FamilyId::batch_articles), family(FamilyId::batch_articles).buckets),
      end_to_end_(series.histogram(FamilyId::end_to_end_seconds), family(FamilyId::end_to_end_seconds).buckets),
      in_process_(series.histogram(FamilyId::in_process_seconds), family(FamilyId::in_process_seconds).buckets),
      transaction_(series.histogram(FamilyId::transaction_seconds), family(FamilyId::transaction_seconds).buckets),
      busy_(counter(FamilyId::worker_busy_seconds_total)), delivered_(counter(FamilyId::delivered_total)),
      delivered_bytes_(counter(FamilyId::delivered_bytes_total)),
      dead_letter_bytes_(counter(FamilyId::dead_letter_bytes_total)),
      rewound_(counter(FamilyId::records_rewound_total)),
      paused_seconds_(counter(FamilyId::input_paused_seconds_total)),
      undated_(counter(FamilyId::documents_without_date_total)),
      topicless_(counter(FamilyId::documents_without_topic_total)),
      waited_(counter(FamilyId::dedup_waited_total)), helped_(counter(FamilyId::dedup_helped_total)),
      lost_(counter(FamilyId::dedup_lost_total)), late_(counter(FamilyId::dedup_late_articles_total)),
      transactions_(counters(FamilyId::transactions_total)),
      completeness_(counters(FamilyId::documents_completeness_total)),
      relations_(counters(FamilyId::story_relations_total)),
      rebalances_(counters(FamilyId::kafka_rebalances_total)), restarts_(counters(FamilyId::lane_restarts_total)),
      in_flight_(series.gauge(FamilyId::records_in_flight)), ring_bytes_(series.gauge(FamilyId::ring_bytes)),
      ring_capacity_(series.gauge(FamilyId::ring_capacity_bytes)), paused_(series.gauge(FamilyId::input_paused)),
      last_input_(series.gauge(FamilyId::last_input_timestamp_seconds)),
      last_output_(series.gauge(FamilyId::last_output_timestamp_seconds)),
      last_progress_(series.gauge(FamilyId::last_progress_timestamp_seconds)), published_(now().steady) {
  constexpr FamilyId id = FamilyId::entities_total;
  for (const std::string_view type : label_row(LabelSet::entity_type).values())
    for (const std::string_view linked : label_row(LabelSet::linked).values())
      entities_.emplace_back(series_.counter(id, labels_of(id, {type, linked})));
}

LaneMeter::~LaneMeter() {
  paused(false);
  for (PendingGauge* part : {&in_flight_, &ring_bytes_, &ring_capacity_}) part->set(0);
  for (auto& [name, topic] : topics_) topic.assigned.set(0);
  const std::lock_guard moment(series_.moment());
  publish();
  for (auto& [partition, lag] : lags_) {
    series_.remove(FamilyId::consumer_lag_records, lag.records);
    series_.remove(FamilyId::consumer_lag_seconds, lag.seconds);
  }
}

std::vector<PendingCounter> LaneMeter::counters(FamilyId id) {
  std::vector<PendingCounter> all;
  for (const std::string_view value : label_row(family(id).labels[0]).values())
    all.emplace_back(series_.counter(id, labels_of(id, {value})));
  return all;
}

LaneMeter::Topic& LaneMeter::topic(std::string_view name) {
  const auto found = topics_.find(name);
  if (found != topics_.end()) return found->second;
  using enum FamilyId;
  return topics_.try_emplace(std::string(name),
      Topic{PendingCounter(series_.counter(input_records_total, labels_of(input_records_total, {name}))),
            PendingCounter(series_.counter(input_bytes_total, labels_of(input_bytes_total, {name}))),
            PendingGauge(series_.gauge(kafka_assigned_partitions, labels_of(kafka_assigned_partitions, {name})))})
      .first->second;
}

LaneMeter::Stage& LaneMeter::stage(std::string_view name) {
  const auto found = stages_.find(name);
  if (found != stages_.end()) return found->second;
  using enum FamilyId;
  return stages_
      .try_emplace(
          std::string(name),
          Stage{
              PendingCounter(series_.counter(stage_articles_total, labels_of(stage_articles_total, {name, "kept"}))),
              PendingCounter(series_.counter(stage_articles_total, labels_of(stage_articles_total, {name, "failed"}))),
              PendingHistogram(series_.histogram(stage_seconds, labels_of(stage_seconds, {name})),
                               family(stage_seconds).buckets)})
      .first->second;
}

std::vector<PendingCounter>& LaneMeter::dead_letters(std::string_view stage) {
  const auto found = dead_letters_.find(stage);
  if (found != dead_letters_.end()) return found->second;
  constexpr FamilyId id = FamilyId::dead_letter_total;
  std::vector<PendingCounter> codes;
  for (const std::string_view code : label_row(LabelSet::error_code).values())
    codes.emplace_back(series_.counter(id, labels_of(id, {stage, code})));
  return dead_letters_.try_emplace(std::string(stage), std::move(codes)).first->second;
}

PendingCounter& LaneMeter::language(std::string_view tag) {
  const std::string_view label = language_label(tag);
  const auto found = languages_.find(label);
  if (found != languages_.end()) return found->second;
  constexpr FamilyId id = FamilyId::documents_total;
  return languages_.try_emplace(std::string(label), series_.counter(id, labels_of(id, {label}))).first->second;
}

double LaneMeter::since_epoch() const { return std::chrono::duration<double>(now_().wall.time_since_epoch()).count(); }

void LaneMeter::consumed(std::string_view name, std::uint64_t records, std::uint64_t bytes) {
  Topic& counts = topic(name);
  counts.records.add(number(records));
  counts.bytes.add(number(bytes));
  last_input_.set(since_epoch());
}

void LaneMeter::processed(std::span<const StageCount> stages, double busy_seconds) {
  busy_.add(busy_seconds);
  std::uint64_t articles = 0;
  for (const StageCount& count : stages) {
    articles = std::max(articles, count.articles);
    if (count.articles == 0) continue;
    Stage& counts = stage(count.name);
    counts.kept.add(number(count.articles - count.failed));
    counts.failed.add(number(count.failed));
    counts.seconds.observe(number(count.nanoseconds) / 1e9);
  }
  if (articles > 0) batch_articles_.observe(number(articles));
}

void LaneMeter::rewound(std::uint64_t records) { rewound_.add(number(records)); }

void LaneMeter::committed(const consumer::Results& results) {
  transactions_[0].add(1);
  transaction_.observe(results.transaction_seconds);
  delivered_.add(number(results.records));
  delivered_bytes_.add(number(results.record_bytes));
  dead_letter_bytes_.add(number(results.dead_letter_bytes));
  for (const auto& part : results.dead_letters_by)
    dead_letters(part.stage)[static_cast<std::size_t>(part.code)].add(number(part.count));
  for (const auto& part : results.documents_by) {
    language(part.language).add(number(part.count));
    completeness_[static_cast<std::size_t>(part.completeness)].add(number(part.count));
    if (part.undated) undated_.add(number(part.count));
  }
  for (std::size_t i = 0; i < results.relations.size(); ++i) relations_[i].add(number(results.relations[i]));
  for (std::size_t i = 0; i < entities_.size(); ++i) entities_[i].add(number(results.entities[i / 2][i % 2]));
  for (const auto& [id, count] : results.topics) {
    const auto found = topic_matches_.find(id);
    (found != topic_matches_.end() ? found : topic_matches_.try_emplace(std::string(id)).first)->second +=
        number(count);
  }
  topicless_.add(number(results.without_topic));
  for (const double value : results.latency_seconds) end_to_end_.observe(value);
  for (const double value : results.in_process_seconds) in_process_.observe(value);
  last_output_.set(since_epoch());
}

void LaneMeter::aborted(consumer::AbortReason reason, double transaction_seconds) {
  transactions_[result_index(reason)].add(1);
  transaction_.observe(transaction_seconds);
}

void LaneMeter::stories(const consumer::StoryTotals& totals) {
  waited_.add(number(totals.waited - stories_.waited));
  helped_.add(number(totals.helped - stories_.helped));
  lost_.add(number(totals.lost - stories_.lost));
  late_.add(number(totals.late - stories_.late));
  stories_ = totals;
}

void LaneMeter::in_flight(std::uint64_t records, std::uint64_t bytes, std::uint64_t capacity) {
  in_flight_.set(number(records));
  ring_bytes_.set(number(bytes));
  ring_capacity_.set(number(capacity));
  const auto now = now_().steady;
  if (now - published_ < Registry::kPublish) return;
  const std::unique_lock moment(series_.moment(), std::try_to_lock);
  if (!moment) return;  // a scrape reads; the next turn publishes
  published_ = now;
  count_pause();
  publish();
}

void LaneMeter::count_pause() {
  const auto now = now_().steady;
  if (is_paused_) paused_seconds_.add(seconds(now - paused_since_));
  paused_since_ = now;
}

void LaneMeter::paused(bool paused) {
  count_pause();
  is_paused_ = paused;
  paused_.set(paused ? 1 : 0);
}

void LaneMeter::rebalanced(consumer::Rebalance kind, std::span<const consumer::Partition> partitions) {
  rebalances_[static_cast<std::size_t>(kind)].add(1);
  // An assignment is whole, a revocation takes all of it.
  std::map<std::string_view, double> assigned;
  if (kind == consumer::Rebalance::assigned)
    for (const consumer::Partition& partition : partitions) assigned[partition.topic] += 1;
  for (const auto& [name, count] : assigned) topic(name);
  for (auto& [name, counts] : topics_) {
    const auto found = assigned.find(name);
    counts.assigned.set(found == assigned.end() ? 0 : found->second);
  }
}

// Set at once: lag stands in no sum with other series.
void LaneMeter::lag(const consumer::Partition& partition, std::uint64_t records, double seconds) {
  auto found = lags_.find(partition);
  if (found == lags_.end()) {
    const std::string number_text = std::to_string(partition.number);
    const auto labels = labels_of(FamilyId::consumer_lag_records, {partition.topic, number_text});
    found = lags_.try_emplace(partition, Lag{series_.gauge(FamilyId::consumer_lag_records, labels),
                                             series_.gauge(FamilyId::consumer_lag_seconds, labels)}).first;
  }
  found->second.records.Set(number(records));
  found->second.seconds.Set(seconds);
}

void LaneMeter::lag_gone(const consumer::Partition& partition) {
  const auto found = lags_.find(partition);
  if (found == lags_.end()) return;
  series_.remove(FamilyId::consumer_lag_records, found->second.records);
  series_.remove(FamilyId::consumer_lag_seconds, found->second.seconds);
  lags_.erase(found);
}

void LaneMeter::restarted(consumer::AbortReason reason) { restarts_[restart_index(reason)].add(1); }

// Shown at once too, so that a lane that waits for a broker is seen to live.
void LaneMeter::beat() {
  last_progress_.set(since_epoch());
  const std::unique_lock moment(series_.moment(), std::try_to_lock);
  if (moment) last_progress_.publish();
}

void LaneMeter::publish() {
  for (auto& [name, topic] : topics_) { topic.records.publish(); topic.bytes.publish(); topic.assigned.publish(); }
  for (auto& [name, stage] : stages_) { stage.kept.publish(); stage.failed.publish(); stage.seconds.publish(); }
  for (auto& [name, codes] : dead_letters_)
    for (PendingCounter& code : codes) code.publish();
  for (auto& [name, language] : languages_) language.publish();
  for (const auto& [id, matches] : topic_matches_) known_.count(id, matches);
  topic_matches_.clear();
  for (auto* part : {&batch_articles_, &end_to_end_, &in_process_, &transaction_}) part->publish();
  for (auto* part :
       {&busy_, &delivered_, &delivered_bytes_, &dead_letter_bytes_, &rewound_, &paused_seconds_, &undated_,
        &topicless_, &waited_, &helped_, &lost_, &late_})
    part->publish();
  for (auto* all : {&transactions_, &completeness_, &relations_, &entities_, &rebalances_, &restarts_})
    for (PendingCounter& part : *all) part.publish();
  for (auto* part : {&in_flight_, &ring_bytes_, &ring_capacity_, &paused_}) part->publish();
  for (auto* part : {&last_input_, &last_output_, &last_progress_}) part->publish();
}

}  // namespace newsmill::metrics
