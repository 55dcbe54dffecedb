#include "tests/support/memory_model.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>
#include <variant>

#include "consumer/lane.h"
#include "tests/support/memory_chain.h"
#include "tests/support/memory_meter.h"
#include "tests/support/referee_log.h"

namespace newsmill::test {
namespace {

using namespace std::chrono_literals;
using consumer::Fate;
using consumer::Outcome;
using Call = MemoryBroker::Call;
using Clock = std::chrono::steady_clock;

/// "good PARTITION NUMBER" of a value, to which the gap for the story is added.
std::string id_of_value(const std::string& value) {
  return value.substr(0, value.find(' ', value.find(' ', value.find(' ') + 1) + 1));
}

struct Stuck : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Lets one of several threads run at a time, and passes on at random whenever it is asked.
class Baton {
 public:
  Baton(int threads, std::mt19937_64& random) : alive_(static_cast<std::size_t>(threads), true), random_(random) {}

  void enter(int me) {
    t_me = me;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return holder_ == me; });
  }
  bool mine() const { return t_me >= 0; }
  void pass() {
    std::unique_lock lock(mutex_);
    const int me = t_me;
    holder_ = draw();
    if (holder_ == me) return;
    changed_.notify_all();
    changed_.wait(lock, [&] { return holder_ == me; });
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    alive_[static_cast<std::size_t>(t_me)] = false;
    t_me = -1;
    holder_ = draw();
    changed_.notify_all();
  }
  void begin() {
    const std::lock_guard lock(mutex_);
    holder_ = draw();
    changed_.notify_all();
  }

 private:
  int draw() {
    std::vector<int> alive;
    for (std::size_t i = 0; i < alive_.size(); ++i)
      if (alive_[i]) alive.push_back(static_cast<int>(i));
    return alive.empty() ? -1 : alive[random_() % alive.size()];
  }

  static thread_local int t_me;
  std::vector<bool> alive_;
  std::mt19937_64& random_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int holder_ = -1;
};
thread_local int Baton::t_me = -1;

/// "good PARTITION NUMBER null": an article of its own, of one of a few texts, and a record with a gap.
Status with_fingerprint(Article& article, Scratch&) {
  const std::string value(article.message.value.value_or(""));
  const std::string id = id_of_value(value);
  Fingerprint fingerprint = fingerprint_of(id, std::stoi(id.substr(id.rfind(' '))) % 5);
  fingerprint.delivery = {.topic = 1, .content = 1, .offset = article.message.offset,
                          .partition = article.message.partition};
  fingerprint.arrival_ms = article.message.timestamp_ms;
  article.fingerprint = fingerprint;
  article.output.story_at = id.size() + 1;
  return ok;
}

/// Workers without threads: what is submitted gets done when the model says so, in any order.
class ModelPool final : public consumer::Pool {
 public:
  void submit(consumer::Work& work) override { waiting_.push_back(&work); }
  void finish_one(std::mt19937_64& random) {
    if (waiting_.empty()) return;
    const auto at = waiting_.begin() + static_cast<std::ptrdiff_t>(random() % waiting_.size());
    consumer::Work* work = *at;
    waiting_.erase(at);
    if (work->wanted()) pipeline_.run(work->batch());
    work->done(1us);
  }
  void finish_all(std::mt19937_64& random) {
    while (!waiting_.empty()) finish_one(random);
  }

 private:
  std::vector<consumer::Work*> waiting_;
  Pipeline pipeline_ = memory_pipeline(with_fingerprint);
};

/// A log whose messages are on their way for as long as the model likes: those of one lane keep their order
/// and mix with those of the others, each becomes visible some time after it has got its place, and word of
/// that comes back before or after. Some come too late or bear another name, some appends fail in the middle.
class ModelLog final : public consumer::DedupLog {
 public:
  enum class Fault { none, retry, lost, unknown, failed, late, foreign };
  static constexpr int kFaults = 7;
  ModelLog(std::function<std::int64_t()> now_ms, std::function<Fault()> between, std::mt19937_64& random)
      : now_ms_(std::move(now_ms)), between_(std::move(between)), random_(random) {}

  Outcome catch_up() override {
    if (const Fault fault = between_(); fault == Fault::lost) return {Fate::rebuild, "injected"};
    end_to_reach_ = std::max(end_to_reach_, next_);
    if (referee_.applied() + 1 < end_to_reach_ && next_ > 0) return {Fate::retry, "not read to its end"};
    end_to_reach_ = 0;
    return {};
  }
  Outcome append(std::span<const Fingerprint* const> articles, std::shared_ptr<consumer::Receipt>& receipt) override {
    std::vector<Message> messages;
    const std::int64_t clock = referee_.ask([](const dedup::Referee& referee) { return referee.clock_ms(); });
    for (const Fingerprint* article : articles)
      messages.push_back(dedup::FingerprintMessage{*article, clock, now_ms_(), id()});
    return send(std::move(messages), receipt);
  }
  Outcome append(std::span<const dedup::DecidedFingerprint> verdicts, std::shared_ptr<consumer::Receipt>& receipt) override {
    return send({dedup::VerdictsMessage{{verdicts.begin(), verdicts.end()}, now_ms_(), id()}}, receipt);
  }
  std::string mark() const override { return "model"; }
  Status status() const override { return {}; }
  consumer::SharedReferee& referee() override { return referee_; }

  /// One thing that happens on the way.
  void step() {
    switch (random_() % 3) {
      case 0: take_one(); break;
      case 1: apply_one(); break;
      default: acknowledge_one();
    }
  }

 private:
  using Message = std::variant<dedup::FingerprintMessage, dedup::VerdictsMessage>;
  struct Sent {
    Message message;
    std::shared_ptr<consumer::Receipt> receipt;  ///< of the last one of an append
  };
  struct Placed {
    Message message;
    dedup::LogOffset offset;
    std::int64_t append_ms;
  };

  /// Adopted from the first F; until there is one, anybody's own.
  dedup::LogId id() {
    const dedup::LogId log = referee_.ask([](const dedup::Referee& referee) { return referee.log_id(); });
    return log != 0 ? log : 7;
  }
  Outcome send(std::vector<Message> messages, std::shared_ptr<consumer::Receipt>& receipt) {
    const Fault fault = between_();
    if (fault == Fault::retry) return {Fate::retry, "injected"};
    if (fault == Fault::lost) return {Fate::rebuild, "injected"};
    receipt = std::make_shared<consumer::Receipt>();
    std::deque<Sent>& queue = queue_of_caller();
    // Nobody will ever say how much of it has come through.
    if (fault == Fault::failed || fault == Fault::unknown) messages.resize(random_() % (messages.size() + 1));
    for (Message& message : messages) {
      std::visit([&](auto& each) {
        if (fault == Fault::late) each.sent_ms -= 2 * dedup::Referee::kLatestMs;
        if (fault == Fault::foreign) ++each.log;
      }, message);
      queue.push_back({std::move(message), nullptr});
    }
    if (fault == Fault::unknown) return {Fate::rebuild, "injected"};
    if (fault == Fault::failed) receipt->fail();
    else queue.back().receipt = receipt;
    return {};
  }
  std::deque<Sent>& queue_of_caller() {
    for (auto& [thread, queue] : sent_)
      if (thread == std::this_thread::get_id()) return queue;
    return sent_.emplace_back(std::this_thread::get_id(), std::deque<Sent>()).second;
  }
  void take_one() {
    std::vector<std::deque<Sent>*> queues;
    for (auto& [thread, queue] : sent_)
      if (!queue.empty()) queues.push_back(&queue);
    if (queues.empty()) return;
    std::deque<Sent>& queue = *queues[random_() % queues.size()];
    append_ms_ = std::max(append_ms_, now_ms_());
    if (queue.front().receipt) acknowledged_.emplace_back(std::move(queue.front().receipt), next_);
    placed_.push_back({std::move(queue.front().message), next_++, append_ms_});
    queue.pop_front();
  }
  void apply_one() {
    if (placed_.empty()) return;
    std::visit([&](const auto& message) { referee_.apply(message, placed_.front().offset, placed_.front().append_ms); },
               placed_.front().message);
    placed_.pop_front();
  }
  void acknowledge_one() {
    if (acknowledged_.empty()) return;
    acknowledged_.front().first->acknowledge(acknowledged_.front().second);
    acknowledged_.pop_front();
  }

  const std::function<std::int64_t()> now_ms_;
  const std::function<Fault()> between_;
  std::mt19937_64& random_;
  std::deque<std::pair<std::thread::id, std::deque<Sent>>> sent_;  ///< by who sent it
  std::deque<Placed> placed_;
  std::deque<std::pair<std::shared_ptr<consumer::Receipt>, dedup::LogOffset>> acknowledged_;
  dedup::LogOffset next_ = 0, end_to_reach_ = 0;
  std::int64_t append_ms_ = 0;
  consumer::SharedReferee referee_{RefereeLog::small_rules()};
};

class Model {
 public:
  explicit Model(const ModelRun& run) : run_(run), random_(run.seed), baton_(run.lanes, random_) {}
  ModelResult run();

 private:
  bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }
  int below(int bound) { return static_cast<int>(random_() % static_cast<std::uint64_t>(bound)); }
  bool calm() const { return result_.steps > kStormSteps; }

  std::int64_t now_ms() const { return 1'772'000'000'000 + now_ / 1ms; }

  void step();
  void storm();
  std::optional<MemoryBroker::Fault> fault(Call call);
  ModelLog::Fault between_appends();
  void append();
  void check(const std::vector<std::unique_ptr<MemoryMeter>>& meters);
  void check_stories();
  void broken(std::string what) { result_.broken.push_back(std::move(what)); }

  // Long enough for dozens of transactions, short enough for thousands of runs.
  static constexpr std::uint64_t kStormSteps = 1'500, kMostSteps = 60'000;

  const ModelRun run_;
  std::mt19937_64 random_;
  Baton baton_;
  MemoryBroker broker_;
  ModelPool pool_;
  ModelLog dedup_{[this] { return now_ms(); }, [this] { return between_appends(); }, random_};
  std::vector<consumer::Lane*> lanes_;
  std::chrono::nanoseconds now_ = 1h;
  int appended_ = 0;
  bool draining_ = false;
  std::vector<std::string> expected_;
  ModelResult result_;
};

ModelResult Model::run() {
  broker_.create("raw", run_.partitions);
  broker_.create("enriched", 2);
  broker_.create("deadletter", 1);
  broker_.mutant = run_.mutant;
  broker_.on_call = [this] { step(); };
  broker_.inject = [this](Call call, const std::string&) { return fault(call); };

  consumer::Plan plan;
  plan.inputs["raw"] = {};
  plan.enriched = "enriched";
  plan.deadletter = "deadletter";
  plan.instance = "model";
  plan.transaction_interval = 0ms;
  plan.transaction_records = static_cast<std::size_t>(1 + below(20));
  plan.buffer_bytes = (96u << 10) * static_cast<std::size_t>(2 + below(6));  // a few batches, so that it fills
  plan.tick = plan.idle_wait = plan.retry_pause = plan.restart_pause = plan.restart_pause_max = 0ms;
  plan.help_after = 20ms;
  plan.linger = std::chrono::milliseconds(below(5));
  plan.now = [this] {
    step();
    return Clock::time_point(now_);
  };

  consumer::Suspects suspects(1);
  consumer::Failpoints failpoints;
  consumer::Health health;
  config::Settings::Log log_settings;
  consumer::Logger log(log_settings, [](std::string_view) {}, [] { return consumer::Logger::Time{}; });
  std::vector<std::unique_ptr<MemoryMeter>> meters;
  std::vector<std::unique_ptr<consumer::Lane>> lanes;
  for (int i = 0; i < run_.lanes; ++i) {
    meters.push_back(std::make_unique<MemoryMeter>());
    consumer::Surroundings around{broker_.ports("model", {"raw"}), pool_, suspects, failpoints, *meters.back(),
                                  health.part(consumer::Component::lane), health.part(consumer::Component::topics),
                                  log, {}, &dedup_};
    lanes.push_back(std::make_unique<consumer::Lane>(i, plan, around));
    lanes_.push_back(lanes.back().get());
  }
  std::vector<std::thread> threads;
  std::mutex mutex;
  for (int i = 0; i < run_.lanes; ++i)
    threads.emplace_back([&, i] {
      baton_.enter(i);
      try {
        // 75: a fault came while it drained, and it said so.
        if (const int code = lanes[static_cast<std::size_t>(i)]->run(); code != 0 && code != 75)
          broken("lane " + std::to_string(i) + " ended with " + std::to_string(code));
      } catch (const Stuck& stuck) {
        broken(stuck.what());
      }
      baton_.leave();
    });
  baton_.begin();
  for (std::thread& thread : threads) thread.join();
  pool_.finish_all(random_);
  check(meters);
  broker_.on_call = {};
  broker_.inject = {};
  lanes.clear();
  return std::move(result_);
}

/// Between any two things that a lane does.
void Model::step() {
  if (!baton_.mine()) return;  // the test's own thread, before and after
  if (++result_.steps > kMostSteps) throw Stuck("stuck: not everything was committed after the faults had ended");
  now_ += std::chrono::microseconds(below(3000));
  if (chance(0.3)) pool_.finish_one(random_);
  for (int i = 0; i < 2; ++i) dedup_.step();
  if (!calm()) storm();
  if (calm()) {
    while (appended_ < run_.messages) append();
    broker_.expire_transactions_of_the_dead();
    if (!draining_ && broker_.all_committed("raw")) {
      draining_ = true;
      for (consumer::Lane* lane : lanes_) lane->drain();
    }
  }
  if (chance(0.3)) baton_.pass();
}

void Model::storm() {
  if (appended_ < run_.messages && chance(0.08)) append();
  if (chance(0.004)) broker_.rebalance();
  if (chance(0.004)) {
    const auto members = broker_.members();
    if (!members.empty()) broker_.expel(members[static_cast<std::size_t>(below(static_cast<int>(members.size())))]);
  }
  if (chance(0.003)) {
    now_ += 11s;  // the broker's transaction timeout
    broker_.expire_transactions();
  }
  if (chance(0.02)) broker_.deliver_late_ends();
}

std::optional<MemoryBroker::Fault> Model::fault(Call call) {
  if (calm() || !chance(call == Call::poll ? run_.fault_rate / 10 : run_.fault_rate)) return std::nullopt;
  MemoryBroker::Fault fault;
  fault.hiccup = chance(0.3);
  fault.outcome.reason = "injected";
  const bool applied = chance(0.5);
  const auto fenced = [&] {
    now_ += 6s;  // a disturbance of our own: three fencings without one would rightly end the lane
    fault.outcome.fate = Fate::fenced;
  };
  switch (call) {
    case Call::open:
      fault.outcome.fate = chance(0.5) ? Fate::retry : Fate::rebuild;
      break;
    case Call::poll:
      if (chance(0.3)) fenced();
      else fault.outcome.fate = chance(0.5) ? Fate::rebuild : Fate::done;
      break;
    case Call::rewind:
    case Call::recycle:
      fault.outcome.fate = chance(0.6) ? Fate::retry : Fate::rebuild;
      fault.applied = applied;
      break;
    case Call::abort:
      fault.outcome.fate = chance(0.6) ? Fate::retry : Fate::rebuild;
      fault.applied = applied;
      break;
    case Call::begin:
    case Call::produce:
      switch (below(4)) {
        case 0: fault.outcome.fate = Fate::retry; break;
        case 1: fault.outcome.fate = Fate::abort; break;
        case 2: fault.outcome.fate = Fate::rebuild; fault.applied = applied; break;
        default: fenced();
      }
      break;
    case Call::send_offsets:
      switch (below(3)) {
        case 0: fault.outcome.fate = Fate::retry; fault.applied = applied; break;
        case 1: fault.outcome.fate = Fate::abort; break;
        default: fault.outcome.fate = Fate::rebuild; fault.applied = applied;
      }
      break;
    case Call::commit:
      switch (below(5)) {
        case 0: fault.outcome.fate = Fate::retry; break;
        case 1: fault.outcome.fate = Fate::abort; break;
        case 2: fault.outcome.fate = Fate::rebuild; fault.applied = applied; break;  // the ambiguous commit
        case 3: fenced(); fault.applied = applied; break;
        default: fault = {Outcome{}, true, true, true};  // it went through, and its first try is under way
      }
      break;
  }
  return fault;
}

ModelLog::Fault Model::between_appends() {
  step();
  if (calm() || !chance(run_.fault_rate)) return ModelLog::Fault::none;
  return static_cast<ModelLog::Fault>(1 + below(ModelLog::kFaults - 1));
}

void Model::append() {
  const int partition = below(run_.partitions);
  const bool bad = chance(0.1);
  const std::string id =
      std::string(bad ? "bad" : "good") + ' ' + std::to_string(partition) + ' ' + std::to_string(appended_++);
  expected_.push_back(id);
  broker_.append("raw", partition, "key " + std::to_string(partition), id + " null", now_ms());
}

void Model::check(const std::vector<std::unique_ptr<MemoryMeter>>& meters) {
  std::map<std::string, int> seen;
  for (const std::string topic : {"enriched", "deadletter"}) {
    std::map<std::string, int> last;  // by key, which is the input partition
    for (const MemoryBroker::Stored& record : broker_.read(topic)) {
      const std::string id = id_of_value(*record.value);
      ++seen[id];
      const bool bad = id.starts_with("bad");
      if (bad != (topic == "deadletter")) broken(id + " is in " + topic);
      const int number = std::stoi(id.substr(id.rfind(' ') + 1));
      const auto before = last.find(*record.key);
      if (before != last.end() && before->second >= number) broken("out of order: " + id);
      last[*record.key] = number;
    }
  }
  for (const std::string& id : expected_)
    if (const int times = seen[id]; times != 1) broken((times == 0 ? "lost: " : "doubled: ") + id);
  if (seen.size() != expected_.size()) broken("something that was never sent");
  if (!broker_.all_committed("raw")) broken("not committed to the end");
  check_stories();
  for (std::string& violation : broker_.violations()) broken(std::move(violation));
  for (const auto& meter : meters) {
    if (!meter->conserved()) broken("in is not records + dead letters + rewound + in flight");
    result_.aborts += meter->aborts;
    result_.restarts += meter->restarts;
    result_.rewound += meter->rewound_records;
  }
  result_.aborted_records = broker_.aborted_records();
}

/// Every record says what the log says, and whoever names a story names one that its first member opened.
void Model::check_stories() {
  std::map<std::string, std::string> opened;  // story → its first member, which names it
  for (const MemoryBroker::Stored& record : broker_.read("enriched"))
    if (record.header("newsmill-relation") == "original") opened[*record.header("newsmill-story")] = *record.value;
  for (const MemoryBroker::Stored& record : broker_.read("enriched")) {
    const std::string id = id_of_value(*record.value), story = record.header("newsmill-story").value_or("none");
    const std::string delivery = record.header("newsmill-delivery").value_or("");
    const std::size_t first = delivery.find(':'), second = delivery.find(':', first + 1);
    Fingerprint::Delivery its{.topic = 1, .content = 1, .offset = std::stoll(delivery.substr(second + 1)),
                              .partition = std::stoi(delivery.substr(first + 1))};
    const auto verdict = dedup_.referee().ask([&](const dedup::Referee& referee) {
      const auto offset = referee.offset_of(its);
      return offset ? referee.verdict_of(*offset) : std::nullopt;
    });
    if (!verdict || uuid(verdict->story) != story || relation_name(verdict->relation) != record.header("newsmill-relation"))
      broken("published unlike the log: " + id);
    const auto with = opened.find(story);
    if (with == opened.end()) broken("a story whose first member was never published: " + id);
    else if (uuid(id_of(id_of_value(with->second))) != story) broken("split: " + id);
    else if (story != uuid(id_of(id))) ++result_.joined;
  }
}

}  // namespace

ModelResult run_model(const ModelRun& run) { return Model(run).run(); }

}  // namespace newsmill::test
