#include "tests/chaos/drill.h"
#include "tests/support/data_folder.h"

#include <fmt/format.h>
#include <signal.h>

#include <thread>

namespace newsmill::chaos {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using Clock = std::chrono::steady_clock;

// Short, so that a round with a frozen instance takes seconds, but a session outlives a restart of the
// broker, or nobody would have to go on with partitions that he kept. It ends well before the
// transaction does: a member that was thrown out of the group while its transaction is still alive is
// exactly what the generation in the offsets is there for.
constexpr auto kSession = 6s;
constexpr auto kTransaction = 15s;
constexpr auto kDrainLimit = 3min;

// Longer than any article waits for its verdict here, however often it is delivered again: what is
// delivered after its window has passed is not what this drill is about.
constexpr const char* kWindow = "10m";
constexpr int kArticles = 1 << 16;
constexpr auto kPause = 3500ms;  // helped after 2 s

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

test::Instance::Options Drill::options_of(const std::string& name) {
  std::string window = kWindow;
  int articles = kArticles;
  if (name == std::string(1, static_cast<char>('a' + plan_.instances - 1))) {
    static constexpr const char* kWindows[] = {"4m", "7m", "15m"};
    static constexpr int kSizes[] = {1000, 1200, 1500};  // less than is fed in a round
    window = kWindows[below(std::size(kWindows))];
    articles = kSizes[below(std::size(kSizes))];
  }
  return {.binary = plan_.binary,
          .name = name,
          .bootstrap = broker_.bootstrap(),
          .group = topics_.group,
          .inputs = {{.topic = topics_.raw}},
          .enriched = topics_.enriched,
          .deadletter = topics_.deadletter,
          .kafka = {{"workers", "1"}},
          .client = {{"session.timeout.ms", std::to_string(std::chrono::milliseconds(kSession).count())},
                     {"heartbeat.interval.ms", "500"},
                     {"socket.timeout.ms", "10000"},
                     {"transaction.timeout.ms", std::to_string(std::chrono::milliseconds(kTransaction).count())}},
          .more = fmt::format("dedup:\n  topic: {}\n  window: {}\n  articles: {}\n", topics_.dedup, window, articles)};
}

const std::vector<Drill::MatrixRound>& Drill::matrix() {
  using Broker = MatrixRound::Broker;
  // The most telling first: the short form of a pull takes four.
  static const std::vector<MatrixRound> rounds{
      {.failpoint = "after-verdicts", .act = Act::kill, .cuts = false},
      {.failpoint = "after-applied", .act = Act::pause, .cuts = false, .helped = true, .odd = true},
      {.failpoint = "before-commit", .act = Act::kill, .cuts = true, .broker = Broker::killed},
      {.failpoint = "before-send-offsets", .act = Act::freeze, .cuts = true},
      {.failpoint = "after-fingerprints", .act = Act::freeze, .cuts = false, .helped = true},
      {.failpoint = "in-revoke", .act = Act::kill, .cuts = false},
      {.failpoint = "before-confirm", .act = Act::kill, .cuts = true, .broker = Broker::restarts},
      {.failpoint = "after-send-offsets", .act = Act::freeze, .cuts = true},
      {.failpoint = "after-fingerprints", .act = Act::kill, .cuts = false, .helped = true, .odd = true},
      {.failpoint = "after-produce", .act = Act::kill, .cuts = true, .broker = Broker::restarts},
      {.failpoint = "after-commit", .act = Act::freeze, .cuts = false},
      {.failpoint = "after-verdicts", .act = Act::freeze, .cuts = false, .odd = true},
      {.failpoint = "before-commit", .act = Act::freeze, .cuts = true},
      {.failpoint = "after-applied", .act = Act::kill, .cuts = false, .broker = Broker::killed, .helped = true},
      {.failpoint = "before-send-offsets", .act = Act::kill, .cuts = true, .broker = Broker::restarts},
      {.failpoint = "after-fingerprints", .act = Act::pause, .cuts = false, .helped = true, .odd = true},
      {.failpoint = "after-produce", .act = Act::freeze, .cuts = true},
      {.failpoint = "in-revoke", .act = Act::freeze, .cuts = false},
      {.failpoint = "after-commit", .act = Act::kill, .cuts = false},
  };
  return rounds;
}

Drill::Drill(Plan plan)
    : plan_(std::move(plan)),
      random_(plan_.seed),
      // Expired transactions are looked for every second, not every ten. Not on 4.4, where that wakes KAFKA-20734.
      broker_({.version = plan_.kafka,
               .properties = plan_.kafka.starts_with("4.4")
                                 ? std::map<std::string, std::string>{}
                                 : std::map<std::string, std::string>{
                                       {"transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"}}}),
      client_(broker_.bootstrap()),
      topics_{"chaos.raw", "chaos.enriched", "chaos.deadletter", "chaos.dedup", "chaos", plan_.partitions},
      fleet_(folder_.path(), [this](const std::string& name) { return options_of(name); }, plan_.instances) {
  const std::string record = std::to_string(10 << 20), message = std::to_string(8 << 20);
  client_.create_topic(topics_.raw, plan_.partitions, {{"max.message.bytes", message}});
  client_.create_topic(topics_.enriched, plan_.partitions, {{"max.message.bytes", record}});
  client_.create_topic(topics_.deadletter, plan_.partitions, {{"max.message.bytes", record}});
  const auto month = std::chrono::milliseconds(std::chrono::hours(30 * 24));
  client_.create_topic(topics_.dedup, 1, {{"message.timestamp.type", "LogAppendTime"},
                                          {"cleanup.policy", "delete"},
                                          {"min.insync.replicas", "1"},
                                          {"retention.ms", std::to_string(month.count())}});
  Articles articles(test::data_folder(), plan_.seed);
  fmt::print("{} articles in {} rounds, {} instances, {} partitions, Kafka {}, seed {}{}\n",
             plan_.per_round * static_cast<std::size_t>(plan_.rounds), plan_.rounds, plan_.instances, plan_.partitions,
             plan_.kafka, plan_.seed, articles.real() ? "" : "; MADE-UP articles, because the data folder is absent");
  observer_ = std::make_unique<Observer>(broker_.bootstrap(), topics_);
  feeder_ = std::make_unique<Feeder>(broker_.bootstrap(), topics_.raw, std::move(articles), ledger_, plan_.per_second);
}

void Drill::finding(const std::string& words) {
  ++wrong_;
  fmt::print("  {}\n", words);
}

bool Drill::wait_for(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
  const auto deadline = Clock::now() + limit;
  while (!condition()) {
    fleet_.supervise();
    if (const std::string why = feeder_->failure(); !why.empty()) throw std::runtime_error("feeder: " + why);
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

void Drill::let_pass(std::chrono::milliseconds time) {
  wait_for(time, [] { return false; });
}

std::size_t Drill::breaches() const {
  return verdict_.lost + verdict_.doubled + verdict_.out_of_order + verdict_.wrong + stories_.split +
         stories_.published_unlike_log + stories_.story_never_published + stories_.wrong + wrong_ + toothless_ +
         stalled_;
}

bool Drill::drained() const { return feeder_->idle() && observer_->offsets() == ledger_.ends(plan_.partitions); }

bool Drill::run() {
  fleet_.start_all();
  for (int number = 1; number <= plan_.rounds && stalled_ == 0 && !(plan_.stop_early && breaches() > 0); ++number)
    round(number);
  const bool complete = stalled_ == 0 && final_check();
  const std::filesystem::path logs = fleet_.keep_logs();
  if (!report_referee()) ++toothless_;
  if (breaches() > 0) fmt::print("the logs are in {}\n", logs.string());
  fmt::print("lost={} doubled={} out_of_order={} split={} published_unlike_log={} story_never_published={} "
             "wrong={} toothless={} stalled={} seed={}\n",
             verdict_.lost, verdict_.doubled, verdict_.out_of_order, stories_.split, stories_.published_unlike_log,
             stories_.story_never_published, verdict_.wrong + stories_.wrong + wrong_, toothless_, stalled_,
             plan_.seed);
  return complete && breaches() == 0;
}

bool Drill::report_referee() {
  const LogFold::Counts& log = log_->counts();
  const double waited = fleet_.counted("newsmill_dedup_waited_total");
  const double helped = fleet_.counted("newsmill_dedup_helped_total");
  const double lost = fleet_.counted("newsmill_dedup_lost_total");
  fmt::print("joined={} missed={} waited={} helped={} second={} void={} aborted_for_another_verdict={} replays={}\n"
             "log: {} fingerprints, {} of them again, {} verdict messages, late {}, foreign {}, garbage {}\n",
             stories_.joined, stories_.missed, waited, helped, log.same, log.lost, lost, fleet_.replays(),
             log.fingerprints, log.again, log.verdicts, log.late, log.foreign, log.garbage);
  // Who helps mostly decides as the owner would, so that it takes many rounds until one V contradicts another.
  constexpr int kManyRounds = 16;
  const bool teeth = plan_.rounds < 4 ||
                     (stories_.joined > 0 && waited > 0 && helped > 0 && fleet_.replays() > 0 &&
                      (plan_.rounds < kManyRounds || log.lost > 0));
  if (!teeth) fmt::print("  toothless: one of joined, waited, helped, void, replays is 0\n");
  return teeth;
}

void Drill::round(int number) {
  const auto start = Clock::now();
  const std::size_t breaches = this->breaches();
  const std::size_t joined = stories_.joined;
  const std::size_t fed = ledger_.size(), aborted = observer_->aborted(), findings = fleet_.findings().size();
  const int restarts = fleet_.restarts();
  const auto index = static_cast<std::size_t>(number) - 1;
  const MatrixRound* cell = index < matrix().size() ? &matrix()[index] : nullptr;
  std::string fault;
  std::size_t cut = 0;
  bool teeth = false;
  // On a busy machine a fault may miss: what was written has not left the process yet, or nothing was under
  // way. Such a cell is tried again.
  for (int attempt = 0; !teeth && attempt < 3 && stalled_ == 0; ++attempt) {
    const std::size_t until = ledger_.size() + plan_.per_round;
    bool hit = true;
    fault = cell != nullptr ? matrix_round(*cell, until, hit) : random_round(until);
    if (cell != nullptr && number > 8) fault += ", " + random_fault();
    settle();
    cut = observer_->aborted() - aborted;
    teeth = cell == nullptr || (hit && (!cell->cuts || cut > 0));
  }
  if (!teeth) {
    ++toothless_;
    fmt::print("  toothless: the fault was not met, or no aborted record shows that it cut a transaction\n");
  }
  look("round " + std::to_string(number));
  expect_conservation();
  for (std::size_t i = findings; i < fleet_.findings().size(); ++i) finding(fleet_.findings()[i]);
  const bool well = this->breaches() == breaches;
  fmt::print("round {:2}  {:50} fed {:5}  joined {:5}  aborted {:4}  restarts {}  {:5.1f} s  {}\n", number, fault,
             ledger_.size() - fed, stories_.joined - joined, cut, fleet_.restarts() - restarts, seconds_since(start),
             well ? "ok" : "WRONG");
  std::fflush(stdout);
}

/// Until everything fed is committed and visible.
void Drill::settle() {
  if (!wait_for(kDrainLimit, [this] { return drained(); })) {
    ++stalled_;
    fmt::print("  not everything is committed {} s after the last fault; committed {}, fed {}\n",
               std::chrono::seconds(kDrainLimit).count(), fmt::join(observer_->offsets(), " "),
               fmt::join(ledger_.ends(plan_.partitions), " "));
  }
  // The markers of the last transaction reach the partitions a little after the offsets.
  wait_for(30s, [this] { return observer_->arrived() + verdict_.lost >= ledger_.size(); });
  fleet_.remove_added();
}

std::string Drill::matrix_round(const MatrixRound& round, std::size_t until, bool& hit) {
  using Broker = MatrixRound::Broker;
  const bool kill = round.act == Act::kill;
  const std::size_t victim = round.odd ? fleet_.size() - 1 : below(fleet_.size()), before = ledger_.size();
  const bool revoke = std::string_view(round.failpoint) == "in-revoke";
  const std::size_t pass = revoke ? 1 : 2 + below(5);
  const double helped = fleet_.counted("newsmill_dedup_helped_total");
  fleet_.restart(victim,
                 {{"NEWSMILL_FAILPOINT", fmt::format("{}@{}:{}", round.failpoint, pass, kill ? "kill" : "stop")}});
  fleet_.may_end_with(victim, {128 + SIGKILL});
  test::Instance& instance = fleet_.at(victim);
  wait_for(1min, [&] { return instance.ready(); });

  const int restarts = fleet_.restarts();
  feeder_->feed_until(before + (until - before) * 6 / 10);
  if (revoke) {
    wait_for(1min, [&] { return ledger_.size() > before + (until - before) / 10; });
    fleet_.add();  // its joining is what makes the others give up their partitions
  }
  hit = wait_for(30s, [&] { return kill ? fleet_.restarts() > restarts : instance.frozen(); });
  if (hit && round.act == Act::freeze) {
    // The others take over and finish; only then the frozen one comes back and means to go on.
    if (!wait_for(kDrainLimit, [this] { return drained(); })) {
      ++stalled_;
      fmt::print("  the others did not take over from the frozen instance\n");
    }
    instance.signal(SIGCONT);
  } else if (hit && round.act == Act::pause) {
    let_pass(kPause);
    instance.signal(SIGCONT);
  } else if (hit && round.broker != Broker::runs) {
    feeder_->feed_until(until);
    wait_for(1min, [&] { return instance.ready(); });
    round.broker == Broker::killed ? broker_.kill() : broker_.stop();
    broker_.start();
  }
  feeder_->feed_until(until);
  if (hit && round.helped && !kill)
    hit = wait_for(20s, [&] { return fleet_.counted("newsmill_dedup_helped_total") > helped; });
  return fmt::format("{} {}{}", round.failpoint,
                     kill ? "kill -9" : round.act == Act::freeze ? "SIGSTOP" : "SIGSTOP 3.5 s",
                     round.broker == Broker::runs     ? ""
                     : round.broker == Broker::killed ? ", broker kill -9"
                                                      : ", broker restart");
}

std::string Drill::random_round(std::size_t until) {
  const std::size_t before = ledger_.size();
  feeder_->feed_until(until);
  std::string name;
  for (int fault = 0; fault < 2; ++fault) {
    const std::size_t at = before + (until - before) * (fault == 0 ? 1 : 5) / 10 + below((until - before) / 5 + 1);
    wait_for(kDrainLimit, [&] { return feeder_->fed() >= at; });
    name += (fault == 0 ? "" : ", ") + random_fault();
  }
  return name;
}

std::string Drill::random_fault() {
  const std::size_t victim = below(fleet_.size());
  const std::string name = fleet_.at(victim).name();
  const auto while_it_lasts = std::chrono::milliseconds(1500 + below(8000));
  switch (below(7)) {
    case 0: fleet_.kill(victim); return "kill -9 " + name;
    case 1:
      fleet_.at(victim).signal(SIGSTOP);
      let_pass(while_it_lasts);
      fleet_.at(victim).signal(SIGCONT);
      return fmt::format("SIGSTOP {} {:.1f} s", name, static_cast<double>(while_it_lasts.count()) / 1000);
    case 2: fleet_.restart(victim); return "SIGTERM " + name;
    case 3:
      fleet_.add_twin(victim);
      let_pass(while_it_lasts);
      fleet_.remove_added();
      fleet_.may_end_with(victim, {78});  // the last fencing may be felt a little later
      return "second process of " + name;
    case 4:
      broker_.kill();
      let_pass(1000ms);
      broker_.start();
      return "broker kill -9";
    case 5:
      broker_.pause();
      let_pass(while_it_lasts);
      broker_.resume();
      return fmt::format("broker SIGSTOP {:.1f} s", static_cast<double>(while_it_lasts.count()) / 1000);
    default:
      broker_.stop();
      broker_.start();
      return "broker restart";
  }
}

void Drill::look(const std::string& what) {
  const Observer::View view = observer_->committed();
  read_log();
  const std::map<Place, Fed> fed = ledger_.all();
  verdict_ = check(fed, view);
  stories_ = check_stories(fed, view.records, *log_);
  for (const auto* all : {&verdict_.words, &stories_.words})
    for (const std::string& words : *all)
      if (said_.insert(words).second) fmt::print("  {}: {}\n", what, words);
  if (observer_->offsets_fell() > fell_) {
    fell_ = observer_->offsets_fell();
    finding("the committed offset of a partition went back");
  }
}

/// As far as it goes now: everything that is committed rests on what is in it already.
void Drill::read_log() {
  const dedup::LogOffset end = client_.end(topics_.dedup, 0, test::KafkaView::uncommitted);
  if (!wait_for(1min, [&] { return observer_->log_end() >= end; })) finding("the dedup log cannot be read to its end");
  for (const LogMessage& message : observer_->log(folded_)) {
    log_->add(message);
    ++folded_;
  }
}

bool Drill::final_check() {
  feeder_.reset();
  fleet_.supervise();  // the last counters
  fleet_.stop_all();
  // Open transactions of killed producers end by themselves; only then everything is visible for good.
  const auto settled = [&](const std::string& topic) {
    for (int partition = 0; partition < plan_.partitions; ++partition)
      if (client_.end(topic, partition, test::KafkaView::committed) !=
          client_.end(topic, partition, test::KafkaView::uncommitted))
        return false;
    return true;
  };
  const auto deadline = Clock::now() + 1min;
  while (!(settled(topics_.enriched) && settled(topics_.deadletter)))
    if (Clock::now() > deadline) {
      finding("a transaction hangs: read_committed does not reach the end");
      break;
    }
  const Observer::View before = observer_->committed();
  const std::vector<LogMessage> log_before = observer_->log(0);
  observer_.reset();
  Observer::View after;
  for (const test::KafkaRecord& record : client_.read(topics_.enriched))
    after.records.push_back(seen_of(record, topics_.raw, false));
  for (const test::KafkaRecord& record : client_.read(topics_.deadletter))
    after.dead_letters.push_back(seen_of(record, topics_.raw, true));
  log_ = std::make_unique<LogFold>();
  std::size_t log_read = 0;
  for (test::KafkaRecord& record : client_.read(topics_.dedup, test::KafkaView::uncommitted)) {
    const LogMessage message = log_message_of(std::move(record));
    if (log_read < log_before.size() && message != log_before[log_read])
      finding(fmt::format("the dedup log changed at offset {}", message.offset));
    ++log_read;
    log_->add(message);
  }
  if (log_read < log_before.size()) finding("the dedup log became shorter");
  verdict_ = check(ledger_.all(), after);
  stories_ = check_stories(ledger_.all(), after.records, *log_);
  for (const auto* all : {&verdict_.words, &stories_.words})
    for (const std::string& words : *all) fmt::print("  at the end: {}\n", words);
  const std::size_t breaches =
      changed(before.records, after.records) + changed(before.dead_letters, after.dead_letters);
  if (breaches > 0) finding(fmt::format("{} records that read_committed showed are gone or differ", breaches));
  if (client_.committed(topics_.group, topics_.raw) != ledger_.ends(plan_.partitions))
    finding("the group's offsets are not at the end");
  if (broker_.log().find("likely deleted already") != std::string::npos)
    fmt::print("  broker defect: KAFKA-20734 (\"likely deleted already\" in its log), not newsmill's doing\n");
  return true;
}

/// What an instance says it read must be what it says became of it, once it stands still.
void Drill::expect_conservation() {
  for (std::size_t number = 0; number < fleet_.size(); ++number) {
    std::map<std::string, double> sums;
    const auto difference = [&] {
      sums = fleet_.at(number).metrics();
      return sums["newsmill_input_records_total"] - sums["newsmill_delivered_total"] -
             sums["newsmill_dead_letter_total"] - sums["newsmill_records_rewound_total"] -
             sums["newsmill_records_in_flight"];
    };
    // A frozen instance that came back may still be on its way to its group.
    const bool answered = wait_for(30s, [&] {
      return difference() == 0 && sums.contains("newsmill_input_records_total") &&
             sums["newsmill_records_in_flight"] == 0;
    });
    if (!answered)
      finding(fmt::format("instance {}: in {} = records {} + dead letters {} + rewound {} + in flight {} does not hold",
                          fleet_.at(number).name(), sums["newsmill_input_records_total"],
                          sums["newsmill_delivered_total"], sums["newsmill_dead_letter_total"],
                          sums["newsmill_records_rewound_total"], sums["newsmill_records_in_flight"]));
  }
}

}  // namespace newsmill::chaos
