#include "tests/referee/model_kafka.h"

#include <algorithm>

namespace newsmill::test {

const ModelArticle* ModelKafka::read(std::int32_t partition, std::int64_t offset) const {
  const Input& input = at(partition);
  const auto place = static_cast<std::size_t>(offset - input.first);
  return place < input.articles.size() ? &input.articles[place] : nullptr;
}

bool ModelKafka::all_committed() const {
  return std::ranges::all_of(partitions_, [](const Input& input) { return input.articles.empty(); });
}

void ModelKafka::rebalance(const std::vector<std::size_t>& members) {
  ++generation_;
  for (std::size_t i = 0; i < partitions_.size(); ++i)
    partitions_[i].owner = members.empty() ? std::nullopt : std::optional(members[i % members.size()]);
}

std::vector<std::int32_t> ModelKafka::assignment(std::size_t instance) const {
  std::vector<std::int32_t> mine;
  for (std::size_t i = 0; i < partitions_.size(); ++i)
    if (partitions_[i].owner == instance) mine.push_back(static_cast<std::int32_t>(i));
  return mine;
}

bool ModelKafka::pending(std::int32_t partition, std::int64_t now_ms) {
  if (const auto holder = at(partition).holder)
    if (now_ms - open_.at(*holder).began_ms > kTransactionTimeoutMs) end(*holder);
  return at(partition).holder.has_value();
}

void ModelKafka::init(std::size_t instance) { end(instance); }

std::uint64_t ModelKafka::begin(std::size_t instance, std::int64_t now_ms) {
  end(instance);
  open_[instance] = {++transactions_, now_ms, {}};
  return transactions_;
}

bool ModelKafka::send_offsets(std::size_t instance, std::uint64_t generation, const Next& next) {
  const auto found = open_.find(instance);
  if (generation != generation_ || found == open_.end()) return false;
  found->second.next = next;
  for (const auto& [partition, offset] : next) at(partition).holder = instance;
  return true;
}

bool ModelKafka::commit(std::size_t instance, std::uint64_t transaction, std::int64_t now_ms) {
  const auto found = open_.find(instance);
  if (found == open_.end() || found->second.number != transaction) return false;
  const bool expired = now_ms - found->second.began_ms > kTransactionTimeoutMs;
  const Next next = found->second.next;
  end(instance);
  if (expired) return false;
  for (const auto& [partition, offset] : next) commit(partition, offset);
  return true;
}

void ModelKafka::abort(std::size_t instance, std::uint64_t transaction) {
  const auto found = open_.find(instance);
  if (found != open_.end() && found->second.number == transaction) end(instance);
}

void ModelKafka::commit(std::int32_t partition, std::int64_t next) {
  Input& input = at(partition);
  input.committed = std::max(input.committed, next);
  // What is committed is read by nobody any more.
  for (; input.first < input.committed; ++input.first) input.articles.pop_front();
}

void ModelKafka::end(std::size_t instance) {
  const auto found = open_.find(instance);
  if (found == open_.end()) return;
  for (Input& input : partitions_)
    if (input.holder == instance) input.holder.reset();
  open_.erase(found);
}

}  // namespace newsmill::test
