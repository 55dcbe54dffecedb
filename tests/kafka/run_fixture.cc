#include "tests/kafka/run_fixture.h"

#include <thread>

namespace newsmill::test {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;

void RunTest::SetUp() {
  KafkaTest::SetUp();
  raw = unique("raw");
  enriched = unique("enriched");
  deadletter = unique("deadletter");
  dedup = unique("dedup");
  group = unique("group");
}

void RunTest::TearDown() {
  if (!HasFailure()) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
    if (entry.path().filename() == "log")
      std::printf("--- %s\n%s", entry.path().parent_path().filename().c_str(), tail_of(entry.path(), 30).c_str());
}

Instance::Options RunTest::with(const std::string& name) const {
  return {.binary = NEWSMILL_BINARY,
          .name = name,
          .bootstrap = const_cast<RunTest*>(this)->broker().bootstrap(),
          .group = group,
          .inputs = {{.topic = raw}},
          .enriched = enriched,
          .deadletter = deadletter,
          .dedup = dedup,
          .client = {{"session.timeout.ms", "6000"}, {"heartbeat.interval.ms", "500"}}};
}

void RunTest::make_topics(int partitions) {
  client().create_topic(raw, partitions, {{"max.message.bytes", std::to_string(8 << 20)}});
  for (const std::string& name : {enriched, deadletter})
    client().create_topic(name, 1, {{"max.message.bytes", std::to_string(10 << 20)}});
  client().create_dedup_log(dedup);
}

std::string RunTest::article(const std::string& id) {
  return R"({"id":")" + id +
         R"(","source":"example.org","title":"Harbour reopens after the storm","body":"The harbour of the town )" +
         "reopened on Monday after three days of storm, the port authority said. Ferries run again." +
         R"(","published_at":"2024-05-06T07:08:09Z"})";
}

void RunTest::feed_articles(int first, int count) {
  std::vector<KafkaRecord> records;
  for (int number = first; number < first + count; ++number) {
    const std::string id = "article-" + std::to_string(number);
    records.push_back({.key = id, .value = article(id)});
  }
  feed(std::move(records));
}

bool RunTest::drained(Instance* instance) {
  return wait_until([&] {
    if (instance != nullptr && !instance->running()) return true;
    const std::vector<std::int64_t> committed = client().committed(group, raw);
    for (std::size_t partition = 0; partition < committed.size(); ++partition)
      if (committed[partition] < client().end(raw, static_cast<std::int32_t>(partition))) return false;
    return true;
  });
}

std::map<std::string, int> RunTest::times() {
  std::map<std::string, int> times;
  for (const KafkaRecord& record : settled(enriched)) {
    const std::string value = record.value.value_or("");
    const std::size_t begin = value.find("\"article-");
    if (begin != std::string::npos) ++times[value.substr(begin + 1, value.find('"', begin + 1) - begin - 1)];
  }
  return times;
}

bool RunTest::wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

Finished RunTest::command(const Instance& instance, std::vector<std::string> words) {
  words.insert(words.begin(), NEWSMILL_BINARY);
  words.insert(words.end(), {"--config", instance.config()});
  return run_to_end(std::move(words), 2min);
}

}  // namespace newsmill::test
