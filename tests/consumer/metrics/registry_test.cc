#include "consumer/metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "consumer/metrics/process.h"
#include "consumer/metrics/table.h"

namespace newsmill::metrics {
namespace {

using namespace std::chrono_literals;
using consumer::AbortReason;
using consumer::Partition;
using consumer::Rebalance;
using ::testing::HasSubstr;
using ::testing::Not;

/// One exposition, read back: sample name with labels → value, family → type.
struct Scrape {
  std::map<std::string, double> values;
  std::map<std::string, std::string> types;

  explicit Scrape(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.rfind("# TYPE ", 0) == 0) {
        std::istringstream words(line.substr(7));
        std::string name, type;
        words >> name >> type;
        EXPECT_TRUE(types.emplace(name, type).second) << name << " is exposed twice";
      }
      if (line.empty() || line[0] == '#') continue;
      const std::size_t space = line.rfind(' ');
      EXPECT_TRUE(values.emplace(line.substr(0, space), std::stod(line.substr(space + 1))).second) << line;
    }
  }
  double at(const std::string& sample) const {
    const auto found = values.find(sample);
    EXPECT_TRUE(found != values.end()) << sample << " is not exposed";
    return found == values.end() ? -1 : found->second;
  }
  /// Sum of a family over its labels.
  double sum(const std::string& family) const {
    double total = 0;
    for (const auto& [sample, value] : values)
      if (sample == family || sample.rfind(family + "{", 0) == 0) total += value;
    return total;
  }
};

struct RegistryTest : ::testing::Test {
  Registry::Time time{std::chrono::system_clock::time_point(1'000'000s), std::chrono::steady_clock::time_point(1h)};
  consumer::Health health;
  consumer::Logger log{{}, [](std::string_view) {}, [] { return consumer::Logger::Time{}; }};
  Registry registry{{.input_topics = {"raw"},
                     .workers = 2,
                     .known = {{{"lexicons", "9f3c"}, {"topics", "07aa"}}, {"ports", "energy"}}},
                    health, log, [this] { return time; }};

  Scrape scrape() const { return Scrape(registry.text()); }
  /// The end of a lane's turn.
  void turn(consumer::Meter& meter, std::uint64_t in_flight = 1) {
    time.steady += Registry::kPublish;
    time.wall += Registry::kPublish;
    meter.beat();
    meter.in_flight(in_flight, 4096, 1 << 20);
  }
};

/// A meter that has seen everything once.
void exercise(consumer::Meter& meter) {
  const Partition partitions[] = {{"raw", 0}, {"raw", 1}};
  meter.rebalanced(Rebalance::assigned, partitions);
  meter.consumed("raw", 10, 5000);
  const StageCount stages[] = {{"decode", 10, 1, 30'000'000}, {"encode", 9, 1, 400'000}};
  meter.processed(stages, 0.033);
  consumer::Results results;
  results.records = 6;
  results.record_bytes = 9000;
  results.dead_letters = 2;
  results.dead_letter_bytes = 700;
  results.dead_letters_by = {{"decode", Code::malformed_json, 1}, {"lane", Code::crashed, 1}};
  results.documents_by = {{"en-GB", Completeness::full, false, 4}, {"xx", Completeness::summary, true, 2}};
  results.relations[static_cast<std::size_t>(Relation::original)] = 4;
  results.relations[static_cast<std::size_t>(Relation::near)] = 2;
  results.entities[static_cast<std::size_t>(EntityType::LOC)] = {3, 5};
  results.topics = {{"ports", 2}, {"unheard-of", 1}};
  results.without_topic = 4;
  results.latency_seconds = {0.02, 4, 7, 100'000};
  results.in_process_seconds = {0.02, 0.02};
  results.transaction_seconds = 0.1;
  meter.committed(results);
  meter.rewound(1);
  meter.aborted(AbortReason::revoked, 0.2);
  meter.stories({.waited = 3, .helped = 2, .lost = 1, .late = 4});
  meter.lag(partitions[0], 3, 1.5);
  meter.lag(partitions[1], 1, 0);
  meter.restarted(AbortReason::fenced);
}

TEST_F(RegistryTest, ExposesExactlyTheFamiliesOfTheTable) {
  const auto meter = registry.meter();
  exercise(*meter);
  registry.http_answered("metrics", 200);
  registry.reloaded(true);
  turn(*meter);
  const Scrape now = scrape();
  std::set<std::string> known;
  for (const Family& row : families()) {
    known.insert(std::string(row.name));
    const char* kind = row.kind == Kind::counter ? "counter" : row.kind == Kind::gauge ? "gauge" : "histogram";
    const auto found = now.types.find(std::string(row.name));
    ASSERT_TRUE(found != now.types.end()) << row.name << " is in the table and not exposed";
    EXPECT_EQ(found->second, kind) << row.name;
  }
  for (const auto& [name, type] : now.types)
    EXPECT_TRUE(known.contains(name)) << name << " is exposed and not in the table";
}

TEST_F(RegistryTest, EverySampleHasTheLabelsAndValuesOfTheTable) {
  const auto meter = registry.meter();
  exercise(*meter);
  registry.http_answered("metrics", 200);
  turn(*meter);
  std::size_t checked = 0;
  for (const auto& [sample, value] : scrape().values) {
    const std::string name = sample.substr(0, sample.find('{'));
    for (const Family& row : families()) {
      const bool part = row.kind == Kind::histogram && (name == std::string(row.name) + "_bucket");
      if (name != row.name && !part) continue;
      ++checked;
      for (const LabelSet set : row.labels) {
        const LabelRow& label = label_row(set);
        const std::string begin = std::string(label.name) + "=\"";
        const std::size_t at = sample.find(begin);
        ASSERT_NE(at, std::string::npos) << sample << " lacks " << label.name;
        const std::string text =
            sample.substr(at + begin.size(), sample.find('"', at + begin.size()) - at - begin.size());
        if (label.values == nullptr) continue;
        EXPECT_THAT(label.values(), ::testing::Contains(text)) << sample;
      }
      const auto labels = static_cast<std::size_t>(std::ranges::count(sample, '=')) - (part ? 1 : 0);
      EXPECT_EQ(labels, row.labels.size()) << sample;
    }
  }
  EXPECT_GT(checked, 200u);
}

TEST_F(RegistryTest, SeriesWithClosedLabelsStartAtZero) {
  const Scrape now = scrape();
  EXPECT_EQ(now.at("newsmill_dead_letter_total{code=\"crashed\",stage=\"lane\"}"), 0);
  EXPECT_EQ(now.at("newsmill_documents_total{lang=\"other\"}"), 0);
  EXPECT_EQ(now.at("newsmill_input_records_total{kafka_topic=\"raw\"}"), 0);
  EXPECT_EQ(now.at("newsmill_transactions_total{result=\"fenced\"}"), 0);
  EXPECT_EQ(now.at("newsmill_end_to_end_seconds_count"), 0);
  EXPECT_EQ(now.at("newsmill_story_relations_total{relation=\"withdrawn\"}"), 0);
  EXPECT_EQ(now.at("newsmill_entities_total{linked=\"no\",type=\"PER\"}"), 0);
}

TEST_F(RegistryTest, EveryTopicInUseHasASeriesThatBeginsAtZero) {
  const Scrape now = scrape();
  for (const char* topic : {"ports", "energy", "other"})
    EXPECT_EQ(now.at(std::string("newsmill_topic_matches_total{topic=\"") + topic + "\"}"), 0);
  EXPECT_EQ(now.at("newsmill_topics"), 2);
  EXPECT_EQ(now.at("newsmill_knowledge_info{kind=\"lexicons\",version=\"9f3c\"}"), 1);
}

TEST_F(RegistryTest, AReloadSwapsTopicsAndVersionsAndKeepsTheCountsOfWhatStays) {
  const auto meter = registry.meter();
  consumer::Results results;
  results.records = 3;
  results.topics = {{"energy", 3}, {"ports", 2}};
  meter->committed(results);
  turn(*meter);
  meter->committed(results);  // not yet published when the knowledge changes
  registry.use({{{"lexicons", "9f3c"}, {"topics", "11bb"}}, {"strikes", "ports"}});
  turn(*meter);
  const Scrape now = scrape();
  EXPECT_EQ(now.at("newsmill_topic_matches_total{topic=\"ports\"}"), 4);
  EXPECT_EQ(now.at("newsmill_topic_matches_total{topic=\"strikes\"}"), 0);
  EXPECT_EQ(now.at("newsmill_topic_matches_total{topic=\"other\"}"), 3) << "matches of a topic that is gone";
  EXPECT_FALSE(now.values.contains("newsmill_topic_matches_total{topic=\"energy\"}"));
  EXPECT_EQ(now.at("newsmill_knowledge_info{kind=\"topics\",version=\"11bb\"}"), 1);
  EXPECT_FALSE(now.values.contains("newsmill_knowledge_info{kind=\"topics\",version=\"07aa\"}"));
  EXPECT_EQ(now.at("newsmill_knowledge_info{kind=\"lexicons\",version=\"9f3c\"}"), 1);
}

TEST_F(RegistryTest, TopicsBeyondTheBoundAreCountedTogether) {
  std::vector<std::string> topics;
  for (std::size_t i = 0; i < 2 * kTopicLabels; ++i) topics.push_back("t" + std::to_string(10'000 + i));
  std::ranges::reverse(topics);  // their order does not matter
  registry.use({{}, topics});
  const auto meter = registry.meter();
  consumer::Results results;
  results.records = 5;
  results.topics = {{"t10000", 2}, {"t10499", 3}, {"t10500", 4}, {"t10999", 5}};
  static_assert(kTopicLabels == 500);
  meter->committed(results);
  turn(*meter);
  Scrape now = scrape();
  EXPECT_EQ(now.at("newsmill_topics"), 1000);
  EXPECT_EQ(now.at("newsmill_topic_matches_total{topic=\"t10000\"}"), 2);
  EXPECT_EQ(now.at("newsmill_topic_matches_total{topic=\"t10499\"}"), 3);
  EXPECT_EQ(now.at("newsmill_topic_matches_total{topic=\"other\"}"), 9);
  const auto labels = [](const Scrape& scrape) {
    return std::ranges::count_if(scrape.values, [](const auto& sample) {
      return sample.first.starts_with("newsmill_topic_matches_total{");
    });
  };
  EXPECT_EQ(labels(now), 501);
  for (int reload = 0; reload < 20; ++reload) {  // a reload takes as many away as it brings
    for (std::string& topic : topics) topic += "x";
    registry.use({{}, topics});
  }
  now = scrape();
  EXPECT_EQ(labels(now), 501);
}

TEST_F(RegistryTest, ATopicThatIsCalledOtherIsCountedThere) {
  registry.use({{}, {"other", "ports"}});
  const auto meter = registry.meter();
  exercise(*meter);
  turn(*meter);
  EXPECT_EQ(scrape().at("newsmill_topic_matches_total{topic=\"other\"}"), 1);
  registry.use({{}, {"ports"}});
  EXPECT_EQ(scrape().at("newsmill_topic_matches_total{topic=\"other\"}"), 1);
}

TEST_F(RegistryTest, CountsWhatALaneReports) {
  const auto meter = registry.meter();
  exercise(*meter);
  turn(*meter);
  const Scrape now = scrape();
  const struct {
    const char* sample;
    double value;
  } rows[] = {
      {"newsmill_input_records_total{kafka_topic=\"raw\"}", 10},
      {"newsmill_input_bytes_total{kafka_topic=\"raw\"}", 5000},
      {"newsmill_stage_articles_total{outcome=\"kept\",stage=\"decode\"}", 9},
      {"newsmill_stage_articles_total{outcome=\"failed\",stage=\"encode\"}", 1},
      {"newsmill_stage_seconds_bucket{stage=\"decode\",le=\"0.025\"}", 0},
      {"newsmill_stage_seconds_bucket{stage=\"decode\",le=\"0.05\"}", 1},
      {"newsmill_stage_seconds_sum{stage=\"decode\"}", 0.03},
      {"newsmill_batch_articles_bucket{le=\"8\"}", 0},
      {"newsmill_batch_articles_bucket{le=\"16\"}", 1},
      {"newsmill_workers", 2},
      {"newsmill_worker_busy_seconds_total", 0.033},
      {"newsmill_delivered_total", 6},
      {"newsmill_delivered_bytes_total", 9000},
      {"newsmill_dead_letter_total{code=\"malformed-json\",stage=\"decode\"}", 1},
      {"newsmill_dead_letter_total{code=\"crashed\",stage=\"lane\"}", 1},
      {"newsmill_dead_letter_bytes_total", 700},
      {"newsmill_records_rewound_total", 1},
      {"newsmill_records_in_flight", 1},
      {"newsmill_ring_bytes", 4096},
      {"newsmill_ring_capacity_bytes", 1 << 20},
      {"newsmill_end_to_end_seconds_bucket{le=\"5\"}", 2},
      {"newsmill_end_to_end_seconds_bucket{le=\"10\"}", 3},
      {"newsmill_end_to_end_seconds_bucket{le=\"+Inf\"}", 4},
      {"newsmill_end_to_end_seconds_count", 4},
      {"newsmill_in_process_seconds_count", 2},
      {"newsmill_transaction_seconds_count", 2},
      {"newsmill_transactions_total{result=\"committed\"}", 1},
      {"newsmill_transactions_total{result=\"revoked\"}", 1},
      {"newsmill_documents_total{lang=\"en\"}", 4},
      {"newsmill_documents_total{lang=\"other\"}", 2},
      {"newsmill_documents_completeness_total{completeness=\"summary\"}", 2},
      {"newsmill_documents_without_date_total", 2},
      {"newsmill_story_relations_total{relation=\"original\"}", 4},
      {"newsmill_story_relations_total{relation=\"near\"}", 2},
      {"newsmill_story_relations_total{relation=\"unchecked\"}", 0},
      {"newsmill_dedup_waited_total", 3},
      {"newsmill_dedup_helped_total", 2},
      {"newsmill_dedup_lost_total", 1},
      {"newsmill_dedup_late_articles_total", 4},
      {"newsmill_entities_total{linked=\"no\",type=\"LOC\"}", 3},
      {"newsmill_entities_total{linked=\"yes\",type=\"LOC\"}", 5},
      {"newsmill_entities_total{linked=\"yes\",type=\"PRODUCT\"}", 0},
      {"newsmill_topics", 2},
      {"newsmill_topic_matches_total{topic=\"ports\"}", 2},
      {"newsmill_topic_matches_total{topic=\"energy\"}", 0},
      {"newsmill_topic_matches_total{topic=\"other\"}", 1},
      {"newsmill_documents_without_topic_total", 4},
      {"newsmill_consumer_lag_records{kafka_topic=\"raw\",partition=\"0\"}", 3},
      {"newsmill_consumer_lag_seconds{kafka_topic=\"raw\",partition=\"0\"}", 1.5},
      {"newsmill_kafka_assigned_partitions{kafka_topic=\"raw\"}", 2},
      {"newsmill_kafka_rebalances_total{type=\"assigned\"}", 1},
      {"newsmill_lane_restarts_total{reason=\"fenced\"}", 1},
  };
  for (const auto& row : rows) EXPECT_DOUBLE_EQ(now.at(row.sample), row.value) << row.sample;
}

TEST_F(RegistryTest, ASumOverLabelsIsTheWhole) {
  const auto meter = registry.meter();
  exercise(*meter);
  turn(*meter);
  const Scrape now = scrape();
  EXPECT_EQ(now.sum("newsmill_input_records_total"),
            now.sum("newsmill_delivered_total") + now.sum("newsmill_dead_letter_total") +
                now.sum("newsmill_records_rewound_total") + now.sum("newsmill_records_in_flight"));
  EXPECT_EQ(now.sum("newsmill_documents_total"), now.sum("newsmill_delivered_total"));
  EXPECT_EQ(now.sum("newsmill_documents_completeness_total"), now.sum("newsmill_delivered_total"));
  EXPECT_EQ(now.sum("newsmill_story_relations_total"), now.sum("newsmill_delivered_total"));
}

TEST_F(RegistryTest, NothingIsShownBeforeTheEndOfATurn) {
  const auto meter = registry.meter();
  meter->in_flight(10, 100, 1000);  // too soon after the last turn
  meter->consumed("raw", 10, 100);
  time.steady += 1s;
  meter->beat();
  EXPECT_EQ(scrape().sum("newsmill_input_records_total"), 0);
  EXPECT_EQ(scrape().at("newsmill_records_in_flight"), 0);
  meter->in_flight(10, 100, 1000);
  EXPECT_EQ(scrape().sum("newsmill_input_records_total"), 10);
  EXPECT_EQ(scrape().at("newsmill_records_in_flight"), 10);
}

TEST_F(RegistryTest, LanesAddUpAndALaneThatEndsLeavesItsCountsButNotItsLevels) {
  auto first = registry.meter();
  const auto second = registry.meter();
  exercise(*first);
  exercise(*second);
  turn(*first);
  turn(*second);
  EXPECT_EQ(scrape().sum("newsmill_input_records_total"), 20);
  EXPECT_EQ(scrape().at("newsmill_records_in_flight"), 2);
  EXPECT_EQ(scrape().at("newsmill_kafka_assigned_partitions{kafka_topic=\"raw\"}"), 4);
  first->consumed("raw", 5, 50);
  first->rewound(6);
  first.reset();  // without a beat: what is pending is not lost
  const Scrape now = scrape();
  EXPECT_EQ(now.sum("newsmill_input_records_total"), 25);
  EXPECT_EQ(now.at("newsmill_records_in_flight"), 1);
  EXPECT_EQ(now.sum("newsmill_records_rewound_total"), 8);
  EXPECT_EQ(now.at("newsmill_kafka_assigned_partitions{kafka_topic=\"raw\"}"), 2);
}

TEST_F(RegistryTest, LagOfARevokedPartitionEnds) {
  auto meter = registry.meter();
  exercise(*meter);
  meter->lag_gone({"raw", 0});
  meter->lag_gone({"raw", 7});  // never had one
  EXPECT_THAT(registry.text(), Not(HasSubstr("partition=\"0\"")));
  EXPECT_THAT(registry.text(), HasSubstr("newsmill_consumer_lag_seconds{kafka_topic=\"raw\",partition=\"1\"}"));
  meter->lag({"raw", 0}, 9, 2);
  EXPECT_EQ(scrape().at("newsmill_consumer_lag_records{kafka_topic=\"raw\",partition=\"0\"}"), 9);
  meter.reset();
  EXPECT_THAT(registry.text(), Not(HasSubstr("partition=")));
}

TEST_F(RegistryTest, ARevocationEndsTheAssignment) {
  const auto meter = registry.meter();
  exercise(*meter);
  const Partition partitions[] = {{"raw", 0}, {"raw", 1}};
  meter->rebalanced(Rebalance::lost, partitions);
  turn(*meter);
  EXPECT_EQ(scrape().at("newsmill_kafka_assigned_partitions{kafka_topic=\"raw\"}"), 0);
  EXPECT_EQ(scrape().at("newsmill_kafka_rebalances_total{type=\"lost\"}"), 1);
}

TEST_F(RegistryTest, TimeSpentPausedAddsUpWhileItLasts) {
  const auto meter = registry.meter();
  meter->paused(true);
  time.steady += 3s;
  turn(*meter);
  EXPECT_EQ(scrape().at("newsmill_input_paused"), 1);
  EXPECT_NEAR(scrape().at("newsmill_input_paused_seconds_total"), 3.02, 1e-9);
  time.steady += 2s;
  meter->paused(false);
  time.steady += 60s;
  turn(*meter);
  EXPECT_EQ(scrape().at("newsmill_input_paused"), 0);
  EXPECT_NEAR(scrape().at("newsmill_input_paused_seconds_total"), 5.02, 1e-9);
}

TEST_F(RegistryTest, TellsHealthLogAndReload) {
  EXPECT_EQ(scrape().at("newsmill_ready"), 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(consumer::Component::count_); ++i)
    health.part(static_cast<consumer::Component>(i)).ready();
  EXPECT_EQ(scrape().at("newsmill_ready"), 1);
  health.part(consumer::Component::kafka).not_ready("away");
  log.warning("kind", "sentence");
  EXPECT_EQ(scrape().at("newsmill_config_last_reload_successful"), 1);
  time.wall += 10s;
  registry.reloaded(false);
  const Scrape now = scrape();
  EXPECT_EQ(now.at("newsmill_ready"), 0);
  EXPECT_EQ(now.at("newsmill_component_ready{component=\"kafka\"}"), 0);
  EXPECT_EQ(now.at("newsmill_component_ready{component=\"lane\"}"), 1);
  EXPECT_EQ(now.at("newsmill_log_messages_total{level=\"warning\"}"), 1);
  EXPECT_EQ(now.at("newsmill_config_last_reload_successful"), 0);
  EXPECT_EQ(now.at("newsmill_config_last_reload_success_timestamp_seconds"), 1'000'000);
}

TEST_F(RegistryTest, AsksDedupAtEachScrape) {
  EXPECT_EQ(scrape().at("newsmill_dedup_capacity_articles"), 0);
  Registry::Dedup dedup{.articles = 7, .capacity = 1000, .stories = 5, .bytes = 4096, .overflows = 2};
  registry.show_dedup([&] { return dedup; });
  EXPECT_EQ(scrape().at("newsmill_dedup_articles"), 7);
  dedup.articles = 8;
  const Scrape now = scrape();
  EXPECT_EQ(now.at("newsmill_dedup_articles"), 8);
  EXPECT_EQ(now.at("newsmill_dedup_capacity_articles"), 1000);
  EXPECT_EQ(now.at("newsmill_dedup_stories"), 5);
  EXPECT_EQ(now.at("newsmill_dedup_bytes"), 4096);
  EXPECT_EQ(now.at("newsmill_dedup_overflows_total"), 2);
}

TEST_F(RegistryTest, StoriesAreToldAsTotalsAndAddUpOverLanes) {
  const auto first = registry.meter();
  const auto second = registry.meter();
  first->stories({.waited = 3});
  first->stories({.waited = 4, .helped = 1});
  first->stories({.waited = 4, .helped = 1});
  second->stories({.waited = 10, .lost = 2});
  turn(*first);
  turn(*second);
  const Scrape now = scrape();
  EXPECT_EQ(now.at("newsmill_dedup_waited_total"), 14);
  EXPECT_EQ(now.at("newsmill_dedup_helped_total"), 1);
  EXPECT_EQ(now.at("newsmill_dedup_lost_total"), 2);
}

TEST_F(RegistryTest, TellsWhereInTheDedupLogItIsAndWhatIsWrongInIt) {
  Registry::Dedup dedup{.undecided = 3};
  registry.show_dedup([&] { return dedup; });
  Scrape now = scrape();
  EXPECT_EQ(now.at("newsmill_dedup_log_applied_offset"), -1);
  EXPECT_EQ(now.at("newsmill_dedup_log_lag_records"), 0) << "the end is not known";
  EXPECT_EQ(now.at("newsmill_dedup_undecided_articles"), 3);
  dedup.log.applied = 99;
  dedup.log.end = 120;
  dedup.log.fingerprints = 80;
  dedup.log.verdicts = 20;
  dedup.log.known = 4;
  dedup.log.late = 3;
  dedup.log.own_late = 1;
  dedup.log.foreign = 2;
  dedup.log.lost = 5;
  dedup.log.skipped = 7;
  dedup.log.replay_seconds = 1.5;
  now = scrape();
  const struct {
    const char* sample;
    double value;
  } rows[] = {{"newsmill_dedup_log_applied_offset", 99},
              {"newsmill_dedup_log_lag_records", 20},
              {"newsmill_dedup_log_messages_total{kind=\"fingerprint\"}", 80},
              {"newsmill_dedup_log_messages_total{kind=\"verdicts\"}", 20},
              {"newsmill_dedup_log_without_effect_total{reason=\"known\"}", 4},
              {"newsmill_dedup_log_without_effect_total{reason=\"late\"}", 3},
              {"newsmill_dedup_log_without_effect_total{reason=\"foreign\"}", 2},
              {"newsmill_dedup_log_without_effect_total{reason=\"lost\"}", 5},
              {"newsmill_dedup_log_own_late_total", 1},
              {"newsmill_dedup_log_garbage_total", 7},
              {"newsmill_dedup_log_replay_seconds", 1.5}};
  for (const auto& row : rows) EXPECT_EQ(now.at(row.sample), row.value) << row.sample;
}

TEST_F(RegistryTest, TimesOfLastInputOutputAndProgressMoveForward) {
  const auto meter = registry.meter();
  EXPECT_EQ(scrape().at("newsmill_last_input_timestamp_seconds"), 1'000'000);
  time.wall += 5s;
  meter->consumed("raw", 1, 1);
  time.wall += 5s;
  turn(*meter);
  EXPECT_EQ(scrape().at("newsmill_last_input_timestamp_seconds"), 1'000'005);
  EXPECT_EQ(scrape().at("newsmill_last_output_timestamp_seconds"), 1'000'000);
  EXPECT_NEAR(scrape().at("newsmill_last_progress_timestamp_seconds"), 1'000'010.02, 1e-6);
}

// A lane that counts in steps which conserve, while another thread scrapes: no scrape may see half a step.
TEST(Registry, EveryScrapeConserves) {
  consumer::Health health;
  consumer::Logger log{{}, [](std::string_view) {}, [] { return consumer::Logger::Time{}; }};
  Registry registry({.input_topics = {"raw"}, .workers = 1}, health, log);
  std::atomic<bool> stop{false};
  std::vector<std::thread> lanes;
  for (int i = 0; i < 2; ++i)
    lanes.emplace_back([&] {
      const auto meter = registry.meter();
      std::uint64_t flight = 0;
      while (!stop) {
        meter->consumed("raw", 7, 70);
        flight += 7;
        if (flight > 20) {
          consumer::Results results;
          results.records = 15;
          results.dead_letters = 2;
          results.dead_letters_by = {{"decode", Code::empty, 2}};
          meter->committed(results);
          meter->rewound(1);
          flight -= 18;
        }
        meter->beat();
        meter->in_flight(flight, 0, 0);
      }
    });
  double last = 0;
  for (int i = 0; i < 200 || last == 0; ++i) {
    const Scrape now(registry.text());
    const double in = now.sum("newsmill_input_records_total");
    EXPECT_EQ(in, now.sum("newsmill_delivered_total") + now.sum("newsmill_dead_letter_total") +
                      now.sum("newsmill_records_rewound_total") + now.sum("newsmill_records_in_flight"));
    EXPECT_GE(in, last);
    last = in;
  }
  stop = true;
  for (std::thread& lane : lanes) lane.join();
}

TEST(ProcessState, IsWhatTheKernelSays) {
  const auto before = process_state();
  ASSERT_TRUE(before.has_value());
  std::vector<char> memory(64u << 20, 'x');
  const auto after = process_state();
  EXPECT_GE(after->resident_bytes, before->resident_bytes + 60.0 * (1 << 20));
  EXPECT_GE(after->virtual_bytes, after->resident_bytes);
  EXPECT_GE(after->cpu_seconds, before->cpu_seconds);
  EXPECT_GE(after->open_fds, 3);
  EXPECT_GT(after->max_fds, after->open_fds);
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LE(after->start_time_seconds, now + 2);
  EXPECT_GT(after->start_time_seconds, now - 24 * 3600);
  EXPECT_EQ(memory.back(), 'x');
}

}  // namespace
}  // namespace newsmill::metrics
