#include "consumer/http/server.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <array>
#include <deque>
#include <iterator>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include "consumer/http/listen.h"

namespace newsmill::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

// The label of what is no page of ours.
constexpr std::string_view kNoPage = "other";
// After an answer that ends the connection: how much of the rest of the request is read, so that
// closing does not destroy the answer on its way (a reset overtakes it when bytes are unread).
constexpr std::size_t kDrainBytes = 64 * 1024;
constexpr std::chrono::seconds kDrainTime{2};

Response problem(int status, std::string body) { return {.status = status, .body = std::move(body) + "\n"}; }

/// What one request comes to.
struct Answer {
  Response response;
  std::string_view handler = kNoPage;
  bool allow = false;  ///< with the field Allow (RFC 9110 section 15.5.6)
};

}  // namespace

struct Server::State {
  State(const Listen& listen, const config::Settings::Http& settings, Routes the_routes, consumer::Logger& the_log,
        Counts the_counts, Limits the_limits)
      : routes(std::move(the_routes)), hosts(listen, settings.allowed_hosts), log(the_log),
        counts(std::move(the_counts)), limits(the_limits) {}

  /// One address that is listened on.
  struct Door {
    Door(tcp::acceptor open, asio::io_context& io) : acceptor(std::move(open)), pause(io) {}
    tcp::acceptor acceptor;
    asio::steady_timer pause;
  };

  void open(const Listen& listen);
  void accept(Door& door);
  void make_room();
  Answer answer(const beast::http::request<beast::http::empty_body>& request) const;

  const Routes routes;
  const HostCheck hosts;
  consumer::Logger& log;
  const Counts counts;
  const Limits limits;
  // The connection that was quiet the longest stands first. I/O thread only; outlives `io`, whose
  // operations own the connections.
  std::list<std::weak_ptr<Connection>> connections;
  asio::io_context io{1};
  std::deque<Door> doors;
  std::vector<std::string> addresses;
  std::uint16_t port = 0;
  std::thread thread;
};

/// One connection: read a header, answer, again. Owned by the operation that is under way.
class Server::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, State& state)
      : stream_(std::move(socket)), state_(state), buffer_(2 * state.limits.header_bytes) {}

  ~Connection() {
    state_.connections.erase(place_);
    if (state_.counts.connections) state_.counts.connections(state_.connections.size());
  }

  void start() {
    place_ = state_.connections.insert(state_.connections.end(), weak_from_this());
    if (state_.counts.connections) state_.counts.connections(state_.connections.size());
    read();
  }

  void close() {
    touch();
    error_code ignored;
    stream_.socket().close(ignored);
  }

 private:
  void touch() { state_.connections.splice(state_.connections.end(), state_.connections, place_); }

  void read() {
    parser_.emplace();
    parser_->header_limit(state_.limits.header_bytes);
    parser_->body_limit(boost::none);  // none is read
    stream_.expires_after(state_.limits.silence);
    beast::http::async_read_header(stream_, buffer_, *parser_,
                                   [self = shared_from_this()](error_code error, std::size_t) { self->answer(error); });
  }

  void answer(error_code failure) {
    using E = beast::http::error;
    if (!failure) {
      const auto& request = parser_->get();
      // A body would have to be read before the next request: end the connection instead.
      const bool body = parser_->chunked() || parser_->content_length().value_or(0) > 0;
      return write(state_.answer(request), request.method() == beast::http::verb::head, parser_->keep_alive() && !body);
    }
    if (failure == E::header_limit || failure == E::buffer_overflow)
      return write({problem(431, fmt::format("the header is larger than {} bytes", state_.limits.header_bytes))}, false,
                   false);
    const bool malformed = failure.category() == make_error_code(E::bad_method).category();
    if (malformed && failure != E::end_of_stream && failure != E::partial_message)
      return write({problem(400, "no HTTP request: " + failure.message())}, false, false);
    // The client went, or was silent for too long: nobody to answer.
  }

  void write(Answer answer, bool head, bool keep) {
    touch();
    if (state_.counts.answered) state_.counts.answered(answer.handler, answer.response.status);
    const std::size_t size = answer.response.body.size();
    response_ = {};
    response_.result(static_cast<unsigned>(answer.response.status));
    response_.version(11);
    response_.set(beast::http::field::server, "newsmill");
    response_.set(beast::http::field::content_type, answer.response.content_type);
    response_.set(beast::http::field::cache_control, "no-store");
    response_.set("X-Content-Type-Options", "nosniff");
    if (answer.allow) response_.set(beast::http::field::allow, "GET, HEAD");
    response_.keep_alive(keep);
    response_.content_length(size);  // of a HEAD too (RFC 9110 section 9.3.2)
    if (!head) response_.body() = std::move(answer.response.body);
    stream_.expires_after(state_.limits.silence);
    beast::http::async_write(stream_, response_, [self = shared_from_this(), keep](error_code error, std::size_t) {
      if (error) return;
      if (keep) return self->read();
      self->finish();
    });
  }

  void finish() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kDrainTime);
    drain();
  }

  void drain() {
    stream_.async_read_some(asio::buffer(rest_), [self = shared_from_this()](error_code error, std::size_t bytes) {
      self->drained_ += bytes;
      if (!error && self->drained_ < kDrainBytes) self->drain();
    });
  }

  beast::tcp_stream stream_;
  State& state_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::empty_body>> parser_;
  beast::http::response<beast::http::string_body> response_;
  std::array<char, 2048> rest_;
  std::size_t drained_ = 0;
  std::list<std::weak_ptr<Connection>>::iterator place_;
};

Answer Server::State::answer(const beast::http::request<beast::http::empty_body>& request) const {
  const auto hosts_sent = request.count(beast::http::field::host);
  // RFC 9112 section 3.2: exactly one Host. HTTP/1.0 knows none, and no browser speaks it.
  if (hosts_sent > 1 || (hosts_sent == 0 && request.version() >= 11))
    return {problem(400, fmt::format("found {} Host fields; expected one", hosts_sent))};
  const std::string_view host = request[beast::http::field::host];
  if (hosts_sent == 1 && !hosts.allows(host)) {
    log.warning(
        "http-host",
        "a request for a host name that is not ours was refused; if the name is right, add it to http.allowed_hosts",
        {{"host", host}});
    return {problem(
        421, "this server does not answer for the host name of the request; http.allowed_hosts lists further names")};
  }
  const std::string_view target = request.target();
  if (!target.starts_with('/')) return {problem(400, "expected a request target that begins with /")};
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  const Routes::Route* route = routes.find(path);
  if (route == nullptr) return {problem(404, "no such page; / lists the pages")};
  if (request.method() != beast::http::verb::get && request.method() != beast::http::verb::head)
    return {problem(405, "only GET and HEAD"), route->name, true};
  const std::string_view query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  try {
    return {route->handler({.path = path, .query = query, .accept = request[beast::http::field::accept]}), route->name};
  } catch (const std::exception& error) {
    log.error("http-handler", "a page failed, which is a defect of newsmill",
              {{"handler", route->name}, {"error", error.what()}});
    return {problem(500, "this page failed; the log says why"), route->name};
  }
}

void Server::State::open(const Listen& listen) {
  const auto fail = [&](const std::string& why) {
    throw ListenError(fmt::format("http.listen: cannot listen on {}: {}", listen_text(listen), why));
  };
  error_code error;
  const auto found = tcp::resolver(io).resolve(listen.host, std::to_string(listen.port),
                                               tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error) fail(error.message());
  error_code skipped;
  for (const auto& entry : found) {
    tcp::endpoint endpoint = entry.endpoint();
    // All addresses of a name share the port that the first was given.
    if (endpoint.port() == 0 && !doors.empty()) endpoint.port(port);
    tcp::acceptor acceptor(io);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    // "::" means every address, those of IPv4 too.
    if (!error && endpoint.protocol() == tcp::v6())
      acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error == asio::error::address_in_use)
      fail(
          "the port is taken; another program, perhaps a second newsmill, has it: end it or choose another "
          "http.listen");
    if (error == asio::error::address_family_not_supported || error == boost::system::errc::address_not_available) {
      skipped = error;  // a machine without IPv6 still has a localhost
      continue;
    }
    if (error) fail(error.message());
    const tcp::endpoint local = acceptor.local_endpoint();
    port = local.port();
    addresses.push_back(listen_text({local.address().to_string(), port}));
    doors.emplace_back(std::move(acceptor), io);
  }
  if (doors.empty()) fail(fmt::format("{}; this machine has no such address", skipped.message()));
}

void Server::State::make_room() {
  if (connections.empty()) return;
  if (const auto quiet = connections.front().lock()) quiet->close();
}

void Server::State::accept(Door& door) {
  door.acceptor.async_accept([this, &door](error_code error, tcp::socket socket) {
    if (!door.acceptor.is_open()) return;
    if (error) {
      // Usually no descriptors left: make room and let the machine breathe.
      log.warning("http-accept", "an HTTP connection could not be accepted", {{"error", error.message()}});
      make_room();
      door.pause.expires_after(std::chrono::milliseconds(100));
      return door.pause.async_wait([this, &door](error_code) { if (door.acceptor.is_open()) accept(door); });
    }
    // The one that was quiet the longest goes, so that holding connections open locks nobody out.
    if (connections.size() >= limits.connections) make_room();
    std::make_shared<Connection>(std::move(socket), *this)->start();
    accept(door);
  });
}

Server::Server(const config::Settings::Http& settings, Routes routes, consumer::Logger& log, Counts counts,
               Limits limits) {
  std::string why;
  const auto listen = parse_listen(settings.listen, why);
  if (!listen) throw ListenError("http.listen: " + why);
  state_ = std::make_unique<State>(*listen, settings, std::move(routes), log, std::move(counts), limits);
  state_->open(*listen);
  for (State::Door& door : state_->doors) state_->accept(door);
  // Signals belong to the main thread.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  state_->thread = std::thread([this] { state_->io.run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Server::~Server() {
  asio::post(state_->io, [state = state_.get()] {
    error_code ignored;
    for (State::Door& door : state->doors) {
      door.acceptor.close(ignored);
      door.pause.cancel();
    }
    // close() moves a connection to the end, so the list is walked by count.
    for (std::size_t left = state->connections.size(); left > 0; --left) state->make_room();
  });
  // Ends when the last closed operation has returned.
  state_->thread.join();
}

const std::vector<std::string>& Server::addresses() const { return state_->addresses; }
std::uint16_t Server::port() const { return state_->port; }

}  // namespace newsmill::http
