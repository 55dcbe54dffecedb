#include "tests/chaos/feeder.h"

#include <openssl/evp.h>

#include <chrono>
#include <functional>

namespace newsmill::chaos {
namespace {

std::string hash_of(const std::optional<std::string>& value) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(value ? value->data() : "", value ? value->size() : 0, digest, &size, EVP_sha256(), nullptr);
  std::string text;
  for (int i = 0; i < 8; ++i)
    for (const int half : {digest[i] >> 4, digest[i] & 15}) text += "0123456789abcdef"[half];
  return text;
}

void add(std::string& all, const std::optional<std::string>& part) {
  all += part ? "+" + std::to_string(part->size()) + ":" + *part : "-";
}

}  // namespace

std::uint64_t digest_of(const test::KafkaRecord& record) {
  std::string all;
  add(all, record.key);
  add(all, record.value);
  for (const test::KafkaHeader& header : record.headers) {
    add(all, header.name);
    add(all, header.value);
  }
  return std::hash<std::string>{}(all);
}

Feeder::Feeder(const std::string& bootstrap, std::string topic, Articles articles, Ledger& ledger, int per_second)
    : topic_(std::move(topic)),
      articles_(std::move(articles)),
      ledger_(ledger),
      per_second_(per_second),
      client_(bootstrap),
      thread_([this] { run(); }) {}

Feeder::~Feeder() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Feeder::feed_until(std::size_t total) {
  const std::lock_guard lock(mutex_);
  target_ = total;
  changed_.notify_all();
}

std::string Feeder::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Feeder::run() {
  constexpr std::size_t kAtOnce = 25;
  try {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return end_ || fed_ < target_; });
      if (end_) return;
      const std::size_t count = std::min(kAtOnce, target_ - fed_);
      const auto next = std::chrono::steady_clock::now() + std::chrono::microseconds(1'000'000 * count / per_second_);
      lock.unlock();
      feed(count);
      lock.lock();
      changed_.wait_until(lock, next, [this] { return end_; });
    }
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    failure_ = error.what();
  }
}

void Feeder::feed(std::size_t count) {
  std::vector<Article> articles;
  std::vector<test::KafkaRecord> records;
  for (std::size_t i = 0; i < count; ++i) {
    articles.push_back(articles_.next());
    const Article& article = articles.back();
    records.push_back({.key = article.key, .value = article.value});
    records.back().headers = {{"fed-as", article.id}, {"flag", std::nullopt}};
  }
  records = client_.produce(topic_, std::move(records));
  for (std::size_t i = 0; i < count; ++i)
    ledger_.add({records[i].partition, records[i].offset},
                {articles[i].kind, articles[i].id, digest_of(records[i]), hash_of(records[i].value),
                 articles[i].telling});
  fed_ += count;
}

}  // namespace newsmill::chaos
