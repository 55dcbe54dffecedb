#include "tests/referee/fleet_model.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <random>
#include <tuple>

#include <fmt/format.h>

#include "tests/referee/model_audit.h"
#include "tests/referee/model_instance.h"
#include "tests/referee/model_kafka.h"

namespace newsmill::test {
namespace {

constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
constexpr std::int64_t kSessionMs = 10 * kSecond;  // after that the group takes a silent member for dead
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

class Fleet {
 public:
  explicit Fleet(const FleetRun& run)
      : run_(run), random_(run.seed), stream_(run.seed + 1, run.partitions, run.window_ms), builds_(builds(run)),
        log_(builds_), kafka_(run.partitions), audit_(log_, builds_.size(), result_), seats_(run.instances) {}

  FleetResult run();

 private:
  /// The place of an instance: the process that sits in it comes and goes.
  struct Seat {
    std::unique_ptr<ModelInstance> process;
    std::uint64_t life = 0;  ///< counts processes; what an earlier one has sent is a dead one's
    bool member = false;
    std::int64_t frozen_until = 0, down_until = 0, last_send = 0, skew_ms = 0, step_at = kNever, tail_at = kNever;
    std::uint64_t step_token = 0;
    ModelKafka::Next crashed_begin, crashed_next;  ///< of the batch to be skipped
  };
  enum class What { arrive, request, tail, step, commit, settle, restart, session, incident };
  struct Event {
    std::int64_t at;
    std::uint64_t order;
    What what;
    std::size_t seat = 0;
    std::uint64_t life = 0, number = 0;
    std::shared_ptr<ModelTail::Request> request = nullptr;
    std::shared_ptr<const ModelInstance::Produced> produced = nullptr;
    bool operator<(const Event& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };

  static std::vector<ModelBuild> builds(const FleetRun& run) {
    std::vector<ModelBuild> all{{{.window_ms = run.window_ms, .articles = 400}, false}};
    if (run.mixed) all.push_back({{.window_ms = static_cast<std::int64_t>(static_cast<double>(run.window_ms) *
                                                                    run.other_window), .articles = 200}, true});
    return all;
  }
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }
  bool chance(double probability) {
    return !calm_ && std::uniform_real_distribution<>(0, 1)(random_) < probability;
  }
  bool scripted() const { return !run_.script.empty(); }
  /// Of one way through the network.
  std::int64_t way() {
    if (scripted()) return FleetRun::kScriptedMs;
    if (chance(0.002)) return 100 + below(3000);
    return 1 + below(6);
  }
  void push(std::int64_t at, What what, std::size_t seat = 0, std::uint64_t life = 0, std::uint64_t number = 0,
            std::shared_ptr<ModelTail::Request> request = nullptr) {
    events_.push({at, order_++, what, seat, life, number, std::move(request), nullptr});
  }

  void happens(const Event& event);
  void next_article();
  void arrive();
  void request(const Event& event);
  void step(std::size_t seat);
  void wake(std::size_t seat, std::int64_t at);
  void commit(const Event& event);
  void start(std::size_t seat);
  void kill(std::size_t seat);
  void freeze(std::size_t seat, std::int64_t for_ms);
  void session_ends(std::size_t seat);
  void rebalance();
  void compare(ModelInstance& process);
  void count(const ModelInstance& process);
  void garbage();

  const FleetRun& run_;
  std::mt19937_64 random_;
  ModelStream stream_;
  const std::vector<ModelBuild> builds_;
  ModelLog log_;
  ModelKafka kafka_;
  FleetResult result_;
  ModelAudit audit_;
  std::vector<Seat> seats_;
  std::priority_queue<Event> events_;
  std::uint64_t order_ = 0, sent_articles_ = 0;
  std::int64_t now_ms_ = 0, over_ms_ = kNever;
  ModelArticle coming_;
  bool calm_ = false;
};

FleetResult Fleet::run() {
  calm_ = scripted();
  next_article();
  now_ms_ = coming_.comes_ms - kMinute;
  for (std::size_t seat = 0; seat < seats_.size(); ++seat) start(seat);
  for (std::size_t i = 0; i < run_.incidents.size(); ++i)
    push(run_.incidents[i].at_ms, What::incident, run_.incidents[i].instance, 0, i);
  while (!events_.empty() && now_ms_ < over_ms_) {
    const Event event = events_.top();
    events_.pop();
    now_ms_ = std::max(now_ms_, event.at);
    happens(event);
  }
  for (Seat& seat : seats_) {
    if (!seat.process) continue;
    compare(*seat.process);
    count(*seat.process);
  }
  audit_.finish();
  result_.fingerprints = log_.counts().fingerprints;
  result_.verdicts = log_.counts().verdicts;
  result_.void_messages = log_.counts().lost;
  result_.late = log_.counts().late;
  result_.known = log_.counts().known;
  result_.with_twins = log_.counts().with_twins;
  result_.unsound = log_.counts().unsound;
  result_.foreign = log_.counts().foreign;
  return std::move(result_);
}

void Fleet::happens(const Event& event) {
  Seat& seat = seats_[event.seat];
  const bool dead = event.life != seat.life || !seat.process, frozen = seat.frozen_until > now_ms_;
  switch (event.what) {
    case What::arrive: return arrive();
    case What::request: return request(event);
    case What::tail:
      if (dead) return;
      // Whoever wakes acts on what he knew first.
      if (frozen) return push(seat.frozen_until + way(), What::tail, event.seat, event.life);
      seat.tail_at = kNever;
      seat.process->tail().apply_to(log_.end());
      if (seat.process->waits()) wake(event.seat, now_ms_);
      return;
    case What::step:
      if (dead || event.number != seat.step_token) return;
      if (frozen) return push(seat.frozen_until, What::step, event.seat, event.life, event.number);
      seat.step_at = kNever;
      return step(event.seat);
    case What::commit: return commit(event);
    case What::settle:
      if (!dead) wake(event.seat, now_ms_);
      return;
    case What::restart:
      if (seat.process) return;
      if (now_ms_ < seat.down_until)
        return push(seat.down_until + below(kMinute), What::restart, event.seat, event.life);
      start(event.seat);
      return;
    case What::session:
      if (event.life == seat.life && (!seat.process || frozen)) session_ends(event.seat);
      return;
    case What::incident: {
      const FleetRun::Incident& incident = run_.incidents[event.number];
      if (!incident.dies) return freeze(event.seat, incident.for_ms);
      seat.down_until = now_ms_ + incident.for_ms;
      return kill(event.seat);
    }
  }
}

// ---- Input, log and transactions.

void Fleet::next_article() {
  const std::uint64_t count = scripted() ? run_.script.size() : run_.articles;
  if (sent_articles_ == count) {
    calm_ = true;  // now everything must come to its end
    over_ms_ = now_ms_ + 72 * kHour;
    return;
  }
  coming_ = scripted() ? run_.script[sent_articles_] : stream_.next();
  ++sent_articles_;
  push(coming_.comes_ms, What::arrive);
}

void Fleet::arrive() {
  kafka_.arrive(coming_);
  audit_.arrived(coming_);
  if (const auto owner = kafka_.owner(coming_.print.delivery.partition)) wake(*owner, now_ms_);
  if (chance(0.002)) garbage();
  if (chance(run_.outages)) {
    ++result_.outages;
    for (std::size_t seat = 0; seat < seats_.size(); ++seat) {
      seats_[seat].down_until = now_ms_ + 25 * kHour + below(15 * kHour);
      kill(seat);
    }
  }
  next_article();
}

void Fleet::request(const Event& event) {
  Seat& seat = seats_[event.seat];
  if (event.life != seat.life || !seat.process) {
    // From a process that is dead: it arrives late, or never. `number` says that this was decided before.
    if (event.number == 0) {
      if (!chance(0.4)) return;
      const std::int64_t later = chance(0.03) ? 11 * kMinute : 100 + below(kMinute);
      return push(now_ms_ + later, What::request, event.seat, event.life, 1, event.request);
    }
  } else if (event.number == 0 && seat.frozen_until > now_ms_ && chance(0.3)) {
    // Not sent yet when the machine was suspended.
    return push(seat.frozen_until + 1, What::request, event.seat, event.life, 1, event.request);
  }
  dedup::LogOffset offset = 0;
  const std::uint64_t sender = event.life * seats_.size() + event.seat;
  for (LogMessage& message : event.request->messages) offset = log_.append(std::move(message), now_ms_, sender);
  event.request->receipt->acknowledge(offset);
  for (std::size_t other = 0; other < seats_.size(); ++other)
    if (seats_[other].process && seats_[other].tail_at == kNever) {
      seats_[other].tail_at = now_ms_ + way();
      push(seats_[other].tail_at, What::tail, other, seats_[other].life);
    }
}

/// What no sound process would send: for articles that are not there, of another log, and held up.
void Fleet::garbage() {
  dedup::VerdictsMessage message{{}, now_ms_ - (chance(0.3) ? 20 * kMinute : 0), chance(0.3) ? 99u : 7u};
  Verdict verdict;
  verdict.story = ident_id(sent_articles_);
  message.verdicts.push_back({log_.end() + below(3), verdict});
  if (message.log == 99 || message.sent_ms != now_ms_) message.verdicts[0].offset = log_.end() - 1 - below(5);
  log_.append(message, now_ms_, ModelLog::kNobody);
}

void Fleet::commit(const Event& event) {
  Seat& seat = seats_[event.seat];
  const bool dead = event.life != seat.life || !seat.process;
  if (dead && chance(0.5)) return;
  const bool done = !chance(0.003) && kafka_.commit(event.seat, event.number, now_ms_);
  if (done)
    for (std::size_t i = 0; i < event.produced->records.size(); ++i) {
      ModelRecord record = event.produced->records[i];
      record.at_ms = now_ms_;
      audit_.published(record, event.produced->build, event.produced->gone[i]);
      if (scripted()) result_.records.push_back(record);
    }
  if (dead) return;
  seat.process->committed(done);
  push(now_ms_ + way(), What::settle, event.seat, event.life);
}

// ---- Processes.

void Fleet::wake(std::size_t number, std::int64_t at) {
  Seat& seat = seats_[number];
  if (!seat.process || at >= seat.step_at) return;
  seat.step_at = at;
  push(at, What::step, number, seat.life, ++seat.step_token);
}

void Fleet::step(std::size_t number) {
  Seat& seat = seats_[number];
  if (seat.process->busy()) {
    const double rate = run_.kills * (seat.process->articles() > 1 ? 5 : 1);
    if (chance(rate)) return kill(number);
    if (chance(rate)) return freeze(number, chance(0.05) ? 15 * kMinute : 200 + below(40 * kSecond));
    if (chance(rate / 4)) rebalance();
  }
  if (const auto wait = seat.process->step()) wake(number, now_ms_ + *wait);
}

void Fleet::start(std::size_t number) {
  Seat& seat = seats_[number];
  // An operator whose process dies again and again on a batch lets the group go on behind it.
  for (const auto& [partition, next] : std::exchange(seat.crashed_next, {})) {
    const std::int64_t begin = seat.crashed_begin[partition];
    if (kafka_.owner(partition) != number || kafka_.committed(partition) != begin || kafka_.pending(partition, now_ms_))
      continue;
    for (std::int64_t offset = begin; offset < next; ++offset) audit_.skipped(*kafka_.read(partition, offset));
    kafka_.skip_to(partition, next);
  }
  ++seat.life;
  seat.frozen_until = 0;
  seat.step_at = seat.tail_at = kNever;
  seat.skew_ms = scripted() ? 0 : below(400) - 200;
  const auto build = static_cast<std::size_t>(below(static_cast<std::int64_t>(builds_.size())));
  const std::uint64_t life = seat.life;
  ModelTail::Outside outside;
  outside.wall_ms = [this, &seat] { return now_ms_ + seat.skew_ms; };
  outside.fault = [this] {
    if (chance(0.004)) return ModelTail::Fault::retry;
    if (chance(0.0005)) return ModelTail::Fault::rebuild;
    return chance(0.0005) ? ModelTail::Fault::sent : ModelTail::Fault::none;
  };
  outside.send = [this, &seat, number, life](ModelTail::Request sent) {
    const std::int64_t held_up = chance(0.01) ? below(8 * kSecond) : 0;
    seat.last_send = std::max(seat.last_send, now_ms_ + way() + held_up);  // idempotent: in order
    push(seat.last_send, What::request, number, life, 0, std::make_shared<ModelTail::Request>(std::move(sent)));
  };
  auto tail = std::make_unique<ModelTail>(log_, builds_[build], build, std::move(outside));
  result_.restarts_from_a_cut += tail->read_from_a_cut();
  seat.process = std::make_unique<ModelInstance>(
      number, build, builds_[build], std::move(tail), seat.member,
      ModelInstance::Around{kafka_, [this] { return now_ms_; },
                            [this, number, life](std::uint64_t transaction,
                                                 std::shared_ptr<const ModelInstance::Produced> produced) {
                              Event event{now_ms_ + way(), order_++, What::commit, number, life, transaction, nullptr,
                                          std::move(produced)};
                              events_.push(std::move(event));
                            },
                            [this, &seat] {
                              seat.member = true;
                              rebalance();
                            },
                            scripted() ? 10 : 100});
  compare(*seat.process);
  wake(number, now_ms_ + 1);
}

void Fleet::kill(std::size_t number) {
  Seat& seat = seats_[number];
  if (!seat.process) return;
  ++result_.crashes;
  if (seat.process->articles() > 0 && chance(0.05)) {
    seat.crashed_begin = seat.process->begins();
    seat.crashed_next = seat.process->ends();
  }
  // As good a moment as any, and nobody is disturbed by its reading the rest of the log.
  if (chance(0.2)) compare(*seat.process);
  count(*seat.process);
  seat.process.reset();
  push(now_ms_ + kSessionMs, What::session, number, seat.life);
  push(scripted() ? seat.down_until : now_ms_ + 500 + below(25 * kSecond), What::restart, number, seat.life);
}

void Fleet::freeze(std::size_t number, std::int64_t for_ms) {
  Seat& seat = seats_[number];
  ++result_.pauses;
  seat.frozen_until = now_ms_ + for_ms;
  if (for_ms > kSessionMs) push(now_ms_ + kSessionMs, What::session, number, seat.life);
  wake(number, seat.frozen_until);
}

void Fleet::session_ends(std::size_t number) {
  if (!std::exchange(seats_[number].member, false)) return;
  if (seats_[number].process) seats_[number].process->thrown_out();
  rebalance();
}

void Fleet::rebalance() {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < seats_.size(); ++i)
    if (seats_[i].member) members.push_back(i);
  if (!scripted()) std::ranges::shuffle(members, random_);
  kafka_.rebalance(members);
  ++result_.rebalances;
  for (const std::size_t member : members) wake(member, now_ms_ + way());
}

// ---- What is held against what.

/// Its state against that of the one that never stopped, both at the end of the log.
void Fleet::compare(ModelInstance& process) {
  process.tail().apply_to(log_.end());
  ++result_.states_compared;
  const bool equal = process.tail().referee().ask([&](const dedup::Referee& referee) {
    return referee.state() == log_.observer(process.build()).state();
  });
  if (equal) return;
  if (result_.states_differ++ < 3)
    result_.broken.push_back(fmt::format("state unlike the one that never stopped, at offset {}", log_.end()));
}

void Fleet::count(const ModelInstance& process) {
  result_.waited += process.counts().waited;
  result_.helped += process.counts().helped;
  result_.lost_to_another += process.counts().lost;
  result_.aborts += process.aborts();
}

}  // namespace

FleetResult run_fleet(const FleetRun& run) { return Fleet(run).run(); }

std::string lines_of(const FleetResult& result) {
  std::string text;
  const auto add = [&](std::string_view name, std::uint64_t value) { text += fmt::format("{}={}\n", name, value); };
  add("published", result.published), add("joins", result.joins), add("crashes", result.crashes);
  add("outages", result.outages), add("pauses", result.pauses), add("rebalances", result.rebalances);
  add("aborts", result.aborts);
  add("restarts_from_a_cut", result.restarts_from_a_cut), add("states_compared", result.states_compared);
  add("waited", result.waited), add("helped", result.helped), add("lost_to_another", result.lost_to_another);
  add("void", result.void_messages), add("late", result.late), add("known", result.known);
  add("foreign", result.foreign);
  add("with_twins", result.with_twins), add("skipped", result.skipped), add("skipped_firsts", result.skipped_firsts);
  add("apart", result.apart);
  add("by_another_f", result.by_another_f);
  add("fingerprints", result.fingerprints), add("verdicts", result.verdicts);
  return text + fmt::format("states_differ={} unsound={} split={} published_unlike_log={} doubled={} lost={}\n",
                            result.states_differ, result.unsound,
                            result.split, result.published_unlike_log, result.doubled, result.lost);
}

}  // namespace newsmill::test
