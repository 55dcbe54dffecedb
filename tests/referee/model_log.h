#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "consumer/dedup_log.h"
#include "processors/dedup/referee.h"

namespace newsmill::test {

using LogMessage = std::variant<dedup::FingerprintMessage, dedup::VerdictsMessage>;

/// A build of the program and its settings.
struct ModelBuild {
  dedup::RefereeRules rules;
  /// Compares texts in another way: of half of all articles it sees a third of the text changed, so
  /// that it proposes other verdicts and other similarities than the rest of the fleet.
  bool other_judge = false;

  template <class Referee>
  dedup::Referee::Applied apply(Referee& referee, const LogMessage& message, dedup::LogOffset offset,
                                std::int64_t append_ms) const;
};

/// A verdict, short enough to keep a million of them.
struct Said {
  std::uint64_t hash = 0;   ///< of all of it; 0 = nothing was said
  std::uint64_t story = 0;  ///< ident
};
Said said_of(const Verdict& verdict);

/// The dedup log of a model: what is in it, what retention has left, and for each build a referee that
/// has never stopped, from which comes what the log says of every delivery.
class ModelLog {
 public:
  struct Entry {
    std::int64_t append_ms;
    LogMessage message;
  };
  static constexpr std::int64_t kMarginMs = 3'600'000;

  /// `builds` live as long as this.
  explicit ModelLog(const std::vector<ModelBuild>& builds);

  /// `sender`: of one process's life, or kNobody.
  static constexpr std::uint64_t kNobody = ~std::uint64_t{0};
  dedup::LogOffset append(LogMessage message, std::int64_t now_ms, std::uint64_t sender);
  dedup::LogOffset end() const { return first_ + static_cast<dedup::LogOffset>(entries_.size()); }
  const Entry& at(dedup::LogOffset offset) const { return entries_[static_cast<std::size_t>(offset - first_)]; }
  /// Where whoever starts now begins: the last append − R − the margin, by `build`'s window.
  dedup::LogOffset start(std::size_t build) const;
  std::int64_t last_append_ms() const { return entries_.empty() ? 0 : entries_.back().append_ms; }

  const dedup::Referee& observer(std::size_t build) const { return *observers_[build]; }
  /// What the log says of a delivery, to those of `build`: the verdict of its latest F that has one.
  struct Of {
    Said said;
    dedup::LogOffset offset = -1;  ///< of the F
  };
  Of said(std::size_t build, const Fingerprint::Delivery& delivery) const;

  struct Counts {
    std::uint64_t fingerprints = 0, verdicts = 0;         ///< messages
    std::uint64_t known = 0, late = 0, lost = 0, foreign = 0;  ///< without effect, to the first build
    /// V's that name what several processes have appended, and those that rest on a verdict which was not in
    /// the log.
    std::uint64_t unsound = 0;
    /// V's that name what their sender's predecessor had under way when the sender appended it too: of one
    /// moment, so that no log begins between them.
    std::uint64_t with_twins = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  struct Placed {
    Fingerprint::Delivery delivery;
    std::uint64_t ident, sender;
    std::int64_t append_ms;
  };
  void note(std::size_t build, const dedup::VerdictsMessage& message);
  void look_at(const dedup::VerdictsMessage& message, std::uint64_t sender);

  const std::vector<ModelBuild>& builds_;
  std::deque<Entry> entries_;
  dedup::LogOffset first_ = 1000;
  std::int64_t append_ms_ = 0;
  std::vector<std::unique_ptr<dedup::Referee>> observers_;
  /// By build, input partition and offset; and what is known of the F's.
  std::vector<std::vector<std::vector<Of>>> said_;
  std::unordered_map<dedup::LogOffset, Placed> placed_;
  std::unordered_set<std::uint64_t> opened_;  // idents of stories whose first member has said so
  Counts counts_;
};

/// One process's end of the log: what is appended goes into `send`, and comes back with apply_to().
class ModelTail final : public consumer::DedupLog {
 public:
  struct Request {
    std::vector<LogMessage> messages;
    std::shared_ptr<consumer::Receipt> receipt;
  };
  enum class Fault { none, retry, rebuild, sent };  ///< sent: and whoever did so cannot know

  struct Outside {
    std::function<std::int64_t()> wall_ms;  ///< this host's clock
    std::function<Fault()> fault;
    std::function<void(Request)> send;
  };

  /// Replays what retention has left, up to the end.
  ModelTail(const ModelLog& log, const ModelBuild& build, std::size_t number, Outside outside);

  /// Applies everything before `end`.
  void apply_to(dedup::LogOffset end);
  dedup::LogOffset next() const { return next_; }
  bool read_from_a_cut() const { return from_a_cut_; }

  consumer::Outcome catch_up() override;
  consumer::Outcome append(std::span<const Fingerprint* const> articles,
                           std::shared_ptr<consumer::Receipt>& receipt) override;
  consumer::Outcome append(std::span<const dedup::DecidedFingerprint> verdicts,
                           std::shared_ptr<consumer::Receipt>& receipt) override;
  std::string mark() const override { return {}; }
  Status status() const override { return {}; }
  consumer::SharedReferee& referee() override { return referee_; }

 private:
  consumer::Outcome send(Request request, std::shared_ptr<consumer::Receipt>& receipt);

  const ModelLog& log_;
  const ModelBuild& build_;
  const Outside outside_;
  dedup::LogOffset next_;
  bool from_a_cut_ = false;
  std::optional<dedup::LogOffset> asked_end_;
  consumer::SharedReferee referee_;
};

}  // namespace newsmill::test
