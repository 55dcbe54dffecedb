#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

/// Data structures that know neither articles nor rules of text.
namespace newsmill::index {

/// Which records hold a key: key → the newest sequence numbers that were inserted under it.
///
/// A bucket is one cache line: 10 entries of 16 bits of the key and a sequence, and a cursor. A full
/// bucket overwrites its oldest entry, whatever its key: old records leave by themselves, a key that
/// everybody has can hold at most 10, and nothing ever grows, is rehashed or removed. The caller knows
/// which sequences are still alive and leaves out the others. Bucket and entry follow from the key
/// alone, so that two tables of one size that were given the same calls are equal.
///   cost    insert and visit: one cache line each. A key that was never inserted is visited with
///           probability below 10 / 65,536, so what is found must be verified.
///   memory  64 bytes a bucket; room for the keys at a load of 0.8 (88 bytes a record of 11 keys), of
///           which untouched pages cost nothing
///   source  measured against banded LSH tables in docs/dedup.md, "What it costs"
/// Thread safety: as a vector. Sequences may wrap around.
class BucketTable {
 public:
  static constexpr std::size_t kEntries = 10;

  /// Room for `records` of `keys_per_record` keys; fixed for good. Throws std::bad_alloc at start.
  BucketTable(std::uint64_t records, std::uint32_t keys_per_record);

  /// Adds `sequence` under `key`. `oldest` is the oldest sequence that is alive: an entry overwritten
  /// before it has left counts as an overflow.
  void insert(std::uint64_t key, std::uint32_t sequence, std::uint32_t oldest) {
    const Place place = place_of(key);
    Bucket& bucket = buckets_[place.bucket];
    const std::size_t at = bucket.next;
    if (bucket.filled < kEntries) ++bucket.filled;
    else if (sequence - bucket.sequences[at] <= sequence - oldest) ++overflows_;
    bucket.tags[at] = place.tag;
    bucket.sequences[at] = sequence;
    bucket.next = static_cast<std::uint8_t>(at + 1 == kEntries ? 0 : at + 1);
  }

  /// Calls visit(sequence) for what was inserted under `key`, the newest first, until it returns false.
  template <class Visit>
  void visit(std::uint64_t key, Visit&& visit) const {
    const Place place = place_of(key);
    const Bucket& bucket = buckets_[place.bucket];
    std::size_t at = bucket.next;
    for (std::size_t left = bucket.filled; left > 0; --left) {
      at = at == 0 ? kEntries - 1 : at - 1;
      if (bucket.tags[at] == place.tag && !visit(bucket.sequences[at])) return;
    }
  }

  /// Calls visit(bucket, tag, sequence) for every entry, those of one bucket newest first.
  template <class Visit>
  void visit_all(Visit&& visit) const {
    for (std::size_t i = 0; i < count_; ++i) {
      const Bucket& bucket = buckets_[i];
      std::size_t at = bucket.next;
      for (std::size_t left = bucket.filled; left > 0; --left) {
        at = at == 0 ? kEntries - 1 : at - 1;
        visit(i, bucket.tags[at], bucket.sequences[at]);
      }
    }
  }

  /// Starts to load the bucket of `key`; worth it some keys ahead of insert and visit.
  void prefetch(std::uint64_t key) const { __builtin_prefetch(&buckets_[place_of(key).bucket]); }

  /// Entries that were overwritten while they were alive.
  std::uint64_t overflows() const { return overflows_; }
  std::size_t bytes() const { return count_ * sizeof(Bucket); }

 private:
  struct alignas(64) Bucket {
    std::array<std::uint32_t, kEntries> sequences;
    std::array<std::uint16_t, kEntries> tags;
    std::uint8_t next, filled;
  };
  static_assert(sizeof(Bucket) == 64);
  struct Place {
    std::size_t bucket;
    std::uint16_t tag;
  };
  struct Free { void operator()(void* memory) const; };

  /// Keys are often the smallest of many hashes, so their high bits say little: they are spread first.
  Place place_of(std::uint64_t key) const {
    const std::uint64_t spread = key * 0x9e3779b97f4a7c15u;
    return {static_cast<std::size_t>(((spread >> 32) * count_) >> 32), static_cast<std::uint16_t>(spread >> 8)};
  }

  std::uint64_t count_;
  std::unique_ptr<void, Free> memory_;
  Bucket* buckets_;  // the first whole cache line of memory_
  std::uint64_t overflows_ = 0;
};

}  // namespace newsmill::index
