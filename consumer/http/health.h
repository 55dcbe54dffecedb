#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace newsmill::consumer {

/// What must be ready before the process counts as ready; also the values of the metric label
/// `component`. In the order in which a start goes through them.
enum class Component : std::uint8_t {
  config,   ///< settings and knowledge are read
  kafka,    ///< a broker answers
  topics,   ///< the topics exist and keep the contract
  dedup,    ///< the dedup log is applied, so that stories can be decided
  lane,     ///< partitions are assigned and being worked on
  service,  ///< started and not told to stop
  count_,
};
std::string_view component_name(Component component);

/// Readiness with reasons, and liveness. Ready (`/readyz`) = every part is ready. Alive (`/livez`) =
/// every part that ever beat has beaten within the limit, or says that it waits for Kafka: a broker
/// outage must not make an orchestrator restart every instance.
///
/// Thread-safe. Every component has one part from the start, not ready with the reason "starting";
/// more (a second lane) come by add(). Parts live as long as the Health.
class Health {
 public:
  using Clock = std::chrono::steady_clock;
  using Now = std::function<Clock::time_point()>;

  /// One of the things that must be ready. Thread-safe.
  class Part {
   public:
    Part(const Now& now, Component component, std::string name);
    void ready();
    /// `reason`: words for the operator; what is wrong and, where known, what to do.
    void not_ready(std::string_view reason);
    /// What the operator should know although articles flow: shown beside the state, changes none of it.
    /// Empty takes it away.
    void note(std::string_view words);
    /// Once per turn of the part's loop; a relaxed store, about 25 ns with the clock.
    void beat();
    /// From here to the next beat() silence is no sign of death: the part waits for Kafka for as long as it takes.
    void waits();

   private:
    friend class Health;
    const Now& now_;
    const Component component_;
    const std::string name_;
    std::atomic<Clock::rep> beaten_;
    mutable std::mutex mutex_;
    bool ready_ = false;
    std::string reason_ = "starting", note_;
    Clock::time_point since_;
  };

  explicit Health(std::chrono::seconds silence = kSilence, Now now = Clock::now);
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;

  Part& part(Component component);
  Part& add(Component component, std::string name);

  struct PartState {
    Component component;
    std::string name;
    bool ready;
    std::string reason;         ///< empty when ready
    std::string note;           ///< what to know besides; mostly empty
    std::chrono::seconds age;   ///< since it became so
  };
  struct Readiness {
    bool ready;
    std::vector<PartState> parts;
  };
  Readiness readiness() const;
  bool ready(Component component) const;

  struct Liveness {
    bool alive;
    std::string reason;  ///< which part is silent and for how long; empty when alive
  };
  Liveness liveness() const;

  /// Longer than the longest turn of a lane's loop that does not wait for Kafka, shorter than the
  /// two minutes after which the lane's own watchdog ends the process.
  static constexpr std::chrono::seconds kSilence{60};

 private:
  const std::chrono::seconds silence_;
  const Now now_;
  mutable std::mutex mutex_;  ///< guards the growth of parts_
  std::deque<Part> parts_;    ///< a deque keeps references stable
};

}  // namespace newsmill::consumer
