#include "consumer/transaction.h"

#include <algorithm>
#include <string>
#include <utility>

#include "processors/encode/dead_letter.h"
#include "processors/encode/story.h"

namespace newsmill::consumer {
namespace {

// What Kafka puts around a key, a value and headers, rounded up: a record batch of its own (61 bytes),
// the record (at most 21), and two lengths for each header.
constexpr std::size_t kFraming = 128, kHeaderFraming = 10;

/// Of a record on its way, with the story that may still be filled in.
std::size_t size_of(const newsmill::Output& made) {
  std::size_t bytes = kFraming + made.key.size() + made.value.size();
  for (const auto& [name, value] : made.headers) bytes += kHeaderFraming + name.size() + value.size();
  if (made.story_at != 0) bytes += encode::kMaxStoryBytes + encode::kMaxStoryHeaderBytes + 2 * kHeaderFraming;
  return bytes;
}

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

/// What was found in one record. The topics are gathered one by one and counted at the end: there may be
/// thousands of them, and a record has few.
void count_findings(const Article& article, Results& results, std::vector<std::string_view>& topics) {
  if (article.verdict) ++results.relations[static_cast<std::size_t>(article.verdict->relation)];
  for (const Entity& entity : article.entities)
    ++results.entities[static_cast<std::size_t>(entity.type)][entity.id.empty() ? 0 : 1];
  for (const TopicScore& topic : article.topics) topics.push_back(topic.id);
  if (article.topics.empty()) ++results.without_topic;
}

std::vector<Results::Topic> counted(std::vector<std::string_view> topics) {
  std::ranges::sort(topics);
  std::vector<Results::Topic> rows;
  for (const std::string_view id : topics) {
    if (rows.empty() || rows.back().id != id) rows.push_back({id, 0});
    ++rows.back().count;
  }
  return rows;
}

}  // namespace

Transaction::Transaction(const Decided& decided, std::size_t batches, const Plan& plan)
    : plan_(plan), began_(plan.now()), produced_(began_) {
  for (std::size_t at = 0; at < batches; ++at) {
    batches_.push_back(decided[at].get());
    for (Batch::Item& item : decided[at]->batch().items()) items_.push_back(&item);
  }
}

std::vector<Position> Transaction::next() const {
  std::vector<Position> next;
  for (const Batch::Item* item : items_) {
    const Message& message = item->message;
    const auto same = [&](const Position& position) {
      return position.first.number == message.partition && position.first.topic == message.topic;
    };
    auto found = std::ranges::find_if(next, same);
    if (found == next.end())
      found = next.insert(next.end(), Position{{std::string(message.topic), message.partition}, 0});
    found->second = message.offset + 1;  // items are in poll order: the last one counts
  }
  return next;
}

void Transaction::refuse_oversized(Batch& batch, const Output& output, const Plan& plan) {
  const std::size_t limit = output.limit(plan.enriched);
  for (Batch::Item& item : batch.items()) {
    if (item.error) continue;
    const std::size_t size = size_of(item.article.output);
    if (size <= limit) continue;
    item.error = Error{Code::output_too_large, "a record of " + std::to_string(size) + " bytes",
                       "at most " + std::to_string(limit) + ", which is what " + plan.enriched + " takes", {}};
    item.stage = "encode";
  }
}

Outcome Transaction::produce(const Batch::Item& item, Output& output) {
  if (item.error) return produce_dead_letter(item, output);
  headers_.clear();
  const auto& made = item.article.output;
  for (const auto& [name, value] : made.headers) headers_.push_back({name, value});
  const Outcome outcome =
      output.produce({plan_.enriched, made.key, made.value, headers_, item.message.timestamp_ms});
  if (outcome) record_bytes_ += made.value.size();
  return outcome;
}

Outcome Transaction::produce_dead_letter(const Batch::Item& item, Output& output) {
  const encode::DeadLetter letter = encode::dead_letter(item, output.limit(plan_.deadletter));
  headers_.clear();
  for (const auto& [name, value] : letter.headers) headers_.push_back({name, value});
  const Outcome outcome =
      output.produce({plan_.deadletter, letter.key, letter.value, headers_, item.message.timestamp_ms});
  if (outcome) dead_letter_bytes_ += letter.value.value_or("").size();
  return outcome;
}

Results Transaction::results() const {
  Results results;
  const std::int64_t now_ms = plan_.wall().time_since_epoch() / std::chrono::milliseconds(1);
  results.transaction_seconds = seconds(plan_.now() - began_);
  results.record_bytes = record_bytes_;
  results.dead_letter_bytes = dead_letter_bytes_;
  results.latency_seconds.reserve(items_.size());
  results.in_process_seconds.reserve(items_.size());
  std::vector<std::string_view> topics;
  for (const Ring::Held* held : batches_)
    results.in_process_seconds.insert(results.in_process_seconds.end(), held->batch().items().size(),
                                      seconds(produced_ - held->since()));
  for (const Batch::Item* item : items_) {
    if (item->message.timestamp_ms >= 0)
      results.latency_seconds.push_back(
          static_cast<double>(std::max<std::int64_t>(0, now_ms - item->message.timestamp_ms)) / 1000);
    if (item->error) {
      ++results.dead_letters;
      const auto same = [&](const Results::DeadLetters& row) {
        return row.code == item->error->code && row.stage == item->stage;
      };
      auto& rows = results.dead_letters_by;
      auto found = std::ranges::find_if(rows, same);
      if (found == rows.end()) found = rows.insert(rows.end(), {item->stage, item->error->code});
      ++found->count;
    } else {
      ++results.records;
      const Article& article = item->article;
      const bool undated = !article.published;
      const auto same = [&](const Results::Documents& row) {
        return row.language == article.language.tag && row.completeness == article.completeness &&
               row.undated == undated;
      };
      auto& rows = results.documents_by;
      auto found = std::ranges::find_if(rows, same);
      if (found == rows.end())
        found = rows.insert(rows.end(), {article.language.tag, article.completeness, undated});
      ++found->count;
      count_findings(article, results, topics);
    }
  }
  results.topics = counted(std::move(topics));
  return results;
}

}  // namespace newsmill::consumer
