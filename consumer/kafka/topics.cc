#include "consumer/kafka/topics.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include "consumer/kafka/fate.h"
#include "processors/dedup/referee.h"

namespace newsmill::kafka {
namespace {

constexpr std::int64_t kInputBytes = 8 << 20;    // docs/operations.md, "Brokers"
constexpr std::int64_t kResultBytes = 10 << 20;  // as there
constexpr std::int64_t kLeastLetter = 16 << 10;  // processors/encode/dead_letter.h
constexpr std::int64_t kNoLimit = 9'223'372'036'854'775'807;
constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;
// A V of 2,000 articles has 240 KB; librdkafka makes batches of up to 1,000,000 bytes.
constexpr std::int64_t kLogBytes = 1 << 20;

std::int64_t number(const std::map<std::string, std::string>& settings, const std::string& name,
                    std::int64_t fallback) {
  const auto found = settings.find(name);
  if (found == settings.end()) return fallback;
  std::int64_t value = fallback;
  const auto& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : fallback;
}

std::string text_of(const std::map<std::string, std::string>& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

// A record of output.max_bytes must fit, and a dead letter of input.max_bytes as far as possible.
std::int64_t wanted_bytes(const config::Settings& settings, TopicRole role) {
  switch (role) {
    case TopicRole::input: return kInputBytes;
    case TopicRole::enriched: return std::max(kResultBytes, static_cast<std::int64_t>(settings.output.max_bytes));
    case TopicRole::dedup: return 2 * kLogBytes;
    case TopicRole::deadletter: break;
  }
  return std::max(kResultBytes, static_cast<std::int64_t>(settings.input.max_bytes) + (2 << 20));
}

class Judge {
 public:
  Judge(TopicRow& row, std::vector<TopicFinding>& findings) : row_(row), findings_(findings) {}

  /// A finding that `kafka apply` mends by setting `setting` to `value`.
  void change(bool refused, const std::string& setting, const std::string& found, const std::string& expected,
              const std::string& value, const std::string& reason) {
    row_.changes[setting] = value;
    findings_.push_back({row_.name, setting, found, expected, reason, "run `newsmill kafka apply`", refused, true});
  }
  void tell(bool refused, const std::string& setting, const std::string& found, const std::string& expected,
            const std::string& reason, const std::string& hint) {
    findings_.push_back({row_.name, setting, found, expected, reason, hint, refused, false});
  }

 private:
  TopicRow& row_;
  std::vector<TopicFinding>& findings_;
};

std::string hours(std::int64_t ms) {
  return std::to_string(ms) + " (" + std::to_string(ms / kHour) + " h)";
}

/// As long as a verdict can depend on a message (docs/referee.md, "Names": R), and a day ("The topic").
std::int64_t least_retention(const config::Settings& settings) {
  return settings.dedup.window.count() + dedup::Referee::kSlackMs + kDay;
}
/// Retention takes whole segments.
std::int64_t log_segment(const config::Settings& settings) {
  return std::max(settings.dedup.window.count() / 24, kHour);
}

// Every instance must see the same messages with the same times, as far back as a verdict can depend on them.
void judge_log(const config::Settings& settings, const TopicRow& row, Judge& judge) {
  const auto& found = row.state.settings;
  if (const auto type = text_of(found, "message.timestamp.type"); type != "LogAppendTime")
    judge.change(true, "message.timestamp.type", type, "LogAppendTime", "LogAppendTime",
                 "what leaves the window is decided by the log's own time; a sender's clock may be wrong");
  const std::int64_t least = least_retention(settings), kept = number(found, "retention.ms", -1);
  if (kept >= 0 && kept < least)
    judge.change(true, "retention.ms", std::to_string(kept),
                 "at least dedup.window and two days, " + hours(least) + ", or -1", std::to_string(least),
                 "an instance that starts would not know what the others know");
  if (const auto most = number(found, "retention.bytes", -1); most >= 0)
    judge.change(true, "retention.bytes", std::to_string(most), "-1", "-1",
                 "on a day with much news the log would lose what is still in the window");
  if (text_of(found, "unclean.leader.election.enable") == "true")
    judge.change(true, "unclean.leader.election.enable", "true", "false", "false",
                 "a broker that lags may become leader and lose verdicts that are published");
  if (const auto takes = number(found, "max.message.bytes", kLogBytes); takes < kLogBytes)
    judge.change(true, "max.message.bytes", std::to_string(takes), std::to_string(kLogBytes) + " or more",
                 std::to_string(2 * kLogBytes), "the verdicts of one transaction are one message");
  // Four times of what it is created with, so that rounding by hand is no finding.
  if (const auto span = number(found, "segment.ms", 0); span > 4 * log_segment(settings))
    judge.change(false, "segment.ms", std::to_string(span), "dedup.window / 24, " + hours(log_segment(settings)),
                 std::to_string(log_segment(settings)),
                 "retention takes whole segments, so the log is larger than it need be");
}

}  // namespace

bool TopicPlan::refused() const {
  return std::any_of(findings.begin(), findings.end(), [](const TopicFinding& f) { return f.refused; });
}

bool TopicPlan::empty() const {
  return std::all_of(topics.begin(), topics.end(),
                     [](const TopicRow& row) { return row.state.exists && row.changes.empty(); });
}

std::string sentence(const TopicFinding& finding) {
  std::string text = finding.topic + ": " + finding.setting + " is " + finding.found + ", expected " + finding.expected;
  if (!finding.reason.empty()) text += ": " + finding.reason;
  if (!finding.hint.empty()) text += "; " + finding.hint;
  return text;
}

void judge_topic(const config::Settings& settings, TopicRow& row, std::vector<TopicFinding>& findings) {
  const bool result = row.role != TopicRole::input;
  const std::int64_t bytes = wanted_bytes(settings, row.role);
  row.changes.clear();
  row.wanted = {{"cleanup.policy", "delete"},
                {"max.message.bytes", std::to_string(bytes)},
                {"min.insync.replicas", settings.kafka.replication_factor > 1 ? "2" : "1"}};
  const bool log = row.role == TopicRole::dedup;
  if (result) row.wanted["message.timestamp.type"] = log ? "LogAppendTime" : "CreateTime";
  if (log) {
    row.wanted["retention.ms"] = std::to_string(least_retention(settings));
    row.wanted["retention.bytes"] = "-1";
    row.wanted["unclean.leader.election.enable"] = "false";
    row.wanted["segment.ms"] = std::to_string(log_segment(settings));
  }

  Judge judge(row, findings);
  if (!row.state.exists) {
    findings.push_back({row.name, "topic", "missing", "a topic", "", "run `newsmill kafka apply`", true, true});
    return;
  }
  if (log && row.state.partitions != 1)
    judge.tell(true, "partitions", std::to_string(row.state.partitions), "1",
               "there is one order of fingerprints and verdicts for all instances",
               "partitions cannot be taken away: give dedup.topic another name, or delete the topic with every "
               "instance stopped; then `newsmill kafka apply` and `newsmill dedup rebuild`");
  if (!row.state.unread.empty()) {
    judge.tell(false, "settings", "unknown", "readable", row.state.unread, "the contract of this topic is not checked");
    return;
  }
  const auto& found = row.state.settings;

  const auto policy = text_of(found, "cleanup.policy");
  const bool compacted = policy.find("compact") != std::string::npos;
  if (compacted && log)
    // Not mended: in the log of another application this would begin to delete what it keeps for ever, and
    // in ours compaction, which drops what has no key, may have eaten verdicts already.
    judge.tell(true, "cleanup.policy", policy, "delete",
               "compaction drops messages without a key, and those of the dedup log have none",
               "is this the topic of another application? Then give dedup.topic another name. Else: kafka-configs.sh "
               "--alter --topic " + row.name + " --add-config cleanup.policy=delete, and `newsmill dedup rebuild` when "
               "it was in use");
  else if (compacted)
    judge.change(true, "cleanup.policy", policy, "delete", "delete",
                 result ? "compaction deletes all but the last record of a key, and dead letters with it"
                        : "compaction deletes articles before they are read");

  const std::int64_t insync = number(found, "min.insync.replicas", 1);
  const std::int64_t least = row.state.replicas > 1 ? 2 : 1;
  if (insync > row.state.replicas)
    judge.change(true, "min.insync.replicas", std::to_string(insync), std::to_string(least), std::to_string(least),
                 "the topic has " + std::to_string(row.state.replicas) + " replicas, so no write is ever accepted");
  else if (insync < least)
    judge.change(result, "min.insync.replicas", std::to_string(insync), std::to_string(least), std::to_string(least),
                 "the loss of one broker can lose what was committed");
  if (!log && text_of(found, "unclean.leader.election.enable") == "true")
    judge.tell(false, "unclean.leader.election.enable", "true", "false",
               "a broker that lags may become leader and lose what was committed",
               "kafka-configs.sh --alter --topic " + row.name + " --add-config unclean.leader.election.enable=false");
  if (row.state.replicas < settings.kafka.replication_factor)
    judge.tell(false, "replication factor", std::to_string(row.state.replicas),
               std::to_string(settings.kafka.replication_factor), "it is fewer than kafka.replication_factor",
               "kafka-reassign-partitions.sh");

  if (log) return judge_log(settings, row, judge);

  const std::int64_t takes = number(found, "max.message.bytes", bytes);
  switch (row.role) {
    case TopicRole::dedup: break;
    case TopicRole::input:
      if (takes < bytes)
        judge.change(false, "max.message.bytes", std::to_string(takes), std::to_string(bytes), std::to_string(bytes),
                     "larger articles cannot be put there");
      break;
    case TopicRole::enriched:
      if (takes < static_cast<std::int64_t>(settings.output.max_bytes))
        judge.change(true, "max.message.bytes", std::to_string(takes),
                     "at least output.max_bytes (" + std::to_string(settings.output.max_bytes) + ")",
                     std::to_string(bytes), "records of allowed size would be refused");
      break;
    case TopicRole::deadletter:
      if (takes < bytes)
        judge.change(takes < kLeastLetter, "max.message.bytes", std::to_string(takes), std::to_string(bytes),
                     std::to_string(bytes), takes < kLeastLetter ? "what explains a dead letter would not fit"
                                                                 : "larger dead letters are cut");
      break;
  }
  if (!result) return;

  // A refused timestamp would come again with every attempt: the lane could never pass the article.
  if (row.role == TopicRole::enriched && text_of(found, "message.timestamp.type") == "LogAppendTime")
    judge.change(true, "message.timestamp.type", "LogAppendTime", "CreateTime", "CreateTime",
                 "the time of a record is the time of its article");
  for (const char* const name : {"message.timestamp.before.max.ms", "message.timestamp.difference.max.ms"})
    if (const auto most = number(found, name, kNoLimit); most != kNoLimit)
      judge.change(true, name, std::to_string(most), "no limit", std::to_string(kNoLimit),
                   "articles older than that would be refused");
  if (const auto most = number(found, "message.timestamp.after.max.ms", kNoLimit); most < kHour)
    judge.change(true, "message.timestamp.after.max.ms", std::to_string(most), "an hour or more", std::to_string(kHour),
                 "articles of a clock that is ahead would be refused");
}

namespace {

std::vector<TopicRow> rows_of(const config::Settings& settings) {
  std::vector<TopicRow> rows;
  for (const auto& topic : settings.input.topics) rows.push_back({topic.name, TopicRole::input, {}, {}, {}});
  rows.push_back({settings.output.enriched, TopicRole::enriched, {}, {}, {}});
  rows.push_back({settings.output.deadletter, TopicRole::deadletter, {}, {}, {}});
  if (settings.dedup.enabled) rows.push_back({settings.dedup.topic, TopicRole::dedup, {}, {}, {}});
  return rows;
}

}  // namespace

consumer::Outcome plan_topics(const config::Settings& settings, consumer::Logger& log, consumer::Link* link,
                              TopicPlan& plan) {
  Contact contact(log);
  return plan_topics(settings, contact, link, plan);
}

consumer::Outcome plan_topics(const config::Settings& settings, Contact& contact, consumer::Link* link,
                              TopicPlan& plan) {
  plan = {};
  plan.partitions = settings.kafka.partitions;
  plan.replication_factor = settings.kafka.replication_factor;
  Admin admin(settings, contact, link);
  for (auto& row : rows_of(settings)) {
    if (auto outcome = admin.describe(row.name, row.state); !outcome) return outcome;
    judge_topic(settings, row, plan.findings);
    for (const auto& other : plan.topics)
      if (other.name == row.name)
        plan.findings.push_back({row.name, "topic", "used twice", "a topic of its own",
                                 "results would be read as articles", "give every topic a name of its own", true,
                                 false});
    plan.topics.push_back(std::move(row));
  }
  return {};
}

consumer::Outcome apply_topics(const config::Settings& settings, consumer::Logger& log, const TopicPlan& plan,
                               const std::function<void(const std::string&)>& done) {
  // What mends the one use of a topic would break the other.
  for (const auto& finding : plan.findings)
    if (finding.setting == "topic" && finding.found == "used twice")
      return {consumer::Fate::stop, sentence(finding) + "; nothing was changed"};
  Contact contact(log);
  Admin admin(settings, contact, nullptr);
  for (const auto& row : plan.topics) {
    if (row.state.exists) {
      if (row.changes.empty()) continue;
      auto all = row.state.own;
      for (const auto& [name, value] : row.changes) all[name] = value;
      if (auto outcome = admin.alter(row.name, all); !outcome) return outcome;
      for (const auto& [name, value] : row.changes) done(row.name + ": " + name + " is now " + value);
      continue;
    }
    const int partitions = partitions_of(row.role, plan.partitions);
    if (auto outcome = admin.create(row.name, partitions, plan.replication_factor, row.wanted); !outcome)
      return outcome;
    // The brokers learn of it one after the other.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (TopicState state; !state.exists || state.partitions == 0;) {
      if (auto outcome = admin.describe(row.name, state); !outcome && outcome.fate != consumer::Fate::retry)
        return outcome;
      if (std::chrono::steady_clock::now() > deadline)
        return {consumer::Fate::retry, "\"" + row.name + "\" was created, but no broker shows it yet"};
      if (!state.exists) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    done(row.name + ": created with " + std::to_string(partitions) + (partitions == 1 ? " partition" : " partitions") +
         ", replication factor " +
         std::to_string(plan.replication_factor));
  }
  return {};
}

int partitions_of(TopicRole role, int partitions) { return role == TopicRole::dedup ? 1 : partitions; }

consumer::Outcome check_dedup_topic(const config::Settings& settings, Contact& contact, consumer::Link& link) {
  TopicRow row{settings.dedup.topic, TopicRole::dedup, {}, {}, {}};
  {
    Admin admin(settings, contact, &link);
    if (auto outcome = admin.describe(row.name, row.state); !outcome) return outcome;
  }
  std::vector<TopicFinding> findings;
  judge_topic(settings, row, findings);
  const auto is_refused = [](const TopicFinding& finding) { return finding.refused; };
  if (std::none_of(findings.begin(), findings.end(), is_refused)) return {};
  // Whoever has to mend it hears of the others at once.
  TopicPlan plan;
  if (auto outcome = plan_topics(settings, contact, &link, plan); !outcome) return outcome;
  consumer::Outcome worst;
  for (const auto& finding : plan.findings) {
    if (!finding.refused) continue;
    if (!worst.reason.empty()) worst.reason += "\n";
    worst.reason += sentence(finding);
    const bool missing = finding.setting == "topic" && finding.found == "missing";
    if (worst.fate != consumer::Fate::stop) worst.fate = missing ? consumer::Fate::rebuild : consumer::Fate::stop;
  }
  return worst;
}

Limits limits_of(const config::Settings& settings, const TopicPlan& plan) {
  Limits limits{{settings.output.enriched, settings.output.max_bytes},
                {settings.output.deadletter, settings.output.max_bytes}};
  for (const auto& row : plan.topics)
    if (row.role == TopicRole::enriched || row.role == TopicRole::deadletter)
      limits[row.name] = static_cast<std::size_t>(std::max<std::int64_t>(
          number(row.state.settings, "max.message.bytes", static_cast<std::int64_t>(settings.output.max_bytes)), 0));
  return limits;
}

}  // namespace newsmill::kafka
