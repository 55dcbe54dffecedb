#include "tests/referee/model_stream.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace newsmill::test {
namespace {

constexpr std::size_t kChains = 300;
constexpr std::int64_t kInAWindow = 360;  // articles outside bursts
constexpr std::int64_t kDay = 86'400'000;

std::uint64_t mix(std::uint64_t value) {  // the finalizer of SplitMix64
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

}  // namespace

ArticleId ident_id(std::uint64_t ident) {
  const std::uint64_t halves[] = {mix(ident + 1), ident};
  ArticleId id;
  std::memcpy(id.bytes.data(), halves, sizeof halves);
  return id;
}

std::uint64_t ident_of(const ArticleId& id) {
  std::uint64_t ident;
  std::memcpy(&ident, id.bytes.data() + 8, sizeof ident);
  return ident;
}

ModelStream::ModelStream(std::uint64_t seed, std::int32_t partitions, std::int64_t window_ms)
    : random_(seed), window_ms_(window_ms), chains_(kChains), next_offset_(static_cast<std::size_t>(partitions)) {
  for (Chain& chain : chains_) chain.text = texts_++;
}

void ModelStream::write_text(std::uint64_t text, std::uint32_t drift, Sketch& sketch) {
  // Part i of 64 is another one whenever the drift passes i.
  const auto part = [&](std::uint32_t i) { return mix(text * 0x9e3779b97f4a7c15u + i * 1000 + (drift + 63 - i) / 64); };
  for (std::uint32_t slot = 0; slot < 64; ++slot) {
    const auto nibble = static_cast<std::uint8_t>(part(slot) % 16);
    sketch.min_hash[slot / 2] = static_cast<std::uint8_t>(sketch.min_hash[slot / 2] | (nibble << (slot % 2 * 4)));
  }
  for (std::uint32_t key = 0; key < Sketch::kKeys; ++key)
    sketch.keys[sketch.key_count++] = static_cast<std::uint32_t>(mix(part(key * 5) + 1));
  sketch.shingles = 300;
  sketch.tokens = 302;
}

/// To the time of the next article, and to its chain.
void ModelStream::go_on() {
  if (burst_left_ > 0) {
    --burst_left_;
    now_ms_ += static_cast<std::int64_t>(below(60));
    return;
  }
  now_ms_ += static_cast<std::int64_t>(static_cast<double>(-window_ms_ / kInAWindow) *
                                       std::log(1 - std::uniform_real_distribution<>(0, 1)(random_)));
  if (chance(0.0003)) now_ms_ += static_cast<std::int64_t>(below(static_cast<std::uint64_t>(2 * window_ms_)));
  if (chance(0.00002)) now_ms_ += static_cast<std::int64_t>(below(static_cast<std::uint64_t>(3 * (window_ms_ + kDay))));
  if (chance(0.5)) {
    burst_ = texts_ % kChains;
    chains_[burst_] = {texts_++, 0, {}};
    chains_[burst_].idents.fill(number_);
  } else {
    burst_ = static_cast<std::size_t>((texts_ - 1 - std::min(below(60), below(kChains - 1))) % kChains);
  }
  if (chance(0.03)) burst_left_ = 10 + below(50);
}

ModelArticle ModelStream::next() {
  go_on();
  Chain& chain = chains_[burst_];
  ModelArticle article;
  article.comes_ms = now_ms_;
  article.ident = chance(0.08) ? chain.idents[below(chain.idents.size())] : number_;
  chain.idents[below(chain.idents.size())] = article.ident;
  // Not every copy is made of the newest one.
  const auto back = static_cast<std::uint32_t>(below(16));
  write_text(chain.text, chain.drift > back ? chain.drift - back : 0, article.print.sketch);
  chain.drift += static_cast<std::uint32_t>(below(6));

  Fingerprint& print = article.print;
  print.article = ident_id(article.ident);
  print.text = number_ + 1;
  print.version = below(3);
  print.may_lead = !chance(0.05);
  if (chance(0.01)) print.status = Fingerprint::Status::canceled, print.may_lead = false;
  const std::size_t partition = below(next_offset_.size());
  print.arrival_ms = now_ms_;
  if (partition + 1 == next_offset_.size())
    print.arrival_ms -= static_cast<std::int64_t>(static_cast<double>(window_ms_) / 4 *
                                                  (1 + std::sin(static_cast<double>(now_ms_) / 5e7)));
  if (chance(0.01)) print.arrival_ms -= window_ms_ + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(kDay)));
  print.delivery = {.topic = 1, .content = mix(number_), .offset = next_offset_[partition]++,
                    .partition = static_cast<std::int32_t>(partition)};
  ++number_;
  return article;
}

}  // namespace newsmill::test
