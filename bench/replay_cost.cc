// What a start costs: a process that knows nothing reads the dedup log from a window and a margin back, decodes every
// message and applies it. One thread, as the log's reader is; the bytes are in memory, so Kafka comes on top.
//   replay_cost DATA [LIVE] [BATCH]
// LIVE articles are in the window of 72 h in the end (15,000,000 = 5 million a day, which takes 8 GB; default
// 1,000,000), after 97 h of log were read. BATCH fingerprints go into one message of verdicts (default 6: at 5 million
// a day an instance that commits every 100 ms). The log is written meanwhile by a referee that decides: articles of
// bench-20k after the real steps, again and again with other ids, keys and texts, copies up to 16 × 20,000 apart.
//   replay_messages, replay_{f,v}_bytes        bytes of F and V for an article, as appended
//   replay_write_us                            an article at its owner: applied, decided, both encoded
//   replay_us_per_article                      decoded and applied, F and V
//   replay_seconds, replay_20m_seconds         of this run; of 20 M articles at this pace
//   replay_bytes_per_live_article              memory of the state
//   replay_rss_mb                              of the whole process at its largest
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "bench/corpus.h"
#include "bench/cpu_clock.h"
#include "bench/log_owner.h"
#include "bench/ready_articles.h"
#include "processors/dedup/log_codec.h"
#include "processors/dedup/referee.h"

namespace newsmill::bench {
namespace {

using dedup::Referee;

constexpr double kReplayed = 97.0 / 72;  // windows: R and an hour
constexpr std::int64_t kStart = 1'700'000'000'000;

/// Decodes and applies all of it; throws when a message has no effect.
void read(const Stretch& stretch, Referee& referee) {
  std::size_t begin = 0;
  for (const Stretch::Message& message : stretch.messages) {
    const dedup::Decoded decoded = dedup::decode(std::string_view(stretch.bytes).substr(begin, message.end - begin));
    begin = message.end;
    auto applied = Referee::Applied::foreign;
    if (const auto* print = std::get_if<dedup::FingerprintMessage>(&decoded))
      applied = referee.apply(*print, message.offset, message.append_ms);
    else if (const auto* verdicts = std::get_if<dedup::VerdictsMessage>(&decoded))
      applied = referee.apply(*verdicts, message.offset, message.append_ms);
    if (applied != Referee::Applied::taken) throw std::runtime_error("a message of the log has no effect");
  }
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void run(const std::string& data, std::uint64_t live, std::size_t batch) {
  const std::vector<Fingerprint> prints = ReadyArticles(data).prints;
  LogOwner owner(prints, live, batch, kStart);
  Referee referee({.articles = live});
  const auto wanted = static_cast<std::uint64_t>(static_cast<double>(live) * kReplayed);
  double writing = 0, reading = 0;
  std::uint64_t messages = 0;
  Stretch stretch;
  while (owner.articles() < wanted) {
    stretch.clear();
    double before = cpu_seconds();
    while (stretch.bytes.size() < (8u << 20) && owner.articles() < wanted) owner.append(stretch);
    writing += cpu_seconds() - before;
    messages += stretch.messages.size();
    before = cpu_seconds();
    read(stretch, referee);
    reading += cpu_seconds() - before;
  }
  // What was measured must be what it is said to be.
  if (referee.live() < live - batch || referee.live() > live + batch || referee.undecided() != 0)
    throw std::runtime_error(
        fmt::format("{} live articles, {} undecided; expected {} and none", referee.live(), referee.undecided(), live));
  if (owner.matched() == 0) throw std::runtime_error("no copy was found among articles that have some");
  for (const auto& [offset, verdict] : owner.last())
    if (referee.verdict_of(offset) != verdict) throw std::runtime_error("a verdict is not what its owner appended");

  const auto each = [&](double total) { return total / static_cast<double>(owner.articles()); };
  fmt::print("replay_articles={}\nreplay_messages={}\n", owner.articles(), messages);
  fmt::print("replay_f_bytes={:.0f}\nreplay_v_bytes={:.1f}\n", each(static_cast<double>(owner.print_bytes())),
             each(static_cast<double>(owner.verdict_bytes())));
  fmt::print("replay_write_us={:.2f}\nreplay_us_per_article={:.2f}\n", each(writing) * 1e6, each(reading) * 1e6);
  fmt::print("replay_seconds={:.1f}\nreplay_20m_seconds={:.1f}\n", reading, each(reading) * 20e6);
  fmt::print("replay_matched_share={:.4f}\nreplay_bytes_per_live_article={:.0f}\n",
             each(static_cast<double>(owner.matched())),
             static_cast<double>(referee.bytes()) / static_cast<double>(referee.live()));
  fmt::print("replay_overflows={}\nreplay_rss_mb={:.0f}\n", referee.overflows(), peak_mb());
}

}  // namespace
}  // namespace newsmill::bench

int main(int argc, char** argv) {
  try {
    using namespace newsmill::bench;
    const std::uint64_t live = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
    const std::size_t batch = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 6;
    if (live < 10'000 || batch < 1 || batch > 2000) {
      fmt::print(stderr, "replay_cost DATA [LIVE, at least 10000] [BATCH, 1 to 2000]\n");
      return 64;
    }
    run(data_folder(argc, argv), live, batch);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    fmt::print(stderr, "replay_cost: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
