#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The one table of metrics. docs/metrics.md is generated from it, the registry makes exactly its
/// families, and tests compare both with the live exposition. Adding a metric = an enumerator here,
/// a row in table.cc, and the line that counts.
namespace newsmill::metrics {

enum class FamilyId : std::uint8_t {
  build_info,
  knowledge_info,
  ready,
  component_ready,
  config_last_reload_successful,
  config_last_reload_success_timestamp_seconds,
  input_records_total,
  input_bytes_total,
  stage_articles_total,
  stage_seconds,
  batch_articles,
  workers,
  worker_busy_seconds_total,
  delivered_total,
  delivered_bytes_total,
  dead_letter_total,
  dead_letter_bytes_total,
  records_rewound_total,
  records_in_flight,
  ring_bytes,
  ring_capacity_bytes,
  input_paused,
  input_paused_seconds_total,
  end_to_end_seconds,
  in_process_seconds,
  transaction_seconds,
  transactions_total,
  documents_total,
  documents_completeness_total,
  documents_without_date_total,
  story_relations_total,
  dedup_articles,
  dedup_capacity_articles,
  dedup_stories,
  dedup_bytes,
  dedup_overflows_total,
  dedup_undecided_articles,
  dedup_log_messages_total,
  dedup_log_without_effect_total,
  dedup_log_garbage_total,
  dedup_log_own_late_total,
  dedup_log_applied_offset,
  dedup_log_lag_records,
  dedup_log_replay_seconds,
  dedup_waited_total,
  dedup_helped_total,
  dedup_lost_total,
  dedup_late_articles_total,
  entities_total,
  topics,
  topic_matches_total,
  documents_without_topic_total,
  last_input_timestamp_seconds,
  last_output_timestamp_seconds,
  last_progress_timestamp_seconds,
  consumer_lag_records,
  consumer_lag_seconds,
  kafka_assigned_partitions,
  kafka_rebalances_total,
  lane_restarts_total,
  log_messages_total,
  http_requests_total,
  http_connections,
  process_cpu_seconds_total,
  process_resident_memory_bytes,
  process_virtual_memory_bytes,
  process_open_fds,
  process_max_fds,
  process_start_time_seconds,
  count_,
};
inline constexpr std::size_t kFamilies = static_cast<std::size_t>(FamilyId::count_);

enum class Kind : std::uint8_t { counter, gauge, histogram };

/// A label with the values it can have. What comes from articles (source, URL, entity) is never a
/// label: every set is closed, configured, or bounded by the partitions of an instance.
enum class LabelSet : std::uint8_t {
  version, compiler, component, kafka_topic, partition, stage, failed_stage, outcome, error_code, transaction_result,
  language, completeness, relation, message_kind, without_effect, entity_type, linked, topic, knowledge_kind, knowledge_version, rebalance, restart,
  level, handler, status, count_,
};
struct LabelRow {
  std::string_view name;     ///< as exposed
  std::string_view meaning;  ///< one phrase for docs
  /// The closed list of values; null when the values are configured or counted, as `meaning` says.
  std::vector<std::string_view> (*values)();
};
const LabelRow& label_row(LabelSet set);

struct Family {
  FamilyId id;
  std::string_view name;
  Kind kind;
  std::vector<LabelSet> labels;
  std::vector<double> buckets;  ///< upper bounds of a histogram, without +Inf
  std::string_view help;
  /// Names of the alerts of deploy/prometheus that use it; empty = for a dashboard or for detail.
  std::vector<std::string_view> alerts;
};

/// One row per FamilyId, indexed by it.
std::span<const Family> families();
const Family& family(FamilyId id);

/// The value of label `lang` for a BCP 47 tag: its primary language if that is in the list, else
/// "other". Static memory.
std::string_view language_label(std::string_view tag);

/// At most this many topics have a label of their own, the first in the order of their ids; the matches
/// of all others are counted as `other`. Ten such instances are still a small load for one Prometheus.
inline constexpr std::size_t kTopicLabels = 500;
inline constexpr std::string_view kOtherTopics = "other";

/// docs/metrics.md, whole.
std::string markdown();

}  // namespace newsmill::metrics
