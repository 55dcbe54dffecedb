#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include "config/settings.h"
#include "consumer/dedup_log.h"
#include "consumer/log.h"
#include "consumer/memory_dedup_log.h"

namespace newsmill::kafka {

/// Whether the log must be the one that the group's committed offsets rest on. `newsmill dedup rebuild` writes
/// into another one, whose marks it commits when it is done.
enum class Marks { compared, ignored };

/// The dedup log on Kafka, which all instances share: opens it and begins to read it at once, with threads of
/// its own. `settings` are copied, `log` outlives it.
///
///   catch_up()  holds the topic against its contract, waits until the log is read to the high watermark of
///               the moment, and compares it with the marks that the group has committed beside its offsets
///   append()    hands messages to one idempotent producer; `retry` also while a new log is given its
///               name: that is the id of the first F in it, whoever's it is, so one is sent ahead
///   status()    `why`: besides what catch_up() says, a clock that is more than ten minutes behind the broker's,
///               and what was acknowledged and has not come back for 30 s; `dead`: for 2 min, or another log
/// While no broker answers it waits for ever; what is in flight is bounded.
///   memory      the referee's; while the log is read at the start up to 450 MB of fetched messages
std::unique_ptr<consumer::DedupLog> open_dedup_log(
    const config::Settings& settings, consumer::Logger& log,
    std::function<std::int64_t()> now_ms = consumer::wall_clock_ms, Marks marks = Marks::compared);

}  // namespace newsmill::kafka
