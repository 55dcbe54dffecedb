#include "consumer/http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "consumer/http/client.h"
#include "consumer/http/health.h"
#include "consumer/http/pages.h"

namespace newsmill::http {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A client that sends what it is told, well-formed or not.
class Raw {
 public:
  explicit Raw(std::uint16_t port, int family = AF_INET) : fd_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (family == AF_INET) {
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(port);
      to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      connected = connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    } else {
      sockaddr_in6 to{};
      to.sin6_family = AF_INET6;
      to.sin6_port = htons(port);
      to.sin6_addr = in6addr_loopback;
      connected = connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    }
  }
  ~Raw() { if (fd_ >= 0) close(fd_); }
  Raw(Raw&& other) noexcept : connected(other.connected), fd_(std::exchange(other.fd_, -1)) {}
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Reads until `end` stands in what came, the connection ends, or a generous limit passes.
  std::string read_until(std::string_view end) const {
    std::string all;
    char block[4096];
    while (all.find(end) == std::string::npos) {
      pollfd ready{fd_, POLLIN, 0};
      if (poll(&ready, 1, 20'000) != 1) return all + "<silence>";
      const ssize_t got = recv(fd_, block, sizeof block, 0);
      if (got < 0) return all + "<reset>";
      if (got == 0) return all + "<end>";
      all.append(block, static_cast<std::size_t>(got));
    }
    return all;
  }
  std::string read_all() const { return read_until("\x01 never sent"); }

  bool connected = false;

 private:
  int fd_;
};

struct ServerTest : ::testing::Test {
  std::mutex mutex;
  std::vector<std::pair<std::string, int>> answered;
  std::atomic<std::size_t> open{0};
  std::vector<std::string> lines;
  consumer::Logger log{{}, [this](std::string_view line) { lines.emplace_back(line); },
                       [] { return consumer::Logger::Time{}; }};
  consumer::Health health;

  Routes routes() {
    Routes all;
    add_pages(
        all, health, [] { return "metric 1\n" + std::string(100'000, '#') + "\nend\n"; }, "text/plain; version=0.0.4");
    all.add("/throws", {"other", "", [](const Request&) -> Response { throw std::runtime_error("broken"); }});
    all.add("/echo", {"other", "", [](const Request& request) {
                        return Response{.body = std::string(request.path) + "|" + std::string(request.query) + "|" +
                                                std::string(request.accept)};
                      }});
    add_index(all);
    return all;
  }
  Counts counts() {
    return {[this](std::string_view handler, int status) {
              const std::lock_guard lock(mutex);
              answered.emplace_back(handler, status);
            },
            [this](std::size_t now) { open = now; }};
  }
  Server start(config::Settings::Http settings = {.listen = "127.0.0.1:0", .allowed_hosts = {}}, Limits limits = {}) {
    return Server(settings, routes(), log, counts(), limits);
  }
  void make_ready() {
    for (std::size_t i = 0; i < static_cast<std::size_t>(consumer::Component::count_); ++i)
      health.part(static_cast<consumer::Component>(i)).ready();
  }
};

std::string ask(const Server& server, const std::string& request) {
  const Raw client(server.port());
  client.send(request);
  return client.read_all();
}

std::string get_request(const std::string& path, const std::string& more = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + more + "\r\n";
}

TEST_F(ServerTest, ServesTheMetricsWithTheirContentType) {
  const Server server = start();
  const std::string answer = ask(server, get_request("/metrics"));
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Content-Type: text/plain; version=0.0.4\r\n"),
                            HasSubstr("X-Content-Type-Options: nosniff\r\n"), HasSubstr("\r\n\r\nmetric 1\n"),
                            EndsWith("end\n<end>")));
  EXPECT_THAT(answered, ::testing::ElementsAre(std::pair<std::string, int>("metrics", 200)));
}

TEST_F(ServerTest, ReadinessTellsEveryReasonAsTextAndAsJson) {
  const Server server = start();
  health.part(consumer::Component::kafka).not_ready("broker says \"no\"\xff");
  EXPECT_THAT(
      ask(server, get_request("/readyz")),
      AllOf(StartsWith("HTTP/1.1 503 Service Unavailable\r\n"), HasSubstr("\r\n\r\nnot ready\n"),
            HasSubstr("\nconfig: not ready: starting (for "), HasSubstr("\nkafka: not ready: broker says \"no\"")));
  EXPECT_THAT(ask(server, get_request("/readyz", "Accept: application/json\r\n")),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Content-Type: application/json\r\n"),
                    HasSubstr("{\"ready\":false,\"parts\":[{"),
                    HasSubstr("\"component\":\"kafka\",\"part\":\"kafka\",\"ready\":false,\"reason\":\"broker says "
                              "\\\"no\\\"\uFFFD\"")));
  make_ready();
  EXPECT_THAT(ask(server, get_request("/readyz")), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\r\n\r\nready\n")));
  EXPECT_THAT(ask(server, get_request("/readyz", "Accept: application/json\r\n")), HasSubstr("{\"ready\":true,"));
  health.part(consumer::Component::config).note("a \"note\"");
  EXPECT_THAT(ask(server, get_request("/readyz")),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("config: ready (for 0 s); a \"note\"\n")));
  EXPECT_THAT(ask(server, get_request("/readyz", "Accept: application/json\r\n")),
              HasSubstr("\"note\":\"a \\\"note\\\"\"}"));
}

TEST_F(ServerTest, LivenessDoesNotDependOnReadiness) {
  const Server server = start();
  health.part(consumer::Component::kafka).not_ready("no broker");
  EXPECT_THAT(ask(server, get_request("/livez")), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\nalive\n<end>")));
}

TEST_F(ServerTest, ListsItsPages) {
  const Server server = start();
  EXPECT_THAT(ask(server, get_request("/")),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("/metrics "), HasSubstr("/readyz ")));
}

TEST_F(ServerTest, AnswersEachKindOfRequestWithItsStatus) {
  const Server server = start({.listen = "127.0.0.1:0", .allowed_hosts = {"mill.example.org"}});
  const std::string host = "Host: localhost\r\n";
  const struct {
    const char* about;
    std::string request, answer;
  } rows[] = {
      {"query", "GET /echo?a=b HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 200 "},
      {"unknown page", "GET /nothing HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404 "},
      {"page below a page", "GET /metrics/ HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404 "},
      {"dots", "GET /../etc/passwd HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404 "},
      {"other method", "POST /metrics HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc", "HTTP/1.1 405 "},
      {"made-up method", "FETCH /metrics HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 405 "},
      {"body of 1 TB announced", "PUT /metrics HTTP/1.1\r\n" + host + "Content-Length: 1000000000000\r\n\r\n",
       "HTTP/1.1 405 "},
      {"no host", "GET /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
      {"two hosts", "GET /metrics HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n", "HTTP/1.1 400 "},
      {"HTTP/1.0 without host", "GET /livez HTTP/1.0\r\n\r\n", "HTTP/1.1 200 "},
      {"wrong host", "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421 "},
      {"wrong host in HTTP/1.0", "GET /metrics HTTP/1.0\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 421 "},
      {"allowed host", "GET /livez HTTP/1.1\r\nHost: mill.example.org:80\r\n\r\n", "HTTP/1.1 200 "},
      {"whole address as target", "GET http://localhost/metrics HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 400 "},
      {"star as target", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 400 "},
      {"no HTTP at all", "\x16\x03\x01\x02\x01 TLS hello\r\n\r\n", "HTTP/1.1 400 "},
      {"space before the colon", "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", "HTTP/1.1 400 "},
      {"NUL in a field", std::string("GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n", 37), "HTTP/1.1 400 "},
      {"version of the future", "GET / HTTP/9.9\r\n" + host + "\r\n", "HTTP/1.1 400 "},
      {"two lengths", "GET / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 400 "},
      {"length and chunks", "GET / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "HTTP/1.1 400 "},
      {"header of 9 KiB", "GET / HTTP/1.1\r\n" + host + "X: " + std::string(9000, 'x') + "\r\n\r\n", "HTTP/1.1 431 "},
      {"10 MB without a line end", std::string(10'000'000, 'x'), "HTTP/1.1 4"},
      {"endless header fields", "GET / HTTP/1.1\r\n" + std::string(100'000, 'x') + ": y\r\n", "HTTP/1.1 431 "},
      {"a page that fails", "GET /throws HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 500 "},
  };
  for (const auto& row : rows) {
    const Raw client(server.port());
    std::thread sender([&] { client.send(row.request); });  // a large one ends when the server closes
    EXPECT_THAT(client.read_until("\r\n"), StartsWith(row.answer)) << row.about;
    sender.join();
  }
  EXPECT_THAT(ask(server, "PUT /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
              HasSubstr("\r\nAllow: GET, HEAD\r\n"));
  EXPECT_THAT(lines, ::testing::Contains(AllOf(HasSubstr("http.allowed_hosts"), HasSubstr("host=evil.example"))));
  EXPECT_THAT(lines, ::testing::Contains(AllOf(HasSubstr("ERROR"), HasSubstr("error=broken"))));
}

TEST_F(ServerTest, HandsPathQueryAndAcceptToThePage) {
  const Server server = start();
  EXPECT_THAT(ask(server, get_request("/echo?x=1&y=?", "Accept: text/*\r\n")),
              EndsWith("\r\n\r\n/echo|x=1&y=?|text/*<end>"));
}

TEST_F(ServerTest, HeadIsAnsweredLikeGetWithoutTheBody) {
  const Server server = start();
  const std::string get_answer = ask(server, get_request("/metrics"));
  const std::string head_answer = ask(server, "HEAD /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(head_answer, get_answer.substr(0, get_answer.find("\r\n\r\n") + 4) + "<end>");
  EXPECT_THAT(head_answer, HasSubstr("Content-Length: 100014\r\n"));
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  const Server server = start();
  const Raw client(server.port());
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += "GET /echo?" + std::to_string(i) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  requests += get_request("/echo?last");
  std::thread sender([&] { client.send(requests); });
  const std::string all = client.read_all();
  sender.join();
  std::size_t at = 0;
  for (int i = 0; i < 500; ++i) {
    at = all.find("/echo|" + std::to_string(i) + "|HTTP", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_THAT(all, EndsWith("/echo|last|<end>"));
}

TEST_F(ServerTest, AnAnswerBeforeAClosedConnectionArrivesWhole) {
  const Server server = start();
  const Raw client(server.port());
  client.send("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000\r\n\r\n" + std::string(30'000, 'x'));
  EXPECT_THAT(client.read_all(), AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Connection: close\r\n"),
                                       EndsWith("only GET and HEAD\n<end>")));
}

TEST_F(ServerTest, ManySilentAndSlowClientsDoNotDelayAScrape) {
  const Server server = start();
  std::vector<Raw> idle;
  for (int i = 0; i < 200; ++i) {
    idle.emplace_back(server.port());
    ASSERT_TRUE(idle.back().connected);
    if (i % 3 == 1) idle.back().send("GET /metr");                                           // half a request
    if (i % 3 == 2) idle.back().send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");     // never takes the answer
  }
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(get({"127.0.0.1", server.port()}, "/metrics", "", 20s).status, 200);
  // Far below the limits of the server: nothing waited for the others.
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_GE(open, 200u);
}

TEST_F(ServerTest, PastTheCapTheQuietestConnectionGoesAndAScrapeStillWorks) {
  const Server server =
      start({.listen = "127.0.0.1:0", .allowed_hosts = {}}, {.header_bytes = 8192, .connections = 10, .silence = 30s});
  const Raw keeps(server.port());
  std::vector<Raw> idle;
  for (int i = 0; i < 50; ++i) {
    idle.emplace_back(server.port());
    keeps.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(keeps.read_until("alive\n"), EndsWith("alive\n")) << "a busy connection was closed at " << i;
  }
  EXPECT_EQ(idle.front().read_all(), "<end>");
  EXPECT_EQ(get({"127.0.0.1", server.port()}, "/livez", "", 20s).status, 200);
  EXPECT_LE(open, 11u);
}

TEST_F(ServerTest, HalfARequestIsClosedAfterTheLimit) {
  const Server server =
      start({.listen = "127.0.0.1:0", .allowed_hosts = {}}, {.header_bytes = 8192, .connections = 10, .silence = 50ms});
  const Raw client(server.port());
  client.send("GET /metrics HTTP/1.1\r\nHost: loc");
  EXPECT_EQ(client.read_all(), "<end>");
}

TEST_F(ServerTest, ClosesConnectionsWhoseClientWent) {
  const Server server = start();
  { const Raw client(server.port()); client.send("GET /met"); }
  EXPECT_EQ(get({"127.0.0.1", server.port()}, "/livez", "", 20s).status, 200);
  for (int i = 0; i < 2000 && open > 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(open, 0u);
}

TEST_F(ServerTest, ListensOnIPv6) {
  const int fd = socket(AF_INET6, SOCK_STREAM, 0);
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  const bool has_v6 = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&loopback), sizeof loopback) == 0;
  if (fd >= 0) close(fd);
  if (!has_v6) GTEST_SKIP() << "this machine has no IPv6";
  const Server server = start({.listen = "[::1]:0", .allowed_hosts = {}});
  EXPECT_THAT(server.addresses(), ::testing::ElementsAre(StartsWith("[::1]:")));
  const Raw client(server.port(), AF_INET6);
  client.send("GET /livez HTTP/1.1\r\nHost: [::1]:1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(get({"::1", server.port()}, "/livez", "", 20s).status, 200);
  const Server both = start({.listen = "[::]:0", .allowed_hosts = {}});
  EXPECT_EQ(get({"127.0.0.1", both.port()}, "/livez", "", 20s).status, 200) << ":: takes IPv4 too";
}

TEST_F(ServerTest, EveryAddressOfANameHasTheSamePort) {
  const Server server = start({.listen = "localhost:0", .allowed_hosts = {}});
  for (const std::string& address : server.addresses())
    EXPECT_THAT(address, EndsWith(":" + std::to_string(server.port())));
  EXPECT_EQ(get({"localhost", server.port()}, "/livez", "", 20s).status, 200);
}

TEST_F(ServerTest, SaysInWordsWhyItCannotListen) {
  const Server first = start();
  const std::string taken = "127.0.0.1:" + std::to_string(first.port());
  const struct {
    std::string listen, words;
  } rows[] = {{taken, "cannot listen on " + taken + ": the port is taken"},
              {"127.0.0.1", "is no host and port"},
              {"192.0.2.1:0", "this machine has no such address"}};
  for (const auto& row : rows) {
    try {
      start({.listen = row.listen, .allowed_hosts = {}});
      ADD_FAILURE() << row.listen << " was accepted";
    } catch (const ListenError& error) {
      EXPECT_THAT(error.what(), AllOf(StartsWith("http.listen: "), HasSubstr(row.words)));
    }
  }
}

TEST_F(ServerTest, StopsWhileClientsHang) {
  std::vector<Raw> clients;
  {
    const Server server = start();
    for (int i = 0; i < 20; ++i) {
      clients.emplace_back(server.port());
      clients.back().send(i % 2 == 0 ? "GET /metr" : "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    get({"127.0.0.1", server.port()}, "/livez", "", 20s);
  }
  EXPECT_THAT(clients.front().read_all(), ::testing::AnyOf("<end>", "<reset>"));
  EXPECT_EQ(open, 0u);
}

TEST(Client, SaysWhyNobodyAnswered) {
  std::uint16_t port = 0;
  {
    consumer::Logger log({}, [](std::string_view) {}, [] { return consumer::Logger::Time{}; });
    const Server server({.listen = "127.0.0.1:0", .allowed_hosts = {}}, {}, log);
    port = server.port();
  }
  const Answered refused = get({"127.0.0.1", port}, "/readyz", "", 20s);
  EXPECT_EQ(refused.status, 0);
  EXPECT_THAT(refused.body,
              AllOf(HasSubstr("cannot connect to 127.0.0.1:" + std::to_string(port)), HasSubstr("refused")));

  const int fd = socket(AF_INET, SOCK_STREAM, 0);  // listens and never answers
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof any;
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&any), size), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&any), &size);
  const Answered silent = get({"127.0.0.1", ntohs(any.sin_port)}, "/readyz", "", 50ms);
  close(fd);
  EXPECT_EQ(silent.status, 0);
  EXPECT_THAT(silent.body, HasSubstr("no answer within 50 ms"));
}

}  // namespace
}  // namespace newsmill::http
