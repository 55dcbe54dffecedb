#include "tests/support/memory_broker.h"

#include <algorithm>
#include <functional>

namespace newsmill::test {

using consumer::Fate;
using consumer::Link;
using consumer::Membership;
using consumer::Outcome;
using consumer::Partition;
using consumer::Position;
using consumer::Record;

std::optional<std::string> MemoryBroker::Stored::header(std::string_view name) const {
  for (const auto& [key_, value_] : headers)
    if (key_ == name) return value_;
  return std::nullopt;
}

// ---- The input.

class MemoryBroker::Input final : public consumer::Input {
 public:
  Input(MemoryBroker& broker, std::string member, std::vector<std::string> topics, Membership& membership)
      : broker_(broker), name_(std::move(member)), topics_(std::move(topics)), membership_(membership) {
    const std::lock_guard lock(broker_.mutex_);
    join();
  }
  ~Input() override {
    const std::lock_guard lock(broker_.mutex_);
    if (is_member()) broker_.leave(name_);
  }

  std::optional<Message> poll(std::chrono::milliseconds wait) override {
    if (broker_.on_call) broker_.on_call();
    if (const auto fault = broker_.fault(Call::poll, name_)) {
      if (!fault->outcome) failure_ = fault->outcome;
      return std::nullopt;
    }
    std::unique_lock lock(broker_.mutex_);
    if (serve_group(lock)) return std::nullopt;
    if (auto message = next()) return message;
    if (broker_.on_call || wait.count() == 0) return std::nullopt;
    broker_.changed_.wait_for(lock, wait);
    if (serve_group(lock)) return std::nullopt;
    return next();
  }
  void pause() override {
    const std::lock_guard lock(broker_.mutex_);
    paused_ = true;
    ++broker_.pauses_;
  }
  void resume() override { paused_ = false; }

  Outcome rewind() override {
    if (broker_.on_call) broker_.on_call();
    const auto fault = broker_.fault(Call::rewind, name_);
    if (fault && !fault->applied) return fault->outcome;
    const std::lock_guard lock(broker_.mutex_);
    if (broker_.away_) return {Fate::retry, "away"};
    if (!broker_.mutant.no_rewind) {
      for (const Partition& partition : assignment_)
        if (broker_.unstable(partition)) return {Fate::retry, "unstable offset commit"};
      seek();
    }
    return fault ? fault->outcome : Outcome{};
  }
  std::span<const Partition> assignment() const override { return assignment_; }
  std::int64_t end(const Partition& partition) const override { return broker_.end(partition.topic, partition.number); }
  std::optional<Outcome> failure() const override { return failure_; }

  std::uint64_t generation() const { return generation_; }
  const std::string& name() const { return name_; }

 private:
  bool is_member() const {
    const auto member = broker_.members_.find(name_);
    return member != broker_.members_.end() && !gone_;
  }
  void join() {
    broker_.members_[name_] = {topics_, true, {}};
    broker_.begin_rebalance();
    broker_.members_[name_].joined = true;
    broker_.finish_rebalance();
  }

  /// True when the group took this poll.
  bool serve_group(std::unique_lock<std::mutex>& lock) {
    if (broker_.away_) return true;
    const auto member = broker_.members_.find(name_);
    if (member == broker_.members_.end()) {  // expelled
      give_up(lock, true);
      join();
      return true;
    }
    if (broker_.preparing_) {
      if (!member->second.joined) {
        give_up(lock, false);
        const auto again = broker_.members_.find(name_);  // the callback may have taken long
        if (again == broker_.members_.end()) return join(), true;
        again->second.joined = true;
        broker_.finish_rebalance();
      }
      return true;
    }
    if (generation_ == broker_.generation_) return false;
    for (const Partition& partition : member->second.assignment)
      if (broker_.unstable(partition)) return true;  // its offsets may change yet (KIP-447)
    generation_ = broker_.generation_;
    assignment_ = member->second.assignment;
    paused_ = false;
    seek();
    lock.unlock();
    membership_.assigned(assignment_);
    lock.lock();
    return true;
  }
  void give_up(std::unique_lock<std::mutex>& lock, bool lost) {
    if (assignment_.empty()) return;
    lock.unlock();
    membership_.revoked(assignment_, lost);
    lock.lock();
    assignment_.clear();
  }
  void seek() {
    position_.clear();
    for (const Partition& partition : assignment_) {
      const auto committed = broker_.committed_.find(partition);
      position_[partition] = committed == broker_.committed_.end() ? 0 : committed->second;
    }
  }
  std::optional<Message> next() {
    if (paused_ || broker_.away_) return std::nullopt;
    for (std::size_t i = 0; i < assignment_.size(); ++i) {
      const Partition& partition = assignment_[(turn_ + i) % assignment_.size()];
      const Log& log = broker_.log_of(partition);
      std::int64_t& position = position_[partition];
      if (position < log.start) {
        failure_ = Outcome{Fate::stop, "offset " + std::to_string(position) + " is gone"};
        return std::nullopt;
      }
      const std::int64_t end = log.stable_end();
      while (position < end && log.entries[static_cast<std::size_t>(position)].state != State::committed) ++position;
      if (position >= end) continue;
      turn_ = turn_ + i + (position % 3 == 0 ? 1 : 0);  // a few of one partition, then the next
      current_ = log.entries[static_cast<std::size_t>(position++)].stored;
      headers_.clear();
      for (const auto& [name, value] : current_.headers) headers_.push_back({name, value});
      topic_ = partition.topic;
      Message message;
      message.topic = topic_;
      message.partition = partition.number;
      message.offset = current_.offset;
      message.timestamp_ms = current_.timestamp_ms;
      message.key = current_.key;
      message.value = current_.value;
      message.headers = headers_;
      return message;
    }
    return std::nullopt;
  }

  MemoryBroker& broker_;
  const std::string name_;
  const std::vector<std::string> topics_;
  Membership& membership_;
  std::vector<Partition> assignment_;
  std::map<Partition, std::int64_t> position_;
  std::uint64_t generation_ = 0;
  std::size_t turn_ = 0;
  bool paused_ = false;
  bool gone_ = false;
  std::optional<Outcome> failure_;
  Stored current_;
  std::string topic_;
  std::vector<Header> headers_;
};

// ---- The output.

class MemoryBroker::Output final : public consumer::Output {
 public:
  Output(MemoryBroker& broker, std::string id, const Input& input)
      : broker_(broker), id_(std::move(id)), input_(input) {
    const std::lock_guard lock(broker_.mutex_);
    initialize();
    ++broker_.producers_[id_].users;
  }
  ~Output() override {
    const std::lock_guard lock(broker_.mutex_);
    --broker_.producers_[id_].users;  // its transaction stays open until it expires or the id is used again
  }

  Outcome begin() override {
    return call(Call::begin, [&](Producer&) -> Outcome {
      if (open_) broker_.violation("begin() inside a transaction");
      open_ = true;
      return {};
    });
  }
  Outcome produce(const Record& record) override {
    return call(Call::produce, [&](Producer& producer) -> Outcome {
      if (!open_) broker_.violation("produce() outside a transaction");
      if (must_abort_) return lost();
      Topic& topic = broker_.topics_.at(std::string(record.topic));
      std::size_t bytes = record.key.value_or("").size() + record.value.value_or("").size();
      for (const Header& header : record.headers) bytes += header.name.size() + header.value.value_or("").size();
      if (bytes > topic.limit) return {Fate::rebuild, "message size too large"};
      if (ended_by_somebody(producer)) return {Fate::rebuild, "invalid transaction state"};
      const std::size_t number =
          record.key ? std::hash<std::string_view>{}(*record.key) % topic.partitions.size() : 0;
      Log& log = topic.partitions[number];
      Entry entry;
      entry.state = State::open;
      entry.stored.offset = static_cast<std::int64_t>(log.entries.size());
      if (record.key) entry.stored.key = std::string(*record.key);
      if (record.value) entry.stored.value = std::string(*record.value);
      for (const Header& header : record.headers)
        entry.stored.headers.emplace_back(
            header.name, header.value ? std::optional<std::string>(std::string(*header.value)) : std::nullopt);
      entry.stored.timestamp_ms = record.timestamp_ms;
      if (!producer.transaction) producer.transaction.emplace();
      sent_ = true;
      producer.transaction->records.emplace_back(Partition{std::string(record.topic), static_cast<int>(number)},
                                                 log.entries.size());
      log.entries.push_back(std::move(entry));
      ++log.open;
      return {};
    });
  }
  Outcome send_offsets(std::span<const Position> next, const std::string&) override {
    return call(Call::send_offsets, [&](Producer& producer) -> Outcome {
      if (must_abort_) return lost();
      if (ended_by_somebody(producer)) return {Fate::rebuild, "invalid transaction state"};
      const bool member = broker_.members_.contains(input_.name()) && input_.generation() == broker_.generation_;
      if (!member && !broker_.mutant.no_generation_check) {
        must_abort_ = true;
        return {Fate::abort, "illegal generation"};
      }
      if (!producer.transaction) producer.transaction.emplace();
      sent_ = true;
      for (const auto& [partition, offset] : next) producer.transaction->offsets[partition] = offset;
      return {};
    });
  }
  Outcome commit() override {
    return call(Call::commit, [&](Producer& producer) -> Outcome {
      if (!open_) broker_.violation("commit() outside a transaction");
      if (must_abort_) return lost();
      if (ended_by_somebody(producer)) return {Fate::rebuild, "invalid transaction state"};
      if (producer.transaction) broker_.end_transaction(producer, true);
      open_ = sent_ = false;
      return {};
    });
  }
  Outcome abort() override {
    return call(Call::abort, [&](Producer& producer) -> Outcome {
      if (producer.transaction) broker_.end_transaction(producer, false);
      open_ = sent_ = must_abort_ = false;
      return {};
    });
  }
  bool hiccup() const override { return hiccup_ && !broker_.mutant.no_recycle; }
  Outcome recycle() override {
    if (open_) broker_.violation("recycle() inside a transaction");
    // Its fault is asked for before the call takes effect, as a new producer fences nobody but the old one.
    if (broker_.on_call) broker_.on_call();
    const auto fault = broker_.fault(Call::recycle, id_);
    if (fault && !fault->applied) return fault->outcome;
    const std::lock_guard lock(broker_.mutex_);
    if (broker_.away_) return {Fate::retry, "away"};
    initialize();
    return fault ? fault->outcome : Outcome{};
  }
  std::size_t limit(std::string_view topic) const override {
    const std::lock_guard lock(broker_.mutex_);
    return broker_.topics_.at(std::string(topic)).limit;
  }
  std::chrono::milliseconds transaction_timeout() const override { return std::chrono::seconds(10); }

 private:
  static Outcome lost() { return {Fate::abort, "the transaction must be aborted"}; }

  void initialize() {
    Producer& producer = broker_.producers_[id_];
    if (producer.transaction) broker_.end_transaction(producer, false);
    epoch_ = ++producer.epoch;
    open_ = sent_ = must_abort_ = hiccup_ = false;
  }
  /// Our transaction had something in it, and the broker knows of none.
  bool ended_by_somebody(const Producer& producer) const { return sent_ && !producer.transaction; }

  template <class Do>
  Outcome call(Call what, Do&& effect) {
    if (broker_.on_call) broker_.on_call();
    const auto fault = broker_.fault(what, id_);
    if (fault && fault->hiccup) hiccup_ = true;
    if (fault && !fault->applied) {
      if (fault->outcome.fate == Fate::abort) must_abort_ = true;
      return fault->outcome;
    }
    const std::lock_guard lock(broker_.mutex_);
    if (broker_.away_) return {Fate::retry, "away"};
    Producer& producer = broker_.producers_[id_];
    // begin() is local: a producer that was fenced meanwhile learns it from its first request.
    if (producer.epoch != epoch_ && what != Call::begin) return {Fate::fenced, "fenced by a newer instance"};
    Outcome outcome = effect(producer);
    if (fault && fault->late_end) broker_.late_ends_.push_back({id_, epoch_});
    broker_.changed_.notify_all();
    return fault && outcome ? fault->outcome : outcome;
  }

  MemoryBroker& broker_;
  const std::string id_;
  const Input& input_;
  std::int64_t epoch_ = 0;
  bool open_ = false, sent_ = false, must_abort_ = false, hiccup_ = false;
};

// ---- The broker.

MemoryBroker::MemoryBroker() = default;
MemoryBroker::~MemoryBroker() = default;

void MemoryBroker::create(const std::string& topic, int partitions, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  Topic& created = topics_[topic];
  created.partitions.resize(static_cast<std::size_t>(partitions));
  created.limit = limit;
}

std::int64_t MemoryBroker::append(const std::string& topic, int partition, std::optional<std::string> key,
                                  std::optional<std::string> value, std::int64_t timestamp_ms,
                                  std::vector<std::pair<std::string, std::optional<std::string>>> headers) {
  const std::lock_guard lock(mutex_);
  auto& log = log_of({topic, partition}).entries;
  const auto offset = static_cast<std::int64_t>(log.size());
  log.push_back({{offset, std::move(key), std::move(value), std::move(headers), timestamp_ms}, State::committed});
  changed_.notify_all();
  return offset;
}

std::vector<MemoryBroker::Stored> MemoryBroker::read(const std::string& topic, View view) const {
  std::vector<Stored> all;
  for (std::size_t i = 0; i < topics_.at(topic).partitions.size(); ++i)
    std::ranges::copy(read(topic, static_cast<int>(i), view), std::back_inserter(all));
  return all;
}

std::vector<MemoryBroker::Stored> MemoryBroker::read(const std::string& topic, int partition, View view) const {
  const std::lock_guard lock(mutex_);
  const Log& log = log_of(topic, partition);
  const std::size_t end = view == View::committed ? static_cast<std::size_t>(log.stable_end()) : log.entries.size();
  std::vector<Stored> records;
  for (std::size_t i = 0; i < end; ++i) {
    const Entry& entry = log.entries[i];
    if (entry.state == State::committed || (view == View::uncommitted && entry.state != State::control))
      records.push_back(entry.stored);
  }
  return records;
}

std::int64_t MemoryBroker::Log::stable_end() const {
  if (open == 0) return static_cast<std::int64_t>(entries.size());
  return std::ranges::find(entries, State::open, &Entry::state) - entries.begin();
}

MemoryBroker::Log& MemoryBroker::log_of(const Partition& partition) {
  return topics_.at(partition.topic).partitions.at(static_cast<std::size_t>(partition.number));
}
const MemoryBroker::Log& MemoryBroker::log_of(const std::string& topic, int partition) const {
  return topics_.at(topic).partitions.at(static_cast<std::size_t>(partition));
}

std::int64_t MemoryBroker::end(const std::string& topic, int partition) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(log_of(topic, partition).entries.size());
}

std::int64_t MemoryBroker::committed(const std::string& topic, int partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = committed_.find(Partition{topic, partition});
  return found == committed_.end() ? -1 : found->second;
}

bool MemoryBroker::all_committed(const std::string& topic) const {
  const std::lock_guard lock(mutex_);
  const auto& partitions = topics_.at(topic).partitions;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const auto found = committed_.find(Partition{topic, static_cast<int>(i)});
    if ((found == committed_.end() ? 0 : found->second) != static_cast<std::int64_t>(partitions[i].entries.size()))
      return false;
  }
  return true;
}

consumer::OpenPorts MemoryBroker::ports(std::string member, std::vector<std::string> topics) {
  return [this, member = std::move(member), topics = std::move(topics)](int lane, Membership& membership, Link& link,
                                                                        consumer::Ports& ports) -> Outcome {
    const std::string name = member + "-" + std::to_string(lane);
    if (on_call) on_call();
    if (const auto injected = fault(Call::open, name)) return injected->outcome;
    {
      const std::lock_guard lock(mutex_);
      if (away_) {
        if (link.is_up()) link.down("away");
        return {Fate::retry, "away"};
      }
      links_.insert(&link);
    }
    link.up();
    auto input = std::make_unique<Input>(*this, name, topics, membership);
    ports.output = std::make_unique<Output>(*this, name, *input);
    ports.input = std::move(input);
    return {};
  };
}

std::optional<MemoryBroker::Fault> MemoryBroker::fault(Call call, const std::string& member) {
  return inject ? inject(call, member) : std::nullopt;
}

void MemoryBroker::end_transaction(Producer& producer, bool commit) {
  std::set<Partition> touched;
  for (const auto& [partition, index] : producer.transaction->records) {
    Log& log = log_of(partition);
    log.entries[index].state = commit ? State::committed : State::aborted;
    --log.open;
    if (!commit) ++aborted_records_;
    touched.insert(partition);
  }
  for (const Partition& partition : touched) {
    auto& log = log_of(partition).entries;
    Entry marker;
    marker.stored.offset = static_cast<std::int64_t>(log.size());
    marker.state = State::control;
    log.push_back(std::move(marker));
  }
  if (commit) {
    for (const auto& [partition, offset] : producer.transaction->offsets) {
      const auto before = committed_.find(partition);
      if (before != committed_.end() && offset < before->second)
        violation("the committed offset of " + partition.topic + ":" + std::to_string(partition.number) +
                  " went from " + std::to_string(before->second) + " back to " + std::to_string(offset));
      committed_[partition] = offset;
    }
  }
  producer.transaction.reset();
  changed_.notify_all();
}

bool MemoryBroker::unstable(const Partition& partition) const {
  return std::ranges::any_of(producers_, [&](const auto& entry) {
    return entry.second.transaction && entry.second.transaction->offsets.contains(partition);
  });
}

void MemoryBroker::begin_rebalance() {
  preparing_ = true;
  for (auto& [name, member] : members_) member.joined = false;
  changed_.notify_all();
}

void MemoryBroker::finish_rebalance() {
  if (std::ranges::any_of(members_, [](const auto& entry) { return !entry.second.joined; })) return;
  preparing_ = false;
  ++generation_;
  for (auto& [name, member] : members_) member.assignment.clear();
  if (!members_.empty()) {
    auto member = members_.begin();
    for (const std::string& topic : members_.begin()->second.topics)
      for (std::size_t i = 0; i < topics_.at(topic).partitions.size(); ++i) {
        member->second.assignment.push_back({topic, static_cast<int>(i)});
        if (++member == members_.end()) member = members_.begin();
      }
  }
  changed_.notify_all();
}

void MemoryBroker::leave(const std::string& member) {
  members_.erase(member);
  begin_rebalance();
  finish_rebalance();
}

void MemoryBroker::rebalance() {
  const std::lock_guard lock(mutex_);
  begin_rebalance();
}

void MemoryBroker::expel(const std::string& member) {
  const std::lock_guard lock(mutex_);
  if (members_.erase(member) == 0) return;
  begin_rebalance();
  finish_rebalance();
}

std::vector<std::string> MemoryBroker::members() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, member] : members_) names.push_back(name);
  return names;
}

void MemoryBroker::expire_transactions() { expire(false); }
void MemoryBroker::expire_transactions_of_the_dead() { expire(true); }

void MemoryBroker::expire(bool only_dead) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, producer] : producers_) {
    if (!producer.transaction || (only_dead && producer.users > 0)) continue;
    end_transaction(producer, false);
    ++producer.epoch;
  }
}

void MemoryBroker::deliver_late_ends() {
  const std::lock_guard lock(mutex_);
  std::erase_if(late_ends_, [&](const LateEnd& late) {
    Producer& producer = producers_[late.id];
    if (producer.epoch != late.epoch) return true;  // fenced
    if (!producer.transaction) return false;        // it goes on being late
    end_transaction(producer, true);
    return true;
  });
}

void MemoryBroker::set_away(bool away) {
  const std::lock_guard lock(mutex_);
  away_ = away;
  for (Link* link : links_) away ? link->down("the broker is away") : link->up();
  changed_.notify_all();
}

void MemoryBroker::truncate(const std::string& topic, int partition, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  log_of({topic, partition}).start = offset;
}

std::uint64_t MemoryBroker::aborted_records() const {
  const std::lock_guard lock(mutex_);
  return aborted_records_;
}
std::uint64_t MemoryBroker::pauses() const {
  const std::lock_guard lock(mutex_);
  return pauses_;
}
std::vector<std::string> MemoryBroker::violations() const {
  const std::lock_guard lock(mutex_);
  return violations_;
}

}  // namespace newsmill::test
