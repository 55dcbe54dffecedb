#include "tests/kafka/dedup_log_fixture.h"

#include <librdkafka/rdkafka.h>

#include <cstring>
#include <thread>
#include <variant>

#include "processors/dedup/log_codec.h"

namespace newsmill::test {
namespace {

using consumer::Fate;
using consumer::Outcome;
using consumer::Receipt;
using dedup::Referee;
using std::chrono::steady_clock;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;

}  // namespace

LogHost::LogHost(const config::Settings& settings, std::function<std::int64_t()> now_ms)
    : settings_(settings),
      logger_(settings_.log,
              [this](std::string_view line) {
                const std::lock_guard lock(mutex_);
                written_ += line;
              },
              [] { return consumer::Logger::Time{std::chrono::system_clock::now(), steady_clock::now()}; }),
      log_(kafka::open_dedup_log(settings_, logger_, std::move(now_ms))) {}

Outcome LogHost::patiently(const std::function<Outcome()>& call) const {
  const auto deadline = steady_clock::now() + 2min;
  for (;;) {
    Outcome outcome = call();
    if (outcome.fate != Fate::retry || steady_clock::now() > deadline) return outcome;
    std::this_thread::sleep_for(5ms);
  }
}

Outcome LogHost::catch_up() {
  return patiently([&] { return log_->catch_up(); });
}

Outcome LogHost::append_only(const std::vector<Fingerprint>& articles, std::shared_ptr<Receipt>& receipt) {
  std::vector<const Fingerprint*> all;
  for (const Fingerprint& article : articles) all.push_back(&article);
  return patiently([&] { return log_->append(all, receipt); });
}

Outcome LogHost::applied(const Receipt& receipt) {
  return patiently([&]() -> Outcome {
    const bool there = log_->referee().wait_until(
        [&](const Referee&, dedup::LogOffset applied) {
          return receipt.failed() || (receipt.offset() != Receipt::kPending && applied >= receipt.offset());
        },
        100ms);
    if (!there) return {Fate::retry, "not applied"};
    if (receipt.failed()) return {Fate::rebuild, "the receipt has failed"};
    return {};
  });
}

Outcome LogHost::append(const std::vector<Fingerprint>& articles) {
  std::shared_ptr<Receipt> receipt;
  Outcome outcome = append_only(articles, receipt);
  if (outcome) outcome = applied(*receipt);
  return outcome ? decide(articles) : outcome;
}

Outcome LogHost::decide(const std::vector<Fingerprint>& articles) {
  const auto verdicts = log_->referee().ask([&](Referee& referee) {
    std::vector<dedup::LogOffset> offsets;
    for (const Fingerprint& article : articles)
      if (const auto offset = referee.offset_of(article.delivery)) offsets.push_back(*offset);
    return referee.decide(offsets).verdicts;
  });
  if (verdicts.empty()) return {Fate::rebuild, "nothing was decided"};
  std::shared_ptr<Receipt> receipt;
  Outcome outcome = patiently([&] { return log_->append(verdicts, receipt); });
  return outcome ? applied(*receipt) : outcome;
}

std::string LogHost::state() {
  const Outcome outcome = catch_up();
  if (!outcome) return outcome.reason;
  return log_->referee().ask([](const Referee& referee) { return referee.state(); });
}

std::string LogHost::written() const {
  const std::lock_guard lock(mutex_);
  return written_;
}

std::vector<Fingerprint> DedupLogTest::articles(int first, int count) {
  std::vector<Fingerprint> all;
  for (int number = first; number < first + count; ++number) {
    Fingerprint& article = all.emplace_back();
    article.delivery = {.topic = 1, .content = static_cast<std::uint64_t>(number), .offset = number, .partition = 0};
    std::memcpy(article.article.bytes.data(), &number, sizeof number);
    article.arrival_ms = consumer::wall_clock_ms();
    article.may_lead = true;
    article.text = static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15u + 1;
  }
  return all;
}

void DedupLogTest::make_anew() {
  client().delete_topic(topic_name());
  const auto deadline = steady_clock::now() + 1min;
  while (client().topics().contains(topic_name()) && steady_clock::now() < deadline) std::this_thread::sleep_for(20ms);
  // The name is free a little later than it is gone from the metadata.
  for (;;) {
    try {
      return make_log();
    } catch (const std::runtime_error&) {
      if (steady_clock::now() > deadline) throw;
      std::this_thread::sleep_for(50ms);
    }
  }
}

void DedupLogTest::commit(const std::string& metadata, std::int32_t partition) {
  rd_kafka_t* handle = kafka_handle(true, broker().bootstrap(), {{"group.id", settings.kafka.group}});
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_t* row = rd_kafka_topic_partition_list_add(list, raw().c_str(), partition);
  row->offset = 0;
  row->metadata = ::strdup(metadata.c_str());  // freed with the list
  row->metadata_size = metadata.size();
  const auto code = rd_kafka_commit(handle, list, 0);
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(handle);
  ASSERT_EQ(code, RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_err2str(code);
}

std::vector<int> DedupLogTest::appended() {
  std::vector<int> numbers;
  for (const KafkaRecord& record : client().read(topic_name(), KafkaView::uncommitted)) {
    const dedup::Decoded decoded = dedup::decode(record.value.value_or(""));
    if (const auto* const message = std::get_if<dedup::FingerprintMessage>(&decoded))
      numbers.push_back(static_cast<int>(message->fingerprint.delivery.offset));
  }
  return numbers;
}

}  // namespace newsmill::test
