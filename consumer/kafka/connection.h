#pragma once
#include <functional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "consumer/log.h"

/// What `newsmill validate --connect` finds out about a real Kafka: everything that would keep `run`
/// from working, in words, without disturbing an instance that runs.
namespace newsmill::kafka {

struct ConnectFinding {
  enum class Result { good, warning, bad };
  Result result = Result::good;
  std::string subject;           ///< "brokers", "topic articles.raw: read", …
  std::string found, expected;   ///< expected is empty when good
  std::string hint;
};

/// Brokers and authentication; topics and their settings; the rights to read, to write, to the group and
/// to transactional ids; the broker's limit of transactions. In this order; what cannot be asked after
/// a failure is left out. `each` gets every finding as it is made (a progress line); at most a minute.
///
/// To learn the rights it opens transactions under "<group>-<instance>-check", so that the ids of the
/// lanes are not fenced, and aborts them: a record without key and value is written to each result
/// topic, invisible to whoever reads read_committed. To the dedup log it offers a record that is too large to be
/// taken. The group is not joined, its offsets not changed.
std::vector<ConnectFinding> check_connection(const config::Settings& settings, consumer::Logger& log,
                                             const std::function<void(const ConnectFinding&)>& each = {});

}  // namespace newsmill::kafka
