#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace newsmill {

/// SHA-256 (FIPS 180-4) of a delivered value.
using Sha256 = std::array<std::uint8_t, 32>;
Sha256 sha256(std::string_view bytes);

/// The same for bytes that come in pieces. One thread.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  void add(std::string_view bytes);
  Sha256 finish();  ///< once, at the end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Lower-case hexadecimal, two digits a byte.
std::string hex(const std::uint8_t* bytes, std::size_t count);

/// Article id: 122 bits of a SHA-256 as a UUID version 8 (RFC 9562 section 5.8). What an update
/// means: every version of one article has the same id.
struct ArticleId {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const ArticleId&) const = default;
};

/// The first 16 bytes with version and variant bits set.
ArticleId article_id(const Sha256& digest);

/// "b2c9e688-fdde-8308-9d22-0d51631bac7e"
std::string uuid(const ArticleId& id);

}  // namespace newsmill
