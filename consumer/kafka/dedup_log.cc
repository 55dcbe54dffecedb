#include "consumer/kafka/dedup_log.h"

#include <algorithm>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "consumer/kafka/events.h"
#include "consumer/kafka/fate.h"
#include "consumer/kafka/group_marks.h"
#include "consumer/kafka/log_mark.h"
#include "consumer/kafka/log_tail.h"
#include "consumer/kafka/log_writer.h"
#include "processors/dedup/log_codec.h"

namespace newsmill::kafka {
namespace {

using consumer::Receipt;
using dedup::LogOffset;
using dedup::Referee;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStep{2'000};    // of a question to the broker
constexpr milliseconds kWait{500};      // of catch_up()
constexpr milliseconds kFresh{1'000};   // how long committed marks count as read
constexpr std::chrono::seconds kLate{30}, kTooLate{120};  // for what was appended to come back
constexpr std::chrono::seconds kTryClock{10};
constexpr unsigned kHeldUp = 2;  // appends that came late one after the other: it is the clock, not a pause

dedup::LogId random_id() {
  std::random_device device;
  dedup::LogId id = 0;
  while (id == 0) id = (static_cast<dedup::LogId>(device()) << 32) | device();
  return id;
}

std::string seconds_of(steady_clock::duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

class KafkaDedupLog final : public consumer::DedupLog {
 public:
  KafkaDedupLog(const config::Settings& settings, consumer::Logger& log, std::function<std::int64_t()> now_ms,
                Marks marks)
      : settings_(settings), now_ms_(std::move(now_ms)), compare_(marks == Marks::compared), contact_(log),
        referee_(consumer::referee_rules(settings.dedup)),
        marks_(settings, contact_, &link_),
        tail_(settings, contact_, link_, referee_,
              {[this](dedup::LogId& id) { return committed_log(id); },
               [this](LogOffset applied) { advanced(applied); }, [this] { ended(); }}),
        writer_(settings, contact_, link_, [this](const LogWriter::Answer& answer) { answered(answer); },
                [this] { referee_.wake(); }) {}

  Outcome catch_up() override;
  Outcome append(std::span<const Fingerprint* const> articles, std::shared_ptr<Receipt>& receipt) override;
  Outcome append(std::span<const dedup::DecidedFingerprint> verdicts, std::shared_ptr<Receipt>& receipt) override;
  std::string mark() const override;
  Status status() const override;
  consumer::SharedReferee& referee() override { return referee_; }

 private:
  /// What the broker has acknowledged and the tail has not applied yet.
  struct Acknowledged {
    LogOffset offset;
    steady_clock::time_point when;
    std::shared_ptr<Receipt> receipt;
  };
  Outcome compare();
  Outcome committed_log(dedup::LogId& id);
  Outcome usable();
  Outcome found(const Fingerprint& first, std::int64_t clock, std::int64_t now);
  void answered(const LogWriter::Answer& answer);
  void advanced(LogOffset applied);
  void ended();
  void told(const Outcome& outcome);
  dedup::LogId id() const;
  std::string clock_trouble() const;
  std::string unanswered(steady_clock::duration& since) const;

  const config::Settings settings_;
  const std::function<std::int64_t()> now_ms_;
  const bool compare_;
  Contact contact_;
  consumer::Link link_;
  mutable consumer::SharedReferee referee_;

  std::mutex marks_mutex_;  ///< of what follows
  GroupMarks marks_;
  std::optional<steady_clock::time_point> compared_;

  std::mutex append_mutex_;  ///< of what follows: one append at a time
  LogMessages messages_;
  dedup::VerdictsMessage verdicts_;
  const dedup::LogId own_id_ = random_id();
  std::shared_ptr<Receipt> founding_;  ///< of the F that was sent ahead
  std::optional<steady_clock::time_point> tried_clock_;

  mutable std::mutex mutex_;  ///< of what follows
  std::deque<Acknowledged> acknowledged_;
  std::string why_ = "the dedup log has not been compared with what is committed yet";
  bool caught_up_ = false, ended_ = false;
  unsigned late_ = 0;          ///< appends in a row that came too late to have an effect
  std::int64_t behind_ms_ = 0;  ///< the clock of this host, at the last of them
  std::uint64_t own_late_ = 0;
  // How long something has not come back counts from here: as last seen by status().
  mutable std::uint64_t breaks_ = 0;
  mutable steady_clock::time_point disturbed_;

  // Their threads use all that is above them.
  LogTail tail_;
  LogWriter writer_;
};

Outcome KafkaDedupLog::catch_up() {
  const LogOffset before = tail_.position();
  Outcome outcome = tail_.state();
  LogOffset end = -1;
  if (outcome) outcome = tail_.end_now(end, kStep);
  if (outcome && end < before) {
    tail_.suspect();  // the log ends before what was read of it
    outcome = {Fate::retry, "the dedup log is shorter than it was; looking whether it is still the same"};
  }
  if (outcome && !referee_.wait_until([&](const Referee&, LogOffset) { return tail_.position() >= end; }, kWait))
    outcome = {Fate::retry, "the dedup log is read up to offset " + std::to_string(tail_.position()) + " of " +
                                std::to_string(end)};
  if (outcome) outcome = compare();
  told(outcome);
  return outcome;
}

// Whether it is the log that the group's offsets rest on.
Outcome KafkaDedupLog::compare() {
  if (!compare_) return {};
  const std::lock_guard lock(marks_mutex_);
  const auto now = steady_clock::now();
  if (compared_ && now - *compared_ < kFresh) return {};
  std::vector<LogMark> marks;
  if (auto outcome = marks_.read(marks); !outcome) return outcome;
  // After the marks: the others commit and append all the time.
  LogOffset end = -1;
  if (auto outcome = tail_.end_now(end, kStep); !outcome) return outcome;
  if (auto why = why_not_this_log(marks, {id(), end}, settings_.dedup.topic)) return {Fate::rebuild, std::move(*why)};
  compared_ = now;
  return {};
}

Outcome KafkaDedupLog::committed_log(dedup::LogId& id) {
  if (!compare_) return {};
  const std::lock_guard lock(marks_mutex_);
  std::vector<LogMark> marks;
  if (auto outcome = marks_.read(marks); !outcome) return outcome;
  for (const LogMark& mark : marks)
    if (mark.log != 0) id = mark.log;
  return {};
}

void KafkaDedupLog::told(const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  why_ = outcome.reason;
  if (outcome) caught_up_ = true;
}

dedup::LogId KafkaDedupLog::id() const {
  return referee_.ask([](const Referee& referee) { return referee.log_id(); });
}

Outcome KafkaDedupLog::usable() {
  if (auto outcome = tail_.state(); !outcome) return outcome;
  const std::lock_guard lock(mutex_);
  if (late_ < kHeldUp) return {};
  // Every attempt leaves a message without effect in the log.
  if (tried_clock_ && steady_clock::now() - *tried_clock_ < kTryClock) return {Fate::retry, clock_trouble()};
  tried_clock_ = steady_clock::now();
  return {};
}

// The log's name is that of its first F: until there is one, nobody knows whose that will be, and what bears
// another name counts for nothing.
Outcome KafkaDedupLog::found(const Fingerprint& first, std::int64_t clock, std::int64_t now) {
  const LogOffset sent = founding_ ? founding_->offset() : Receipt::kFailed;
  if (sent == Receipt::kFailed || (sent != Receipt::kPending && tail_.position() > sent)) {
    messages_.clear();
    dedup::encode(dedup::FingerprintMessage{first, clock, now, own_id_}, messages_.bytes());
    messages_.next();
    founding_.reset();
    if (auto outcome = writer_.append(messages_, now, founding_); !outcome) return outcome;
  }
  referee_.wait_until(
      [this](const Referee& referee, LogOffset) { return referee.log_id() != 0 || founding_->failed(); }, kWait);
  return {};
}

Outcome KafkaDedupLog::append(std::span<const Fingerprint* const> articles, std::shared_ptr<Receipt>& receipt) {
  if (articles.empty()) return {};
  const std::lock_guard lock(append_mutex_);
  if (auto outcome = usable(); !outcome) return outcome;
  const std::int64_t now = now_ms_();
  const auto look = [this] {
    return referee_.ask([](const Referee& referee) { return std::pair(referee.log_id(), referee.clock_ms()); });
  };
  auto [log, clock] = look();
  if (log == 0) {
    if (auto outcome = found(*articles.front(), clock, now); !outcome) return outcome;
    std::tie(log, clock) = look();
    if (log == 0) return {Fate::retry, "the dedup log is new and its first message has not come back yet"};
  }
  messages_.clear();
  for (const Fingerprint* article : articles) {
    dedup::encode(dedup::FingerprintMessage{*article, clock, now, log}, messages_.bytes());
    messages_.next();
  }
  return writer_.append(messages_, now, receipt);
}

Outcome KafkaDedupLog::append(std::span<const dedup::DecidedFingerprint> verdicts, std::shared_ptr<Receipt>& receipt) {
  if (verdicts.empty()) return {};
  const std::lock_guard lock(append_mutex_);
  if (auto outcome = usable(); !outcome) return outcome;
  verdicts_.verdicts.assign(verdicts.begin(), verdicts.end());
  verdicts_.sent_ms = now_ms_();
  verdicts_.log = id();
  messages_.clear();
  dedup::encode(verdicts_, messages_.bytes());
  messages_.next();
  return writer_.append(messages_, verdicts_.sent_ms, receipt);
}

// On the writer's thread.
void KafkaDedupLog::answered(const LogWriter::Answer& answer) {
  const std::lock_guard lock(mutex_);
  const std::int64_t late = answer.append_ms < 0 ? 0 : answer.append_ms - answer.sent_ms;
  if (ended_) {
    answer.receipt->fail();
  } else if (late > Referee::kLatestMs) {
    // Without effect. It may have waited for a broker; when not, this host stood still or its clock is wrong.
    own_late_ += answer.messages;
    if (late - answer.waited_ms > Referee::kLatestMs) ++late_;
    behind_ms_ = late - answer.waited_ms;
    answer.receipt->fail();
    contact_.log().warning("dedup-late", "what was appended to the dedup log came too late and is appended again",
                           {{"milliseconds", late}, {"waited", answer.waited_ms}});
  } else {
    late_ = 0;
    if (answer.append_ms >= 0 && late < -Referee::kLatestMs)
      contact_.log().warning("dedup-clock", "the clock of this host is ahead of the broker's; set both by NTP",
                             {{"seconds", -late / 1'000}});
    if (tail_.position() <= answer.offset)
      acknowledged_.push_back({answer.offset, steady_clock::now(), answer.receipt});
  }
}

// On the tail's thread.
void KafkaDedupLog::advanced(LogOffset applied) {
  const std::lock_guard lock(mutex_);
  while (!acknowledged_.empty() && acknowledged_.front().offset <= applied) acknowledged_.pop_front();
}

// Nothing that is waited for will ever be applied.
void KafkaDedupLog::ended() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  for (const Acknowledged& row : acknowledged_) row.receipt->fail();
  acknowledged_.clear();
}

std::string KafkaDedupLog::mark() const {
  const dedup::LogId log = id();
  LogOffset applied = tail_.position() - 1;
  // What is acknowledged is in the log as well: the own verdicts, mostly. A log that ends before them has lost some.
  if (const std::lock_guard lock(mutex_); !acknowledged_.empty())
    applied = std::max(applied, acknowledged_.back().offset);
  return log == 0 || applied < 0 ? std::string() : mark_text({log, applied, false});
}

std::string KafkaDedupLog::clock_trouble() const {
  return "the clock of this host is " + std::to_string((behind_ms_ + 30'000) / 60'000) +
         " min behind the broker's, so that what it appends to the dedup log counts as too late; set it by NTP";
}

// What has been sent or acknowledged for long and has not come back, though the broker answers.
std::string KafkaDedupLog::unanswered(steady_clock::duration& since) const {
  const auto now = steady_clock::now();
  if (!acknowledged_.empty()) {
    since = now - std::max(acknowledged_.front().when, disturbed_);
    if (since >= kLate)
      return "offset " + std::to_string(acknowledged_.front().offset) + " of the dedup log was acknowledged " +
             seconds_of(since) + " ago and has not been read";
  }
  if (const auto sent = writer_.waiting_since(); sent && now - std::max(*sent, disturbed_) >= kLate) {
    since = now - std::max(*sent, disturbed_);
    return "what was appended to the dedup log " + seconds_of(since) +
           " ago is not acknowledged; are enough replicas in sync?";
  }
  return {};
}

consumer::DedupLog::Status KafkaDedupLog::status() const {
  Status status;
  tail_.fill(status);
  status.id = id();
  const Outcome state = tail_.state();
  const std::lock_guard lock(mutex_);
  if (const auto breaks = link_.breaks(); !link_.is_up() || breaks != breaks_) {
    breaks_ = breaks;
    disturbed_ = steady_clock::now();
  }
  status.caught_up = caught_up_;
  status.own_late = own_late_;
  const bool away = !link_.is_up() && (state || state.fate == Fate::retry);
  status.why = away ? "no broker answers: " + link_.why() : !state ? state.reason : why_;
  status.dead = tail_.dead();
  if (!status.why.empty()) return status;
  if (late_ >= kHeldUp) {
    status.why = clock_trouble();
    return status;
  }
  steady_clock::duration since{};
  status.why = unanswered(since);
  status.dead = !status.why.empty() && since >= kTooLate;
  return status;
}

}  // namespace

std::unique_ptr<consumer::DedupLog> open_dedup_log(const config::Settings& settings, consumer::Logger& log,
                                                   std::function<std::int64_t()> now_ms, Marks marks) {
  return std::make_unique<KafkaDedupLog>(settings, log, std::move(now_ms), marks);
}

}  // namespace newsmill::kafka
