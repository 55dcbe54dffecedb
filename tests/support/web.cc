#include "tests/support/web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <sstream>

namespace newsmill::test {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

// Below the range that the kernel gives to outgoing connections: a client that keeps trying a port of that range
// while its server is away may end up connected to itself, and so occupy it.
int free_port() {
  static std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> ports(15'000, 32'000);
  for (;;) {
    const Socket socket;
    const int port = ports(random);
    const sockaddr_in address = loopback(port);
    if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return port;
  }
}

std::optional<WebAnswer> web_get(int port, const std::string& path, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  const Socket socket;
  const timeval wait{.tv_sec = limit.count() / 1000, .tv_usec = limit.count() % 1000 * 1000};
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  const sockaddr_in address = loopback(port);
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return std::nullopt;
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                              "\r\nConnection: close\r\n\r\n";
  if (::send(socket.fd(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return std::nullopt;
  std::string answer;
  char buffer[16'384];
  for (ssize_t got = 0; (got = ::recv(socket.fd(), buffer, sizeof buffer, 0)) != 0;) {
    if (got < 0 || std::chrono::steady_clock::now() > deadline) return std::nullopt;
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  const std::size_t split = answer.find("\r\n\r\n"), code = answer.find(' ');
  if (split == std::string::npos || code > split) return std::nullopt;
  return WebAnswer{std::atoi(answer.c_str() + code), answer.substr(0, split), answer.substr(split + 4)};
}

std::map<std::string, double> metric_sums(const std::string& exposition) {
  std::map<std::string, double> sums;
  std::istringstream lines(exposition);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t labels = line.find('}');
    const std::size_t value = line.find(' ', labels == std::string::npos ? 0 : labels);
    if (value != std::string::npos) sums[line.substr(0, line.find_first_of("{ "))] += std::atof(line.c_str() + value);
  }
  return sums;
}

}  // namespace newsmill::test
