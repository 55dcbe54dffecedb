#include "processors/index/bucket_table.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <new>

namespace newsmill::index {
namespace {

// Buckets fill unevenly: at a load of 0.8 few entries are overwritten before their record leaves.
constexpr std::uint64_t kEntriesInUse = 8;

std::uint64_t bucket_count(std::uint64_t records, std::uint64_t keys_per_record) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();  // place_of() multiplies 32 bits
  if (records > kMost || keys_per_record > kMost) throw std::bad_alloc();
  const std::uint64_t buckets =
      std::max<std::uint64_t>(1, (records * keys_per_record + kEntriesInUse - 1) / kEntriesInUse);
  if (buckets > kMost) throw std::bad_alloc();
  return buckets;
}

}  // namespace

void BucketTable::Free::operator()(void* memory) const { std::free(memory); }  // NOLINT

BucketTable::BucketTable(std::uint64_t records, std::uint32_t keys_per_record)
    : count_(bucket_count(records, keys_per_record)),
      // calloc and not new: pages that are never touched are never zeroed, so they cost nothing.
      memory_(std::calloc(count_ + 1, sizeof(Bucket))) {
  if (memory_ == nullptr) throw std::bad_alloc();
  void* start = memory_.get();
  std::size_t space = (count_ + 1) * sizeof(Bucket);
  buckets_ = static_cast<Bucket*>(std::align(alignof(Bucket), count_ * sizeof(Bucket), start, space));
}

}  // namespace newsmill::index
