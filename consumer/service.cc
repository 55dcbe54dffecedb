#include "consumer/service.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <condition_variable>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "consumer/backstop.h"
#include "consumer/failpoint.h"
#include "consumer/http/health.h"
#include "consumer/http/pages.h"
#include "consumer/http/server.h"
#include "consumer/lane.h"
#include "consumer/memory_dedup_log.h"
#include "consumer/metrics/registry.h"
#include "consumer/plan.h"
#include "consumer/suspects.h"

namespace newsmill::consumer {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kClean = 0, kStartAgain = 75, kOperatorMustAct = 78;  // EX_OK, EX_TEMPFAIL, EX_CONFIG
constexpr auto kTick = 100ms;  // of the watch: how soon a link or an end is noticed

std::size_t worker_count(const config::Settings& settings) {
  if (settings.kafka.workers > 0) return static_cast<std::size_t>(settings.kafka.workers);
  return std::max(1u, std::thread::hardware_concurrency());
}

/// Where the suspects of this instance are kept; empty = nowhere.
std::string suspects_file(const config::Settings& settings) {
  if (settings.kafka.state_dir.empty()) return {};
  std::string name = "suspects-" + settings.instance;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.' && c != '_') c = '_';
  std::error_code ignored;  // opening the file says why
  std::filesystem::create_directories(settings.kafka.state_dir, ignored);
  return (std::filesystem::path(settings.kafka.state_dir) / name).string();
}

std::string_view armed_failpoint() {
  const char* text = std::getenv("NEWSMILL_FAILPOINT");
  return text ? text : "";
}

metrics::Registry::Setup setup_of(const Hosting& hosting) {
  const config::Settings& settings = hosting.settings;
  metrics::Registry::Setup setup;
  if (hosting.known) setup.known = hosting.known();
  for (const auto& topic : settings.input.topics) setup.input_topics.push_back(topic.name);
  setup.workers = static_cast<int>(worker_count(settings));
  return setup;
}

/// A lane, its thread and who watches it.
struct Runner {
  explicit Runner(Vigil watching) : vigil(watching) {}
  std::unique_ptr<Meter> meter;
  Health::Part* health = nullptr;
  std::unique_ptr<Lane> lane;
  Vigil vigil;
  std::atomic<bool> ended{false};
  int code = kClean;
  std::thread thread;
};

class Service {
 public:
  explicit Service(const Hosting& hosting)
      : to_(hosting), settings_(hosting.settings), log_(hosting.log),
        end_now_(hosting.end_now ? hosting.end_now : [](int code) { ::_exit(code); }),
        registry_(setup_of(hosting), health_, log_), failpoints_(armed_failpoint()),
        suspects_(suspects_file(settings_), worker_count(settings_)) {}

  int run();

 private:
  void greet(const std::vector<std::string>& addresses);
  void start_http();
  void start_dedup();
  void start_lanes();
  void watch();
  void look_at_links();
  void look_at_dedup();
  void look_for_the_dead();
  void reload();
  void drain(const std::string& why);
  void wait_for_an_end();
  bool all_ended() const;

  const Hosting& to_;
  const config::Settings& settings_;
  Logger& log_;
  const std::function<void(int)> end_now_;
  Health health_;
  metrics::Registry registry_;
  Failpoints failpoints_;
  Suspects suspects_;
  std::unique_ptr<DedupLog> dedup_;  ///< null = switched off; before the server, which asks it
  bool dedup_ready_ = false, dedup_dead_ = false;  ///< as last looked at
  std::unique_ptr<http::Server> server_;
  std::optional<Backstop> backstop_;  ///< while draining; ends after all that could hang
  std::unique_ptr<Workers> workers_;
  std::deque<Runner> runners_;
  std::mutex mutex_;
  std::condition_variable ended_;
};

int Service::run() {
  try {
    start_http();
  } catch (const http::ListenError& error) {
    log_.error("http-listen", error.what());
    return kOperatorMustAct;
  }
  const std::vector<std::string> addresses = server_ ? server_->addresses() : std::vector<std::string>{};
  greet(addresses);
  if (to_.on_started) to_.on_started(addresses);
  start_dedup();
  health_.part(Component::config).ready();
  health_.part(Component::service).ready();
  start_lanes();
  watch();
  int code = kClean;
  for (Runner& runner : runners_) {
    runner.thread.join();
    if (code == kClean) code = runner.code;
  }
  // Here a worker may still be in an article; the backstop is awake.
  runners_.clear();
  workers_.reset();
  // Both may wait for a network; the server asks the log.
  server_.reset();
  dedup_.reset();
  backstop_.reset();
  if (code == kClean) log_.info("stopped", "drained: everything that was read is committed");
  return code;
}

void Service::greet(const std::vector<std::string>& addresses) {
  std::string inputs, http;
  for (const auto& topic : settings_.input.topics) inputs += (inputs.empty() ? "" : ", ") + topic.name;
  for (const std::string& address : addresses) http += (http.empty() ? "" : ", ") + address;
  log_.info("started", "newsmill " NEWSMILL_VERSION " starts",
            {{"version", NEWSMILL_VERSION}, {"configuration", to_.configuration_hash}, {"instance", settings_.instance},
             {"brokers", settings_.kafka.brokers}, {"group", settings_.kafka.group}, {"input", inputs},
             {"enriched", settings_.output.enriched}, {"deadletter", settings_.output.deadletter},
             {"lanes", settings_.kafka.lanes}, {"workers", worker_count(settings_)},
             {"http", http.empty() ? "off" : http}});
  if (failpoints_.armed())
    log_.warning("failpoint", "NEWSMILL_FAILPOINT is set: this process will kill or freeze itself");
  if (settings_.kafka.state_dir.empty())
    log_.info("suspects", "kafka.state_dir is not set: an article that crashes the process will not be known to the "
                          "next start");
  else if (!suspects_.trouble().empty())
    log_.warning("suspects", "an article that crashes the process will not be known to the next start",
                 {{"reason", suspects_.trouble()}});
  for (const std::string& delivery : suspects_.suspected())
    log_.warning("suspect", "an earlier run ended inside this article: it is worked on alone, or set aside when that "
                            "happened again and again", {{"delivery", delivery}});
}

void Service::start_http() {
  if (settings_.http.listen.empty()) return;
  http::Routes routes;
  http::add_pages(routes, health_, [this] { return registry_.text(); }, metrics::Registry::kContentType);
  http::add_index(routes);
  http::Counts counts;
  counts.answered = [this](std::string_view handler, int status) { registry_.http_answered(handler, status); };
  counts.connections = [this](std::size_t open) { registry_.http_connections(open); };
  server_ = std::make_unique<http::Server>(settings_.http, std::move(routes), log_, std::move(counts));
}

void Service::start_dedup() {
  Health::Part& part = health_.part(Component::dedup);
  if (!settings_.dedup.enabled) {
    part.note("switched off by dedup.enabled");
    return part.ready();
  }
  if (to_.open_dedup) {
    dedup_ = to_.open_dedup();
  } else {
    constexpr std::string_view kAlone = "stories are those of this process: a restart begins anew";
    dedup_ = std::make_unique<MemoryDedupLog>(referee_rules(settings_.dedup), wall_clock_ms);
    log_.info("dedup", kAlone);
    part.note(kAlone);
  }
  registry_.show_dedup([this] {
    return dedup_->referee().ask([this, log = dedup_->status()](const dedup::Referee& referee) {
      return metrics::Registry::Dedup{referee.live(),    static_cast<std::size_t>(settings_.dedup.articles),
                                      referee.stories(), referee.bytes(), referee.overflows(), referee.undecided(),
                                      log};
    });
  });
  look_at_dedup();
}

void Service::start_lanes() {
  if (!settings_.kafka.state_dir.empty()) Suspects::charge_crashes();
  workers_ = std::make_unique<Workers>(worker_count(settings_), to_.chain, suspects_);
  Plan plan = Plan::of(settings_);
  const int lanes = std::max(1, settings_.kafka.lanes);
  plan.buffer_bytes /= static_cast<std::size_t>(lanes);  // the setting bounds the process
  for (int i = 0; i < lanes; ++i) {
    Runner& runner = runners_.emplace_back(Vigil(Clock::now(), to_.patience));
    runner.meter = registry_.meter();
    runner.health =
        i == 0 ? &health_.part(Component::lane) : &health_.add(Component::lane, "lane " + std::to_string(i));
    runner.lane = std::make_unique<Lane>(
        i, plan, Surroundings{to_.open, *workers_, suspects_, failpoints_, *runner.meter, *runner.health,
                              health_.part(Component::topics), log_, to_.on_committed, dedup_.get()});
  }
  for (Runner& runner : runners_)
    runner.thread = std::thread([this, &runner] {
      runner.code = runner.lane->run();
      const std::lock_guard lock(mutex_);
      runner.ended = true;
      ended_.notify_all();
    });
}

/// Until every lane has ended.
void Service::watch() {
  while (!all_ended()) {
    if (backstop_) {
      wait_for_an_end();
    } else if (const auto signal = to_.signals.wait(kTick); signal == SIGHUP) {
      reload();
    } else if (signal) {
      drain(*signal == SIGINT ? "SIGINT" : "SIGTERM");
    } else if (to_.finished && to_.finished()) {
      drain("all is done");
    } else if (std::ranges::any_of(runners_, [](const Runner& runner) { return runner.ended.load(); })) {
      drain("a lane has ended");  // with a code that says why, or it would not have
    }
    look_at_links();
    look_at_dedup();
    look_for_the_dead();
  }
}

void Service::look_at_links() {
  bool up = false;
  std::string why;
  for (Runner& runner : runners_) {
    if (runner.lane->link().is_up()) up = true;
    else why = runner.lane->link().why(), runner.health->waits();
  }
  // Until the dedup log is read the lanes have not tried.
  if (const auto log = dedup_ && !up ? dedup_->status() : DedupLog::Status{}; !log.caught_up && !log.why.empty())
    why = log.why;
  up ? health_.part(Component::kafka).ready() : health_.part(Component::kafka).not_ready(why);
}

void Service::look_at_dedup() {
  if (!dedup_) return;
  const DedupLog::Status log = dedup_->status();
  const std::string why = !log.why.empty() ? log.why : log.caught_up ? "" : "the dedup log is not read yet";
  Health::Part& part = health_.part(Component::dedup);
  why.empty() ? part.ready() : part.not_ready(why);
  if (const bool ready = why.empty(); std::exchange(dedup_ready_, ready) != ready) {
    if (ready && to_.open_dedup)
      log_.info("dedup", "the dedup log is applied to its end",
                {{"topic", settings_.dedup.topic}, {"applied", log.applied}, {"replay_seconds", log.replay_seconds}});
    else if (!ready)
      log_.warning("dedup", "articles wait for the dedup log: " + why, {{"topic", settings_.dedup.topic}});
  }
  if (!log.dead || std::exchange(dedup_dead_, true)) return;
  log_.error("dedup", "only a new process can go on with the dedup log: ending, to be started again; nothing is lost",
             {{"reason", why}});
  end_now_(kStartAgain);
}

void Service::look_for_the_dead() {
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    Runner& runner = runners_[i];
    if (runner.ended || !runner.vigil.dead(Clock::now(), runner.lane->last_progress(), runner.lane->link().is_up()))
      continue;
    const auto longest = suspects_.longest();
    const bool hung = longest && longest->since >= to_.patience / 2;
    log_.error("watchdog", "no progress while the broker answers: ending, to be started again; nothing is lost",
               {{"lane", i}, {"seconds", std::chrono::duration<double>(to_.patience).count()},
                {hung ? "delivery" : "worker", hung ? longest->delivery : "none is stuck in an article"}});
    suspects_.charge_hung(to_.patience / 2);
    end_now_(kStartAgain);
  }
}

void Service::reload() {
  if (!to_.reload) return log_.info("reload", "SIGHUP: there is nothing to read again");
  std::string why;
  std::optional<Workers::MakeChain> chain = to_.reload(why);
  registry_.reloaded(chain.has_value());
  health_.part(Component::config).note(chain ? "" : "the last reload was refused, what was read before is in use: " + why);
  if (!chain)
    return log_.error("reload", "SIGHUP: what was read is wrong, so the knowledge in use stays; see what was found");
  workers_->use(std::move(*chain));
  if (to_.known) registry_.use(to_.known());
  log_.info("reload", "SIGHUP: every batch from here on is processed with what was read");
}

void Service::drain(const std::string& why) {
  log_.info("draining", "reading no more, committing what is in flight",
            {{"reason", why},
             {"deadline_seconds", std::chrono::duration<double>(settings_.kafka.drain_deadline).count()}});
  health_.part(Component::service).not_ready("stopping");
  backstop_.emplace(to_.signals, settings_.kafka.drain_deadline, log_, end_now_);
  for (Runner& runner : runners_) runner.lane->drain();
}

void Service::wait_for_an_end() {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, kTick, [this] { return all_ended(); });
}

bool Service::all_ended() const {
  return std::ranges::all_of(runners_, [](const Runner& runner) { return runner.ended.load(); });
}

}  // namespace

int serve(const Hosting& hosting) {
  try {
    const Failpoints checked(armed_failpoint());
  } catch (const std::invalid_argument& refused) {
    hosting.log.error("failpoint", refused.what());
    return kOperatorMustAct;
  }
  return Service(hosting).run();
}

}  // namespace newsmill::consumer
