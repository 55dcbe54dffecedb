#include "consumer/kafka/events.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>

#include "consumer/kafka/fate.h"

namespace newsmill::kafka {
namespace {

Events& events_of(void* opaque) { return *static_cast<Events*>(opaque); }

constexpr std::chrono::milliseconds kSettled{1'500};  // reconnect.backoff.max.ms and a half

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// The kinds of log line that mean: a broker cannot be reached or did not answer in time.
bool means_trouble(std::string_view kind) { return kind == "FAIL" || kind == "REQTMOUT" || kind == "SESSTMOUT"; }

// What a call returns with the same words and is judged there, and what only the embedded broker is warned of.
bool comes_back(std::string_view kind) {
  return kind == "TXNERR" || kind == "FATAL" || kind == "GETPID" || kind == "AUTOCREATE";
}

}  // namespace

void Contact::lost(consumer::Link* link, const std::string& why) {
  if (link != nullptr) link->down(why);
  lost_ms_ = steady_ms();
  if (!away_.exchange(true))
    log_.warning("kafka-away", "no broker answers; newsmill waits and goes on by itself", {{"reason", why}});
}

void Contact::found(consumer::Link* link) {
  if (link != nullptr && !link->is_up()) link->up();
  if (!away_.load(std::memory_order_relaxed)) return;
  // Every handle tries again by itself: what one of them met in the last second may be over for the other.
  if (steady_ms() - lost_ms_ < kSettled.count()) return;
  if (away_.exchange(false)) log_.info("kafka-back", "a broker answers again");
}

void Events::log_line(int level, std::string_view kind, std::string_view text) {
  if (text.starts_with("[thrd:")) text.remove_prefix(std::min(text.find("]: ") + 3, text.size()));
  if (means_trouble(kind)) {
    hiccup = true;
    // "Disconnected" alone also ends a connection that was idle; a broker that is away refuses the next one.
    if (level <= 4 || text.find("Disconnected") == std::string_view::npos) contact_.lost(link_, std::string(text));
    contact_.log().debug("kafka-connection", text);
    return;
  }
  std::string name = "kafka-";
  for (const char c : kind) name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  // Syslog levels: what librdkafka calls an error (3) is retried by it or returned by a call, where
  // it is judged; only 0 to 2 say by themselves that somebody must act.
  consumer::Logger& log = contact_.log();
  if (comes_back(kind)) log.debug(name, text);
  else if (level <= 2) log.error(name, text);
  else if (level <= 4) log.warning(name, text);
  else if (level <= 5) log.info(name, text);
  else log.debug(name, text);
}

void Events::error(rd_kafka_resp_err_t code, const std::string& words) {
  // Errors wait in a queue until the handle is polled and may be long over; what they say of the
  // connection was in a log line at once.
  if (is_transport(code)) {
    hiccup = true;
  } else if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL) {
    hiccup = true;
    contact_.log().error("kafka-refused", "the broker refuses the connection; `newsmill validate --connect` says more",
                         {{"reason", words}});
  } else if (code != RD_KAFKA_RESP_ERR__FATAL) {  // a fatal error is returned by the next call
    contact_.log().warning("kafka-error", words, {{"code", rd_kafka_err2name(code)}});
  }
}

void Events::install(rd_kafka_conf_t* conf, bool producer) {
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t* handle, int level, const char* kind, const char* text) {
    events_of(rd_kafka_opaque(handle)).log_line(level, kind, text);
  });
  rd_kafka_conf_set_error_cb(conf, [](rd_kafka_t*, int code, const char* words, void* opaque) {
    events_of(opaque).error(static_cast<rd_kafka_resp_err_t>(code), words);
  });
  // Always, even when nobody listens: rd_kafka_flush waits in steps of 10 ms and only a delivery
  // report wakes it, so that a commit takes 10 ms instead of 1.
  if (producer) rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    if (const auto& listener = events_of(opaque).delivered) listener(*message);
  });
  if (rebalanced)
    rd_kafka_conf_set_rebalance_cb(
        conf, [](rd_kafka_t*, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* list, void* opaque) {
          events_of(opaque).rebalanced(what, list);
        });
  if (statistics)
    rd_kafka_conf_set_stats_cb(conf, [](rd_kafka_t*, char* json, std::size_t size, void* opaque) {
      events_of(opaque).statistics({json, size});
      return 0;  // librdkafka frees it
    });
  // The one sign of life that comes while the polling thread waits inside a call.
  rd_kafka_conf_interceptor_add_on_new(
      conf, "newsmill",
      [](rd_kafka_t* handle, const rd_kafka_conf_t*, void* opaque, char*, std::size_t) {
        return rd_kafka_interceptor_add_on_response_received(
            handle, "newsmill",
            [](rd_kafka_t*, int, const char*, int32_t, int16_t, int16_t, int32_t, std::size_t, int64_t,
               rd_kafka_resp_err_t code, void* listener) {
              if (code == RD_KAFKA_RESP_ERR_NO_ERROR) events_of(listener).contact_.found(events_of(listener).link_);
              return RD_KAFKA_RESP_ERR_NO_ERROR;
            },
            opaque);
      },
      this);
}

}  // namespace newsmill::kafka
