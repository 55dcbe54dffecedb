#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace newsmill::consumer {

/// Places between two calls of a transaction at which a test may kill or freeze the process: the
/// moments at which an exactly-once loop goes wrong and that random kills hardly ever hit. In the order
/// in which articles pass them.
enum class Failpoint : std::uint8_t {
  after_fingerprints,  ///< F's are handed to the dedup log, which has not answered yet
  after_applied,       ///< F's of a transaction have come back, nothing is decided
  after_verdicts,      ///< its V is handed over, the transaction not begun
  after_produce, before_send_offsets, after_send_offsets,
  before_confirm,      ///< the transaction waits for its own V
  before_commit, after_commit, in_revoke, count_,
};
/// "after-produce" and so on.
std::string_view failpoint_name(Failpoint point);

/// The environment variable NEWSMILL_FAILPOINT arms one place: NAME[@N][:kill|stop] acts when NAME
/// is passed the Nth time (default 1, counted over all lanes) with SIGKILL (default) or SIGSTOP to
/// the process itself. Compiled into every build, so that what is tested is what runs; not armed, a
/// pass is one load and one branch.
class Failpoints {
 public:
  using Act = std::function<void(int signal)>;

  Failpoints() = default;
  /// Arms by `text`; empty = nothing armed. Throws std::invalid_argument, whose message names what
  /// is known, for anything else. `act` takes the place of sending the signal in tests.
  explicit Failpoints(std::string_view text, Act act = {});

  bool armed() const { return point_ != Failpoint::count_; }
  void pass(Failpoint point) {
    if (point == point_) [[unlikely]] hit();
  }

 private:
  void hit();

  Failpoint point_ = Failpoint::count_;
  std::uint64_t nth_ = 1;
  int signal_ = 0;
  Act act_;
  std::atomic<std::uint64_t> passed_{0};
};

}  // namespace newsmill::consumer
