#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "consumer/http/routes.h"
#include "consumer/log.h"

namespace newsmill::http {

/// The server cannot listen where it should: a mistake of configuration, exit code 78.
class ListenError : public std::runtime_error {
  using runtime_error::runtime_error;
};

/// What a client can take from the server.
struct Limits {
  std::uint32_t header_bytes = 8 * 1024;
  std::size_t connections = 256;             ///< past it the one that was quiet the longest is closed
  std::chrono::milliseconds silence{30'000};  ///< to send a request, or to take an answer
};

/// Where the server counts; both are called on its thread and may be empty.
struct Counts {
  std::function<void(std::string_view handler, int status)> answered;
  std::function<void(std::size_t open)> connections;
};

/// HTTP/1.1 for GET and HEAD on one thread of its own (Boost.Beast), so that any number of slow or
/// silent clients costs memory only and never delays a scrape. Bodies are never read: a request
/// with one is answered and its connection closed. Answers what the routes say, else 404, 405 for
/// other methods, 421 for a Host that is not ours (see HostCheck), 400 and 431 for what is no
/// request. No TLS and no login: it listens on 127.0.0.1 by default; put a proxy in front for more.
class Server {
 public:
  /// Listens, starts the thread and returns. Throws ListenError. `log` must outlive the server.
  Server(const config::Settings::Http& settings, Routes routes, consumer::Logger& log, Counts counts = {},
         Limits limits = {});
  /// Closes every connection and ends the thread.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The address and port it listens on, "127.0.0.1:9464"; with port 0 the one it was given. A name
  /// with several addresses has several.
  const std::vector<std::string>& addresses() const;
  std::uint16_t port() const;

 private:
  class Connection;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace newsmill::http
