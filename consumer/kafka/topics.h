#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/admin.h"
#include "consumer/kafka/output.h"
#include "consumer/log.h"
#include "consumer/ports.h"

/// The topics as they must be (docs/operations.md, "Brokers"; of the dedup log docs/referee.md, "The topic"): what
/// `kafka plan` shows, what `kafka apply` does, what `run` refuses.
namespace newsmill::kafka {

enum class TopicRole { input, enriched, deadletter, dedup };

struct TopicFinding {
  std::string topic;
  std::string setting;  ///< Kafka's name, or "topic", "partitions", "replication factor"
  std::string found, expected;
  std::string reason;   ///< what goes wrong otherwise
  std::string hint;     ///< how to mend it
  bool refused = false;   ///< `run` does not start; else it is worth knowing
  bool mendable = false;  ///< `kafka apply` mends it
};

struct TopicRow {
  std::string name;
  TopicRole role = TopicRole::input;
  TopicState state;
  /// Settings with which it would be created.
  std::map<std::string, std::string> wanted;
  /// Of an existing topic: what `kafka apply` changes.
  std::map<std::string, std::string> changes;
};

/// How many partitions a topic of this role is created with: the dedup log has one.
int partitions_of(TopicRole role, int partitions);

struct TopicPlan {
  std::vector<TopicRow> topics;
  std::vector<TopicFinding> findings;
  int partitions = 0, replication_factor = 0;  ///< of those that would be created; but see partitions_of()
  bool refused() const;
  bool empty() const;  ///< `kafka apply` has nothing to do
};

/// The findings about one topic and the changes that mend them. Pure: the rules themselves.
void judge_topic(const config::Settings& settings, TopicRow& row, std::vector<TopicFinding>& findings);

/// "topic: setting is FOUND, expected EXPECTED: reason (hint)"
std::string sentence(const TopicFinding& finding);

/// Looks at all topics of `settings`. `retry`: no broker answers, `plan` is incomplete. `link` may be null.
consumer::Outcome plan_topics(const config::Settings& settings, consumer::Logger& log, consumer::Link* link,
                              TopicPlan& plan);
/// As above, as one of several clients that tell of an outage together.
consumer::Outcome plan_topics(const config::Settings& settings, Contact& contact, consumer::Link* link,
                              TopicPlan& plan);

/// The topic of the dedup log alone, before it is read: `rebuild` when it is missing, `stop` when it breaks the
/// contract, with everything that is wrong with it and the other topics.
consumer::Outcome check_dedup_topic(const config::Settings& settings, Contact& contact, consumer::Link& link);

/// Creates what is missing and changes what is mendable, and waits until the broker shows new topics
/// with a leader; `done` gets one sentence for each step as it is finished.
consumer::Outcome apply_topics(const config::Settings& settings, consumer::Logger& log, const TopicPlan& plan,
                               const std::function<void(const std::string&)>& done);

/// What the result topics take; where it could not be read, output.max_bytes.
Limits limits_of(const config::Settings& settings, const TopicPlan& plan);

}  // namespace newsmill::kafka
