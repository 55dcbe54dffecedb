#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "consumer/kafka/handle.h"

/// How every librdkafka handle of newsmill is configured: our own settings, each with its reason,
/// and above them what the operator wrote under `kafka.client`.
namespace newsmill::kafka {

/// What a handle is for. It decides which settings apply.
enum class Role {
  input,     ///< member of the consumer group
  output,    ///< transactional producer of a lane
  check,     ///< transactional producer of `validate --connect`, under an id of its own
  reader,    ///< reads topics without a group: dead letters, the demo
  feeder,    ///< idempotent producer without transactions: the demo's articles
  log_writer,  ///< idempotent producer without transactions: the dedup log
  log_reader,  ///< reads the dedup log
  admin,     ///< topics and their settings
};

/// One setting with the reason it has, for `docs` and for the operator who asks.
struct FixedSetting {
  std::string_view key, value, reason;
};
/// What newsmill sets for `role` whatever the configuration says, and what it starts from
/// (`kafka.client` may change the latter). Values that depend on Settings are not in the lists.
std::vector<FixedSetting> fixed_settings(Role role);
std::vector<FixedSetting> starting_settings(Role role);

/// The group instance id and the transactional id of a lane: "<group>-<instance>-<lane>". A process
/// that starts anew under the same name takes over without a rebalance and fences its predecessor.
std::string lane_id(const config::Settings& settings, int lane);

/// A refused or doubtful key of `kafka.client`.
struct ClientFinding {
  std::string key;    ///< empty: the keys do not go together
  std::string words;  ///< librdkafka's own, or the guarantee that the key would break
  std::string hint;   ///< what to write instead; may be empty
  bool warning = false;  ///< librdkafka only warns
};

/// Everything that is wrong with `kafka.client`: unknown keys, values out of range, keys that would
/// break what newsmill promises, keys that do not go together, unreadable certificates. Opens no
/// connection. Secrets never stand in the words.
std::vector<ClientFinding> check_client(const std::map<std::string, std::string>& client);

/// True when the value of a librdkafka key must not be printed.
bool is_secret(std::string_view key);

/// The configuration of a handle. `settings.kafka.client` was checked before: a key that is refused
/// here is left out and reported in `words`. Keys of the other kind of client (consumer, producer)
/// are left out without a word.
Conf make_conf(const config::Settings& settings, Role role, std::string_view id, std::string& words);

/// Makes a handle from `conf`, which it uses up; null with the reason in `words`.
Handle make_handle(Role role, Conf conf, std::string& words);

/// transaction.timeout.ms as it will be, from kafka.client or our own.
int transaction_timeout_ms(const config::Settings& settings);
/// session.timeout.ms likewise: how long the group keeps a member that it does not hear of.
int session_timeout_ms(const config::Settings& settings);

/// Upper bound of what one record takes of a topic's max.message.bytes: the batch header (61 bytes,
/// Kafka protocol "RecordBatch" v2) and the record with every length at its longest.
std::size_t wire_bytes(std::size_t key, std::size_t value, std::size_t headers, std::size_t header_bytes);

}  // namespace newsmill::kafka
