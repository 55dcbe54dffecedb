#include "consumer/metrics/table.h"

#include <algorithm>
#include <array>

#include "consumer/http/health.h"
#include "consumer/meter.h"
#include "processors/catalogue.h"
#include "processors/core/result.h"

namespace newsmill::metrics {
namespace {

using Names = std::vector<std::string_view>;

// The languages with the most news, by ISO 639-1, sorted. Longer would be detail that no dashboard
// shows; the record itself carries the exact tag.
constexpr std::string_view kLanguages[] = {"ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr",
                                           "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "no", "pl", "pt",
                                           "ro", "ru", "sv", "th", "tr", "uk", "und", "vi", "zh"};
static_assert(std::ranges::is_sorted(kLanguages));
constexpr std::string_view kOther = "other";

Names languages() {
  Names names(std::begin(kLanguages), std::end(kLanguages));
  names.push_back(kOther);
  return names;
}

Names stages() {
  Names names;
  for (const ProcessorType& type : catalogue()) names.push_back(type.name);
  return names;
}

Names failed_stages() {
  Names names = stages();
  names.push_back("lane");  // what fails outside the chain: set aside after crashes, larger than its topic takes
  return names;
}

Names codes() {
  Names names;
  for (std::uint8_t code = 0; !code_name(static_cast<Code>(code)).empty(); ++code)
    names.push_back(code_name(static_cast<Code>(code)));
  return names;
}

Names components() {
  Names names;
  for (std::uint8_t i = 0; i < static_cast<std::uint8_t>(consumer::Component::count_); ++i)
    names.push_back(component_name(static_cast<consumer::Component>(i)));
  return names;
}

Names relations() {
  Names names;
  for (std::size_t i = 0; i < consumer::Results::kRelations; ++i)
    names.push_back(relation_name(static_cast<Relation>(i)));
  return names;
}

Names entity_types() {
  Names names;
  for (std::size_t i = 0; i < consumer::Results::kEntityTypes; ++i)
    names.push_back(entity_type_name(static_cast<EntityType>(i)));
  return names;
}

// 5 s is the bound of the freshness objective (docs/operations.md), so it must be a bucket.
const std::vector<double> kEndToEnd = {.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21600};
const std::vector<double> kInProcess = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60};
const std::vector<double> kTransaction = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60};
// One batch is at most 64 articles, about 50 µs to 1 ms each.
const std::vector<double> kStage = {.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5};
const std::vector<double> kBatch = {1, 2, 4, 8, 16, 32, 64};

}  // namespace

const LabelRow& label_row(LabelSet set) {
  static const std::array<LabelRow, static_cast<std::size_t>(LabelSet::count_)> kRows = {{
      {"version", "version of newsmill; one value", nullptr},
      {"compiler", "compiler that built it; one value", nullptr},
      {"component", "what must be ready", components},
      {"kafka_topic", "names under `input.topics`", nullptr},
      {"partition", "partitions assigned to this instance", nullptr},
      {"stage", "step of the chain", stages},
      {"stage", "where the article failed; `lane` = outside of the chain", failed_stages},
      {"outcome", "what became of the article in the stage", [] { return Names{"kept", "failed"}; }},
      {"code", "why an article is a dead letter", codes},
      {"result", "`committed`, or why the transaction was given up",
       [] { return Names{"committed", "broker", "revoked", "restart", "fenced"}; }},
      {"lang", "language of the article (primary subtag); `und` = not determined, `other` = not in the list",
       languages},
      {"completeness", "how much of the article the provider gave",
       [] { return Names{"full", "partial", "summary", "none"}; }},
      {"relation", "how the article stands to its story", relations},
      {"kind", "`fingerprint`: an article as it is compared; `verdicts`: which story articles are in",
       [] { return Names{"fingerprint", "verdicts"}; }},
      {"reason", "why a message has no effect: `known` = the delivery stands in the log already, `late` = held up for "
       "more than ten minutes, `foreign` = meant for another log, `lost` = other verdicts were first",
       [] { return Names{"known", "late", "foreign", "lost"}; }},
      {"type", "type of the entity", entity_types},
      {"linked", "whether the entity has an id", [] { return Names{"no", "yes"}; }},
      {"topic", "ids of the topics in use, the first 500 in their order; `other` = all beyond that", nullptr},
      {"kind", "part of the knowledge, as in `monitoring.versions` of a record", nullptr},
      {"version", "version of that part; the one in use", nullptr},
      {"type", "what the group did", [] { return Names{"assigned", "revoked", "lost"}; }},
      {"reason", "why a lane was torn down", [] { return Names{"restart", "fenced"}; }},
      {"level", "level of the line", [] { return Names{"warning", "error"}; }},
      {"handler", "what was asked for; `other` = no such page or no valid request",
       [] { return Names{"index", "metrics", "livez", "readyz", "other"}; }},
      {"code", "HTTP status", [] { return Names{"200", "400", "404", "405", "421", "431", "500", "503"}; }},
  }};
  return kRows[static_cast<std::size_t>(set)];
}

std::span<const Family> families() {
  using enum FamilyId;
  using L = LabelSet;
  constexpr Kind counter = Kind::counter, gauge = Kind::gauge, histogram = Kind::histogram;
  static const std::array<Family, kFamilies> kTable = {{
      {build_info, "newsmill_build_info", gauge, {L::version, L::compiler}, {},
       "Constant 1, labelled with what runs.", {}},
      {knowledge_info, "newsmill_knowledge_info", gauge, {L::knowledge_kind, L::knowledge_version}, {},
       "Constant 1, labelled with the version of each part of the knowledge in use.", {"KnowledgeDiffers"}},
      {ready, "newsmill_ready", gauge, {}, {}, "1 when /readyz answers 200.", {"NotReady"}},
      {component_ready, "newsmill_component_ready", gauge, {L::component}, {},
       "1 when the component is ready.", {"NotReady", "DedupNotReady"}},
      {config_last_reload_successful, "newsmill_config_last_reload_successful", gauge, {}, {},
       "1 when the last reading of the configuration, at the start or on SIGHUP, succeeded.", {"ReloadFailed"}},
      {config_last_reload_success_timestamp_seconds, "newsmill_config_last_reload_success_timestamp_seconds",
       gauge, {}, {},
       "Unix time of the last successful reading of the configuration.", {}},

      {input_records_total, "newsmill_input_records_total", counter, {L::kafka_topic}, {},
       "Messages polled, redelivered ones again.", {"InputSilent", "DeadLetters", "RecordsUnaccounted"}},
      {input_bytes_total, "newsmill_input_bytes_total", counter, {L::kafka_topic}, {},
       "Bytes polled: key, value, headers.", {}},
      {stage_articles_total, "newsmill_stage_articles_total", counter, {L::stage, L::outcome}, {},
       "Articles that went through a stage; a redelivered one counts again.", {}},
      {stage_seconds, "newsmill_stage_seconds", histogram, {L::stage}, kStage,
       "Time of one batch of articles in one stage, waits included.", {}},
      {batch_articles, "newsmill_batch_articles", histogram, {}, kBatch, "Articles of one batch.", {}},
      {workers, "newsmill_workers", gauge, {}, {}, "Threads that run the chain.", {"WorkersSaturated"}},
      {worker_busy_seconds_total, "newsmill_worker_busy_seconds_total", counter, {}, {},
       "Time in which workers had a batch, summed over them.", {"WorkersSaturated"}},

      {delivered_total, "newsmill_delivered_total", counter, {}, {}, "Records made visible by a committed transaction.",
       {"RecordsUnaccounted", "TopicSilent"}},
      {delivered_bytes_total, "newsmill_delivered_bytes_total", counter, {}, {}, "Bytes of those records.", {}},
      {dead_letter_total, "newsmill_dead_letter_total", counter, {L::failed_stage, L::error_code}, {},
       "Dead letters made visible by a committed transaction.", {"DeadLetters", "Defect", "RecordsUnaccounted"}},
      {dead_letter_bytes_total, "newsmill_dead_letter_bytes_total", counter, {}, {},
       "Bytes of those dead letters.", {}},
      {records_rewound_total, "newsmill_records_rewound_total", counter, {}, {},
       "Messages polled and thrown away because partitions or a transaction were lost; they come again.",
       {"RecordsUnaccounted"}},
      {records_in_flight, "newsmill_records_in_flight", gauge, {}, {},
       "Messages polled and not yet committed or thrown away.",
       {"RecordsUnaccounted"}},
      {ring_bytes, "newsmill_ring_bytes", gauge, {}, {},
       "Memory of the messages in flight: raw, working memory, encoded.", {}},
      {ring_capacity_bytes, "newsmill_ring_capacity_bytes", gauge, {}, {},
       "Bound of that memory (`kafka.buffer_bytes`).", {}},
      {input_paused, "newsmill_input_paused", gauge, {}, {},
       "Lanes whose input is paused because their ring is full.", {}},
      {input_paused_seconds_total, "newsmill_input_paused_seconds_total", counter, {}, {},
       "Time in which it was paused.", {}},

      {end_to_end_seconds, "newsmill_end_to_end_seconds", histogram, {}, kEndToEnd,
       "From the input message's timestamp to the commit that made its result visible.", {"Stale"}},
      {in_process_seconds, "newsmill_in_process_seconds", histogram, {}, kInProcess,
       "From polled to handed to the producer.", {}},
      {transaction_seconds, "newsmill_transaction_seconds", histogram, {}, kTransaction,
       "Length of a transaction, from begin to committed or aborted.", {}},
      {transactions_total, "newsmill_transactions_total", counter, {L::transaction_result}, {},
       "Transactions ended.", {"Aborts"}},

      {documents_total, "newsmill_documents_total", counter, {L::language}, {}, "Records delivered, by language.", {}},
      {documents_completeness_total, "newsmill_documents_completeness_total", counter, {L::completeness}, {},
       "Records delivered, by completeness.", {}},
      {documents_without_date_total, "newsmill_documents_without_date_total", counter, {}, {},
       "Records delivered without a publication time.", {}},
      {story_relations_total, "newsmill_story_relations_total", counter, {L::relation}, {},
       "Records delivered, by their relation to the story they are in; none while dedup is disabled.", {}},
      {dedup_articles, "newsmill_dedup_articles", gauge, {}, {},
       "Articles that later ones are compared with; 0 while dedup is disabled.", {"DedupFull"}},
      {dedup_capacity_articles, "newsmill_dedup_capacity_articles", gauge, {}, {},
       "Articles for which there is room (`dedup.articles`).", {"DedupFull"}},
      {dedup_stories, "newsmill_dedup_stories", gauge, {}, {}, "Stories that can still get members.", {}},
      {dedup_bytes, "newsmill_dedup_bytes", gauge, {}, {}, "Memory of the articles and stories that dedup knows.", {}},
      {dedup_overflows_total, "newsmill_dedup_overflows_total", counter, {}, {},
       "Keys of such articles that were overwritten for want of room: these are found less often.", {}},
      {dedup_undecided_articles, "newsmill_dedup_undecided_articles", gauge, {}, {},
       "Of those articles the ones without a verdict: under way somewhere, or their instance has died.", {}},
      {dedup_log_messages_total, "newsmill_dedup_log_messages_total", counter, {L::message_kind}, {},
       "Messages of the dedup log read, from all instances; a start reads its last window again.", {}},
      {dedup_log_without_effect_total, "newsmill_dedup_log_without_effect_total", counter, {L::without_effect}, {},
       "Of those messages the ones that changed nothing.", {"DedupLogForeign"}},
      {dedup_log_garbage_total, "newsmill_dedup_log_garbage_total", counter, {}, {},
       "Messages of the dedup log that are none: skipped, as every instance does.", {"DedupLogGarbage"}},
      {dedup_log_own_late_total, "newsmill_dedup_log_own_late_total", counter, {}, {},
       "Messages of this instance that the log took more than ten minutes after they were sent, by both clocks.",
       {"DedupClock"}},
      {dedup_log_applied_offset, "newsmill_dedup_log_applied_offset", gauge, {}, {},
       "Offset of the last message of the dedup log that was applied; -1 = none.", {}},
      {dedup_log_lag_records, "newsmill_dedup_log_lag_records", gauge, {}, {},
       "Messages of the dedup log that are not applied yet; 0 while the log's end is not known.", {"DedupLogLag"}},
      {dedup_log_replay_seconds, "newsmill_dedup_log_replay_seconds", gauge, {}, {},
       "How long the last reading of the log's window took; while one is under way, so far.", {}},
      {dedup_waited_total, "newsmill_dedup_waited_total", counter, {}, {},
       "Transactions that waited for another lane's verdict.", {}},
      {dedup_helped_total, "newsmill_dedup_helped_total", counter, {}, {},
       "Verdicts made for articles of other lanes, which did not come with one in two seconds.", {}},
      {dedup_lost_total, "newsmill_dedup_lost_total", counter, {}, {},
       "Transactions done again because another lane's verdict was first in the log.", {}},
      {dedup_late_articles_total, "newsmill_dedup_late_articles_total", counter, {}, {},
       "Records delivered whose article came in more than a window ago: they join no story by their text.", {}},
      {entities_total, "newsmill_entities_total", counter, {L::entity_type, L::linked}, {},
       "Entities of the records delivered; one counts once in a record, however often it is mentioned.", {}},
      {topics, "newsmill_topics", gauge, {}, {}, "Topics in use, those counted as `other` included.", {}},
      {topic_matches_total, "newsmill_topic_matches_total", counter, {L::topic}, {},
       "Records delivered that reached the threshold of the topic.", {"TopicSilent"}},
      {documents_without_topic_total, "newsmill_documents_without_topic_total", counter, {}, {},
       "Records delivered that reached the threshold of no topic.", {}},

      {last_input_timestamp_seconds, "newsmill_last_input_timestamp_seconds", gauge, {}, {},
       "Unix time of the last poll that brought messages; the start before the first.", {}},
      {last_output_timestamp_seconds, "newsmill_last_output_timestamp_seconds", gauge, {}, {},
       "Unix time of the last commit; the start before the first.", {}},
      {last_progress_timestamp_seconds, "newsmill_last_progress_timestamp_seconds", gauge, {}, {},
       "Unix time of the last sign of progress of any lane, idle turns included; the start before the first.",
       {"Stalled"}},
      {consumer_lag_records, "newsmill_consumer_lag_records", gauge, {L::kafka_topic, L::partition}, {},
       "Offsets from the last committed position to the end of the partition, control records included: never quite 0.",
       {}},
      {consumer_lag_seconds, "newsmill_consumer_lag_seconds", gauge, {L::kafka_topic, L::partition}, {},
       "Age of the oldest message of the partition in flight; 0 = none.", {"Lag"}},
      {kafka_assigned_partitions, "newsmill_kafka_assigned_partitions", gauge, {L::kafka_topic}, {},
       "Partitions assigned to this instance.", {}},
      {kafka_rebalances_total, "newsmill_kafka_rebalances_total", counter, {L::rebalance}, {},
       "Rebalances of the group seen here.",
       {"RebalanceLoop"}},
      {lane_restarts_total, "newsmill_lane_restarts_total", counter, {L::restart}, {},
       "Lanes torn down and started anew.",
       {"LaneRestarts"}},

      {log_messages_total, "newsmill_log_messages_total", counter, {L::level}, {},
       "Log lines at warning and above, those suppressed by the rate limit included.", {}},
      {http_requests_total, "newsmill_http_requests_total", counter, {L::handler, L::status}, {},
       "HTTP requests answered.", {}},
      {http_connections, "newsmill_http_connections", gauge, {}, {}, "Open HTTP connections.", {}},

      {process_cpu_seconds_total, "process_cpu_seconds_total", counter, {}, {},
       "User and system CPU time of the process.", {}},
      {process_resident_memory_bytes, "process_resident_memory_bytes", gauge, {}, {},
       "Resident memory of the process.", {}},
      {process_virtual_memory_bytes, "process_virtual_memory_bytes", gauge, {}, {},
       "Virtual memory of the process.", {}},
      {process_open_fds, "process_open_fds", gauge, {}, {}, "Open file descriptors.", {}},
      {process_max_fds, "process_max_fds", gauge, {}, {}, "Limit of open file descriptors.", {}},
      {process_start_time_seconds, "process_start_time_seconds", gauge, {}, {},
       "Unix time of the start of the process.", {}},
  }};
  return kTable;
}

const Family& family(FamilyId id) { return families()[static_cast<std::size_t>(id)]; }

std::string_view language_label(std::string_view tag) {
  const std::string_view primary = tag.substr(0, tag.find('-'));
  const auto* found = std::ranges::lower_bound(kLanguages, primary);
  return found != std::end(kLanguages) && *found == primary ? *found : kOther;
}

}  // namespace newsmill::metrics
