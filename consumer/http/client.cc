#include "consumer/http/client.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <utility>

namespace newsmill::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using tcp = asio::ip::tcp;

Answered get(const Listen& listen, std::string_view path, std::string_view accept, std::chrono::milliseconds limit) {
  Listen target = listen;
  if (target.host == "0.0.0.0") target.host = "127.0.0.1";
  if (target.host == "::") target.host = "::1";
  const auto failed = [&](const char* what, const error_code& error) {
    return Answered{0, fmt::format("{} {}: {}", what, listen_text(target),
                                   error == beast::error::timeout ? fmt::format("no answer within {} ms", limit.count())
                                                                  : error.message())};
  };

  asio::io_context io{1};
  error_code error;
  const auto found =
      tcp::resolver(io).resolve(target.host, std::to_string(target.port), tcp::resolver::numeric_service, error);
  if (error) return failed("cannot find", error);

  beast::tcp_stream stream(io);
  beast::http::request<beast::http::empty_body> request(beast::http::verb::get, path, 11);
  request.set(beast::http::field::host, listen_text(target));
  request.set(beast::http::field::connection, "close");
  if (!accept.empty()) request.set(beast::http::field::accept, accept);
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> response;
  response.body_limit(16u << 20);

  Answered answered;
  stream.expires_after(limit);
  stream.async_connect(found, [&](error_code connect_error, const tcp::endpoint&) {
    if (connect_error) { answered = failed("cannot connect to", connect_error); return; }
    beast::http::async_write(stream, request, [&](error_code write_error, std::size_t) {
      if (write_error) { answered = failed("cannot ask", write_error); return; }
      beast::http::async_read(stream, buffer, response, [&](error_code read_error, std::size_t) {
        if (read_error) { answered = failed("no answer from", read_error); return; }
        answered = {static_cast<int>(response.get().result_int()), std::move(response.get().body())};
      });
    });
  });
  io.run();
  return answered;
}

}  // namespace newsmill::http
