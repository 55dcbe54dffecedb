#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "tests/referee/model_stream.h"

namespace newsmill::test {

/// As much of Kafka as an exactly-once loop stands on: input partitions, a consumer group whose offsets
/// are bound to its generation, and transactions that end their owner's earlier one, expire, and keep
/// others from the partitions of which they hold offsets until they are decided.
class ModelKafka {
 public:
  using Next = std::map<std::int32_t, std::int64_t>;  ///< input partition → next offset
  static constexpr std::int64_t kTransactionTimeoutMs = 60'000;

  explicit ModelKafka(std::int32_t partitions) : partitions_(static_cast<std::size_t>(partitions)) {}

  // Input.
  void arrive(const ModelArticle& article) { at(article.print.delivery.partition).articles.push_back(article); }
  /// Nothing when it has not come yet.
  const ModelArticle* read(std::int32_t partition, std::int64_t offset) const;
  std::int64_t committed(std::int32_t partition) const { return at(partition).committed; }
  /// An operator sets the group's offset.
  void skip_to(std::int32_t partition, std::int64_t next) { commit(partition, next); }
  bool all_committed() const;

  // Group.
  void rebalance(const std::vector<std::size_t>& members);
  std::uint64_t generation() const { return generation_; }
  std::optional<std::size_t> owner(std::int32_t partition) const { return at(partition).owner; }
  std::vector<std::int32_t> assignment(std::size_t instance) const;
  /// Whether a transaction that is not decided holds offsets of it; one that has expired is ended.
  bool pending(std::int32_t partition, std::int64_t now_ms);

  // Transactions: numbers, of which each instance has at most one that is open.
  void init(std::size_t instance);  ///< ends the open one
  std::uint64_t begin(std::size_t instance, std::int64_t now_ms);
  /// False: the group has gone on.
  bool send_offsets(std::size_t instance, std::uint64_t generation, const Next& next);
  /// False: it is not the open one any more.
  bool commit(std::size_t instance, std::uint64_t transaction, std::int64_t now_ms);
  void abort(std::size_t instance, std::uint64_t transaction);

 private:
  struct Input {
    std::deque<ModelArticle> articles;  ///< from `first` on
    std::int64_t first = 0, committed = 0;
    std::optional<std::size_t> owner, holder;  ///< instance; whose open transaction has offsets of it
  };
  struct Transaction {
    std::uint64_t number;
    std::int64_t began_ms;
    Next next;
  };
  Input& at(std::int32_t partition) { return partitions_[static_cast<std::size_t>(partition)]; }
  const Input& at(std::int32_t partition) const { return partitions_[static_cast<std::size_t>(partition)]; }
  void commit(std::int32_t partition, std::int64_t next);
  void end(std::size_t instance);

  std::vector<Input> partitions_;
  std::uint64_t generation_ = 0, transactions_ = 0;
  std::map<std::size_t, Transaction> open_;  // by instance
};

}  // namespace newsmill::test
