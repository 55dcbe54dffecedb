#include "cli/configuration.h"
#include "cli/dedup.h"
#include "cli/dedup_rebuilding.h"
#include "cli/exit.h"
#include "cli/outcome.h"
#include "cli/progress.h"
#include "cli/published.h"
#include "consumer/kafka/client.h"
#include "consumer/kafka/dedup_log.h"
#include "consumer/kafka/group_offsets.h"
#include "consumer/kafka/history.h"
#include "consumer/kafka/log_mark.h"
#include "consumer/kafka/topics.h"
#include "consumer/memory_dedup_log.h"
#include "processors/dedup/referee.h"
#include "processors/text/instant.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

namespace newsmill::cli {
namespace {

using consumer::Fate;
using consumer::Outcome;
using kafka::GroupOffset;
using kafka::TopicHistory;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kMargin{5};     // beyond the session of a member that was stopped
constexpr std::chrono::seconds kPatience{60};  // of a step that waits for the broker

std::string time_text(std::int64_t ms) {
  return text::rfc3339_utc(std::chrono::sys_time<milliseconds>(milliseconds(ms)));
}

/// One run of the command.
class Rebuild {
 public:
  Rebuild(const Configuration& configuration, std::string from)
      : settings_(configuration.loaded.settings), knowledge_(*configuration.knowledge.knowledge),
        from_(from.empty() ? settings_.output.enriched : std::move(from)), log_(log_of(configuration.loaded)),
        group_(settings_, log_) {}

  int run(bool yes);

 private:
  Outcome look();
  Outcome wait_for_members();
  int refuse_members();
  bool agreed(bool yes) const;
  Outcome keep_out();
  Outcome wait_for_transactions();
  Outcome open_log();
  Outcome write();
  Outcome let_in();
  bool nobody_is_kept_out() const {
    return std::ranges::none_of(offsets_, [](const GroupOffset& offset) { return offset.offset >= 0; });
  }

  const config::Settings& settings_;
  const Knowledge& knowledge_;
  const std::string from_;
  consumer::Logger log_;
  kafka::GroupOffsets group_;
  std::vector<std::string> refused_;  ///< what breaks the contract of the log's topic
  std::vector<kafka::GroupOffsets::Member> members_;
  std::vector<GroupOffset> offsets_;
  std::unique_ptr<TopicHistory> history_;
  std::unique_ptr<consumer::DedupLog> dedup_;
  std::int64_t since_ms_ = 0;
  std::uint64_t records_ = 0, without_story_ = 0, unreadable_ = 0;
  std::string first_unreadable_;
  DedupRebuilding::Counts counts_;
};

Outcome Rebuild::look() {
  kafka::TopicPlan plan;
  if (auto outcome = kafka::plan_topics(settings_, log_, nullptr, plan); !outcome) return outcome;
  for (const kafka::TopicFinding& finding : plan.findings)
    if (finding.refused && finding.topic == settings_.dedup.topic) refused_.push_back(kafka::sentence(finding));
  if (!refused_.empty()) return {};
  if (auto outcome = wait_for_members(); !outcome || !members_.empty()) return outcome;
  if (auto outcome = group_.fetch(offsets_); !outcome) return outcome;
  if (auto outcome = TopicHistory::open(settings_, log_, from_, history_); !outcome) return outcome;
  std::optional<std::int64_t> newest;
  if (auto outcome = history_->newest(newest); !outcome) return outcome;
  // As far back as a verdict can depend on. A record dated ahead must not hide the others.
  const std::int64_t now = consumer::wall_clock_ms();
  since_ms_ = std::min(newest.value_or(now), now) - settings_.dedup.window.count() - dedup::Referee::kSlackMs;
  return {};
}

/// Instances are static members: the group keeps one that was stopped until its session ends.
Outcome Rebuild::wait_for_members() {
  const milliseconds limit = milliseconds(kafka::session_timeout_ms(settings_)) + kMargin;
  Progress progress;
  for (const auto began = Clock::now();;) {
    if (auto outcome = group_.members(members_); !outcome || members_.empty()) return outcome;
    if (Clock::now() - began > limit) return {};
    progress.tick([&] {
      return fmt::format("waiting for the group {} to let go of {}", settings_.kafka.group,
                         members_.front().client);
    });
    std::this_thread::sleep_for(milliseconds(200));
  }
}

int Rebuild::refuse_members() {
  std::cerr << fmt::format("newsmill: the group \"{}\" has members, whose offsets nobody else may mark; stop all "
                           "instances first\n", settings_.kafka.group);
  for (const auto& member : members_) std::cerr << fmt::format("  {} at {}\n", member.client, member.host);
  return kAgain;
}

bool Rebuild::agreed(bool yes) const {
  std::cerr << fmt::format("records of {} since {} go into the dedup log {}, which keeps what it holds\n", from_,
                           time_text(since_ms_), settings_.dedup.topic);
  if (nobody_is_kept_out())
    std::cerr << fmt::format("note: the group \"{}\" has committed nothing, so nothing keeps instances out meanwhile\n",
                             settings_.kafka.group);
  else
    std::cerr << fmt::format("instances of the group \"{}\" that are started meanwhile wait until it is done\n",
                             settings_.kafka.group);
  if (yes) return true;
  std::cerr << "go on? [y/N] ";
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

/// What was committed in the last moment of an instance that was stopped counts, so the marks go onto
/// the offsets that are there when no transaction is open any more.
Outcome Rebuild::keep_out() {
  const std::string mark = kafka::mark_text({0, -1, true});
  if (auto outcome = group_.mark(offsets_, mark); !outcome) return outcome;
  if (auto outcome = wait_for_transactions(); !outcome) return outcome;
  if (auto outcome = group_.fetch(offsets_); !outcome) return outcome;
  return group_.mark(offsets_, mark);
}

Outcome Rebuild::wait_for_transactions() {
  const milliseconds limit = milliseconds(kafka::transaction_timeout_ms(settings_)) + kPatience;
  Progress progress;
  for (const auto began = Clock::now();;) {
    bool open = false;
    if (auto outcome = history_->open_transaction(open); !outcome || !open) return outcome;
    if (Clock::now() - began > limit)
      return {Fate::retry, fmt::format("a transaction on \"{}\" is open for longer than it may be, so the records "
                                       "behind it cannot be read; kafka-transactions.sh find-hanging names it", from_)};
    progress.tick([&] { return fmt::format("waiting for an open transaction on {} to end", from_); });
    std::this_thread::sleep_for(milliseconds(200));
  }
}

Outcome Rebuild::open_log() {
  dedup_ = kafka::open_dedup_log(settings_, log_, consumer::wall_clock_ms, kafka::Marks::ignored);
  Progress progress;
  for (const auto began = Clock::now();;) {
    const Outcome outcome = dedup_->catch_up();
    if (outcome.fate != Fate::retry) return outcome;
    const auto status = dedup_->status();
    // Reading may take as long as it takes.
    if (status.applied < 0 && Clock::now() - began > kPatience) return outcome;
    progress.tick([&] { return outcome.reason; });
  }
}

Outcome Rebuild::write() {
  if (auto outcome = history_->start(since_ms_); !outcome) return outcome;
  DedupRebuilding rebuilding(*dedup_, kPatience);
  dedup::Sketcher sketcher;
  Progress progress;
  for (auto heard = Clock::now(); !history_->done();) {
    const auto message = history_->next(milliseconds(200));
    if (history_->failure()) return *history_->failure();
    if (!message) {
      if (Clock::now() - heard > kPatience) return {Fate::retry, "no broker answers any more"};
      continue;
    }
    heard = Clock::now();
    ++records_;
    auto published = read_published(message->value.value_or(std::string()), message->timestamp_ms, *knowledge_.sources,
                                    sketcher);
    if (!published) {
      if (unreadable_++ == 0)
        first_unreadable_ = fmt::format("{}:{}:{}: found {}, at {}", from_, message->partition, message->offset,
                                        published.error().found, published.error().where);
    } else if (!published.value().verdict) {
      ++without_story_;
    } else if (auto outcome = rebuilding.add(std::move(published.value())); !outcome) {
      return outcome;
    }
    progress.tick([&] {
      return fmt::format("{} of {} records, {:.0f} %, {}/s", grouped(records_),
                         grouped(static_cast<std::uint64_t>(history_->expected())),
                         100.0 * static_cast<double>(records_) /
                             static_cast<double>(std::max<std::int64_t>(history_->expected(), 1)),
                         rate(records_, progress.seconds()));
    });
  }
  if (auto outcome = rebuilding.finish(); !outcome) return outcome;
  counts_ = rebuilding.counts();
  progress.wipe();
  std::cout << fmt::format("{} records in {:.1f} s ({}/s): {} articles written, {} were in the log\n",
                           grouped(records_), progress.seconds(), rate(records_, progress.seconds()),
                           grouped(counts_.written), grouped(counts_.there));
  return {};
}

Outcome Rebuild::let_in() { return group_.mark(offsets_, dedup_->mark()); }

int Rebuild::run(bool yes) {
  if (auto outcome = look(); !outcome) return explain_outcome(outcome);
  for (const std::string& sentence : refused_) std::cerr << "newsmill: " << sentence << '\n';
  if (!refused_.empty()) return kConfiguration;
  if (!members_.empty()) return refuse_members();
  if (!agreed(yes)) {
    std::cerr << "nothing was changed\n";
    return kOk;
  }
  bool begun = false;
  for (const auto step : {&Rebuild::keep_out, &Rebuild::open_log, &Rebuild::write, &Rebuild::let_in}) {
    const Outcome outcome = (this->*step)();
    if (outcome) {
      begun = true;
      continue;
    }
    if (begun) std::cerr << "newsmill: the log is not whole yet, and instances wait; run this again\n";
    if (outcome.fate != Fate::abort) return explain_outcome(outcome);
    group_.members(members_);
    return refuse_members();
  }
  if (without_story_ > 0)
    std::cerr << fmt::format("{} records have no story: dedup was switched off when they were written\n",
                             grouped(without_story_));
  if (counts_.past > 0)
    std::cerr << fmt::format("{} articles came in before the window, which has gone on without them\n",
                             grouped(counts_.past));
  if (counts_.unlike > 0)
    std::cerr << fmt::format("warning: {} articles have another verdict in the log than the one that was published; "
                             "the log's stays\n", grouped(counts_.unlike));
  if (unreadable_ > 0)
    std::cerr << fmt::format("warning: {} records are not of newsmill, the first {}\n", grouped(unreadable_),
                             first_unreadable_);
  return kOk;
}

}  // namespace

int dedup_rebuild(const Globals& globals, const std::string& from, bool yes) {
  const auto configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  if (!configuration->loaded.settings.dedup.enabled) {
    std::cerr << "newsmill: dedup.enabled is false, so no instance uses a dedup log\n  hint: switch it on first, then "
                 "make the log anew\n";
    return kConfiguration;
  }
  if (!yes && !isatty(STDIN_FILENO)) {
    std::cerr << "newsmill: rebuild asks first, and standard input is no terminal\n  hint: look with `newsmill dedup "
                 "status`, then add --yes\n";
    return kUsage;
  }
  return Rebuild(*configuration, from).run(yes);
}

}  // namespace newsmill::cli
