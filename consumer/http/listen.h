#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace newsmill::http {

/// Where to listen: a name or an address without brackets, and a port (0 = any free one).
struct Listen {
  std::string host;
  std::uint16_t port = 0;
};

/// Reads "127.0.0.1:9464", "localhost:9464" or "[::1]:9464"; nothing and `why` when it is none.
std::optional<Listen> parse_listen(std::string_view text, std::string& why);

/// "127.0.0.1:9464", "[::1]:9464"
std::string listen_text(const Listen& listen);

/// Which names a request may use for this server. A page from elsewhere can point its own name at a
/// loopback address (DNS rebinding) and would then read our pages as its own; the Host header tells.
/// Allowed: "localhost", the listening host, `allowed`, and every literal IP address, as nobody can
/// point an address elsewhere. Case and port do not matter. Immutable, any thread.
class HostCheck {
 public:
  HostCheck(const Listen& listen, std::span<const std::string> allowed);
  /// `header`: value of the field Host, with or without port.
  bool allows(std::string_view header) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace newsmill::http
