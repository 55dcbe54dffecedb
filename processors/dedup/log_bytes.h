#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "processors/core/id.h"

/// Numbers as bytes, little-endian and unaligned, as the dedup log has them.
namespace newsmill::dedup {

/// Appends to a string.
class LogWriter {
 public:
  explicit LogWriter(std::string& bytes) : bytes_(bytes) {}

  template <std::unsigned_integral Number>
  void put(Number number) {
    char bytes[sizeof number];
    for (std::size_t i = 0; i < sizeof number; ++i) bytes[i] = static_cast<char>(number >> 8 * i & 0xff);
    bytes_.append(bytes, sizeof number);
  }
  void put(std::int64_t number) { put(static_cast<std::uint64_t>(number)); }
  void put(std::string_view bytes) { bytes_ += bytes; }
  void put(const ArticleId& id) { bytes_.append(id.bytes.begin(), id.bytes.end()); }

  /// LEB128 (DWARF 5, section 7.6): 7 bits a byte, the low ones first.
  void put_number(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>((number & 0x7f) | 0x80);
    bytes_ += static_cast<char>(number);
  }
  /// to − from, also where that overflows; zigzag: the sign is the lowest bit, so that small ones are short.
  void put_difference(std::int64_t to, std::int64_t from) {
    const std::uint64_t difference = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    put_number(difference << 1 ^ (0 - (difference >> 63)));
  }

 private:
  std::string& bytes_;
};

/// Takes from the front. What is not there reads as 0, and whole() is false from then on.
class LogReader {
 public:
  explicit LogReader(std::string_view bytes) : bytes_(bytes) {}

  bool whole() const { return whole_; }
  std::size_t left() const { return bytes_.size(); }

  template <std::unsigned_integral Number>
  Number take() {
    const std::string_view its = take_bytes(sizeof(Number));
    if (its.empty()) return 0;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i)  // a load, once it is compiled
      number |= std::uint64_t{static_cast<std::uint8_t>(its[i])} << 8 * i;
    return static_cast<Number>(number);
  }
  std::int64_t take_signed() { return static_cast<std::int64_t>(take<std::uint64_t>()); }
  ArticleId take_id() {
    ArticleId id;
    take_bytes(id.bytes.size()).copy(reinterpret_cast<char*>(id.bytes.data()), id.bytes.size());
    return id;
  }
  std::string_view take_bytes(std::size_t count) {
    if (count > bytes_.size()) {
      whole_ = false;
      bytes_ = {};
      return {};
    }
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  std::uint64_t take_number() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = take<std::uint8_t>();
      number |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return number;
    }
    whole_ = false;
    return 0;
  }
  std::int64_t take_difference(std::int64_t from) {
    const std::uint64_t zigzag = take_number();
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + (zigzag >> 1 ^ (0 - (zigzag & 1))));
  }

 private:
  std::string_view bytes_;
  bool whole_ = true;
};

}  // namespace newsmill::dedup
