#include "consumer/kafka/log_tail.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "consumer/kafka/fate.h"
#include "consumer/kafka/topics.h"
#include "processors/dedup/referee.h"

namespace newsmill::kafka {
namespace {

using dedup::LogOffset;
using dedup::Referee;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTick{100};       // how soon an end is noticed
constexpr milliseconds kPause{500};      // between two attempts to open or to find the log
constexpr std::chrono::seconds kAnswer{10};  // for the last message to come once more
// A broker that starts again may not know its topics for a moment.
constexpr int kMissing = 10;

/// 1234567 → "1,234,567".
std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

}  // namespace

LogTail::LogTail(const config::Settings& settings, Contact& contact, consumer::Link& link,
                 consumer::SharedReferee& referee, Calls calls)
    : settings_(settings), contact_(contact), link_(link), referee_(referee), calls_(std::move(calls)) {
  thread_ = std::thread([this] { run(); });
}

LogTail::~LogTail() {
  stopping_ = true;
  thread_.join();
}

void LogTail::run() {
  while (!stopping_ && !ended_ && !opened_) {
    Outcome outcome = open();
    if (outcome) break;
    if (outcome.fate == Fate::stop) end(std::move(outcome), false);
    else set(std::move(outcome)), rest(kPause);
  }
  while (!stopping_ && !ended_) step();
}

void LogTail::rest(milliseconds time) const {
  for (; time > milliseconds(0) && !stopping_; time -= kTick) std::this_thread::sleep_for(kTick);
}

Outcome LogTail::open() {
  if (auto outcome = check_dedup_topic(settings_, contact_, link_); !outcome) return outcome;
  breaks_ = link_.breaks();
  std::unique_ptr<DedupLogReader> reader;
  if (auto outcome = DedupLogReader::open(settings_, contact_, link_, DedupLogReader::From::window, reader); !outcome)
    return outcome;
  dedup::LogId id = reader->newest_id();
  // Retention has taken all of it. It is still the log that the others know by its name.
  if (id == 0 && reader->start() > 0)
    if (auto outcome = calls_.committed_log(id); !outcome) return outcome;
  if (id != 0) referee_.ask([id](Referee& referee) { referee.expect(id); });
  reader_ = std::move(reader);
  position_ = start_ = reader_->start();
  end_at_open_ = end_ = reader_->end();
  {
    const std::lock_guard lock(mutex_);
    began_ = steady_clock::now();
  }
  opened_ = true;
  go_on();
  return {};
}

void LogTail::step() {
  const std::size_t fetched = reader_->fetch(kTick);
  if (stopping_) return;
  if (reader_->failure()) return recover(*reader_->failure());
  // What was fetched across a disturbance is not looked at: it may be another log's.
  if (suspected_ || (fetched > 0 && link_.breaks() != breaks_))
    return recover({Fate::retry, "looking whether the dedup log is still the same after a disturbance"});
  const LogOffset before = position_;
  if (fetched > 0) apply();
  else if (position_ < reader_->position()) position_ = reader_->position(), referee_.wake();
  end_ = reader_->last_end();
  if (refused_) return end(*refused_, false);
  if (before < end_at_open_ && position_ >= end_at_open_) go_on();
}

void LogTail::apply() {
  std::optional<LogMessage> last;
  referee_.apply_all([&](Referee& referee) -> std::optional<LogOffset> {
    reader_->for_each([&](const LogMessage& message) {
      if (refused_) return;
      apply(message, referee);
      if (!refused_) last = message;
    });
    if (!last) return std::nullopt;
    applied_ = last->offset;
    position_ = refused_ ? last->offset + 1 : reader_->position();  // before those who wait are woken
    return last->offset;
  });
  if (!last) return;
  if (!last_) last_.emplace();
  last_->offset = last->offset;
  last_->append_ms = last->append_ms;
  last_->bytes.assign(last->bytes);
  told();
  calls_.advanced(applied_);
}

void LogTail::told() {
  if (garbage_at_ >= 0)
    contact_.log().warning("dedup-garbage",
                           "a message of the dedup log is none and was passed over: who else writes there?",
                           {{"topic", settings_.dedup.topic}, {"offset", garbage_at_}, {"found", garbage_},
                            {"so_far", counts_.skipped}});
  garbage_at_ = -1;
  const std::lock_guard lock(mutex_);
  told_ = counts_;
}

void LogTail::apply(const LogMessage& message, Referee& referee) {
  const auto where = [&] {
    return "offset " + std::to_string(message.offset) + " of the dedup log \"" + settings_.dedup.topic + "\"";
  };
  if (!message.appended && message.offset >= end_at_open_) {
    refused_ = {Fate::stop, where() + " bears its sender's time, not the log's: message.timestamp.type is not "
                                    "LogAppendTime any more; run `newsmill kafka apply`, then start again"};
    return;
  }
  const dedup::Decoded decoded = dedup::decode(message.bytes);
  auto applied = Referee::Applied::taken;
  if (const auto* const fingerprint = std::get_if<dedup::FingerprintMessage>(&decoded)) {
    applied = referee.apply(*fingerprint, message.offset, message.append_ms);
    referee_.note(*fingerprint, message.offset, message.append_ms, applied);
    ++counts_.fingerprints;
  } else if (const auto* const verdicts = std::get_if<dedup::VerdictsMessage>(&decoded)) {
    applied = referee.apply(*verdicts, message.offset, message.append_ms);
    referee_.note(*verdicts, message.offset, message.append_ms, applied);
    ++counts_.verdicts;
  } else if (const auto* const newer = std::get_if<dedup::NewerVersion>(&decoded)) {
    refused_ = {Fate::stop, where() + " is of version " + std::to_string(newer->major) +
                                ", which this build cannot read: an instance of a newer newsmill writes to the log; "
                                "upgrade this one"};
    return;
  } else {
    ++counts_.skipped;
    if (garbage_at_ < 0) garbage_at_ = message.offset, garbage_ = std::get<dedup::Garbage>(decoded).found;
  }
  counts_.add(applied);
}

// Until it is known whether the log is still the one that was applied.
void LogTail::recover(Outcome why) {
  contact_.log().debug("dedup-log", "looking at the dedup log again", {{"reason", why.reason}});
  set({Fate::retry, why.reason});
  for (int missing = 0; !stopping_;) {
    const std::uint64_t breaks = link_.breaks();
    suspected_ = false;
    Outcome outcome = reader_->exists();
    if (outcome) outcome = same_log();
    else if (outcome.fate == Fate::rebuild && !reader_->forbidden() && ++missing < kMissing) outcome.fate = Fate::retry;
    if (outcome) {
      breaks_ = breaks;
      return go_on();
    }
    if (outcome.fate != Fate::retry && !reader_->forbidden()) return end({Fate::rebuild, outcome.reason}, true);
    set(std::move(outcome));
    rest(kPause);
  }
}

// Reads the last message once more. `rebuild`: there is another one, or none.
Outcome LogTail::same_log() {
  const std::string topic = "the dedup log \"" + settings_.dedup.topic + "\"";
  if (auto outcome = reader_->read_from(last_ ? last_->offset : position_.load()); !outcome) return outcome;
  for (const auto deadline = steady_clock::now() + kAnswer; steady_clock::now() < deadline && !stopping_;) {
    const std::size_t fetched = reader_->fetch(kTick);
    if (reader_->failure()) return *reader_->failure();
    if (!last_ && (fetched > 0 || reader_->at_end())) return reader_->read_from(position_);
    if (fetched == 0 && !reader_->at_end()) continue;
    bool same = false;
    LogOffset found = -1;
    reader_->for_each([&](const LogMessage& message) {
      if (std::exchange(found, message.offset) < 0)
        same = message.offset == last_->offset && message.append_ms == last_->append_ms &&
               message.bytes == last_->bytes;
    });
    if (!same)
      return {Fate::rebuild, topic + " holds another message at offset " + std::to_string(last_->offset) +
                                 " than was read there: it was made anew or has lost its end"};
    return reader_->read_from(last_->offset + 1);
  }
  return {Fate::retry, topic + " does not answer" + (link_.is_up() ? std::string() : " (" + link_.why() + ")")};
}

void LogTail::set(Outcome state) {
  const std::lock_guard lock(mutex_);
  state_ = std::move(state);
}

void LogTail::go_on() {
  bool first = false;
  double seconds = 0;
  {
    const std::lock_guard lock(mutex_);
    const bool read = position_ >= end_at_open_;
    state_ = {read ? Fate::done : Fate::retry, {}};
    first = read && replay_seconds_ == 0;
    if (first) seconds = replay_seconds_ = std::chrono::duration<double>(steady_clock::now() - began_).count();
  }
  referee_.wake();
  if (first)
    contact_.log().info("dedup-log", "the dedup log is read",
                        {{"topic", settings_.dedup.topic}, {"from", start_.load()}, {"to", end_at_open_.load()},
                         {"seconds", seconds}});
}

void LogTail::end(Outcome why, bool dead) {
  contact_.log().error("dedup-log", "the dedup log cannot be used any more: " + why.reason);
  {
    const std::lock_guard lock(mutex_);
    state_ = std::move(why);
    dead_ = dead;
  }
  ended_ = true;
  calls_.ended();
  referee_.wake();
}

Outcome LogTail::state() const {
  const std::lock_guard lock(mutex_);
  if (state_.fate == Fate::retry && state_.reason.empty()) return {Fate::retry, progress()};
  return state_;
}

bool LogTail::dead() const {
  const std::lock_guard lock(mutex_);
  return dead_;
}

std::string LogTail::progress() const {
  const std::int64_t all = end_at_open_ - start_, done = position_ - start_;
  std::string text = "reading the dedup log: " + grouped(done) + " of " + grouped(all) + " messages";
  const double seconds = std::chrono::duration<double>(steady_clock::now() - began_).count();
  if (done > 0 && seconds > 0.5)
    text += ", about " + std::to_string(static_cast<std::int64_t>(seconds / static_cast<double>(done) *
                                                                  static_cast<double>(all - done)) + 1) + " s";
  return text;
}

Outcome LogTail::end_now(LogOffset& end, milliseconds wait) const {
  if (!opened_) {
    Outcome outcome = state();
    return outcome ? Outcome{Fate::retry, "the dedup log is not open yet"} : outcome;
  }
  return reader_->end_now(end, wait);
}

void LogTail::fill(consumer::DedupLog::Status& status) const {
  status.applied = applied_;
  status.end = end_;
  const std::lock_guard lock(mutex_);
  static_cast<consumer::DedupLog::Counts&>(status) = told_;
  status.replay_seconds = replay_seconds_;
  if (opened_ && replay_seconds_ == 0)
    status.replay_seconds = std::chrono::duration<double>(steady_clock::now() - began_).count();
}

}  // namespace newsmill::kafka
