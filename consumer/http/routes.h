#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace newsmill::http {

/// One GET or HEAD request; views are valid during the call.
struct Request {
  std::string_view path;    ///< as sent, without the query
  std::string_view query;   ///< behind '?', as sent
  std::string_view accept;  ///< field Accept, empty when absent
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

/// The pages of a server. Handlers run on the server's one I/O thread: they must not block, and a
/// few ms are long. Filled before the server starts and constant from then on.
class Routes {
 public:
  using Handler = std::function<Response(const Request&)>;
  struct Route {
    std::string name;   ///< value of the metric label `handler`
    std::string title;  ///< one line for the index
    Handler handler;
  };

  /// `path` is matched whole.
  void add(std::string path, Route route) { routes_.insert_or_assign(std::move(path), std::move(route)); }
  const Route* find(std::string_view path) const {
    const auto found = routes_.find(path);
    return found == routes_.end() ? nullptr : &found->second;
  }
  const std::map<std::string, Route, std::less<>>& all() const { return routes_; }

 private:
  std::map<std::string, Route, std::less<>> routes_;
};

}  // namespace newsmill::http
