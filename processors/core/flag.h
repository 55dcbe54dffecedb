#pragma once
#include <bitset>
#include <cstdint>
#include <span>
#include <string_view>

namespace newsmill {

/// The closed list of quality flags, in the order in which they are published (alphabetical).
/// A flag is added here and in flag.cc, where its meaning stands; docs/record.md is compared to it.
enum class Flag : std::uint8_t {
  body_repeated,
  date_ambiguous,
  date_implausible,
  duplicate_keys,
  encoding_damaged,
  encoding_guessed,
  field_dropped,
  flattened,
  future_dated,
  mojibake_repaired,
  not_article,
  published_unknown,
  short_text,
  tz_assumed,
  version_created_unknown,
  count_,
};

class Flags {
 public:
  void set(Flag flag) { bits_.set(static_cast<std::size_t>(flag)); }
  bool has(Flag flag) const { return bits_.test(static_cast<std::size_t>(flag)); }

 private:
  std::bitset<static_cast<std::size_t>(Flag::count_)> bits_;
};

struct FlagRow {
  std::string_view name;     ///< as published: "body-repeated"
  std::string_view meaning;  ///< one sentence for docs/record.md
};

/// One row per Flag, indexed by it.
std::span<const FlagRow> flag_table();

}  // namespace newsmill
