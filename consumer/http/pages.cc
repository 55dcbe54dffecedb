#include "consumer/http/pages.h"

#include <fmt/format.h>

#include <iterator>
#include <memory_resource>
#include <utility>

#include "config/json_text.h"
#include "processors/text/utf8.h"

namespace newsmill::http {
namespace {

using consumer::Health;

/// Reasons come from libraries and brokers; JSON must be UTF-8 all the same.
std::string json(std::string_view bytes) {
  std::pmr::monotonic_buffer_resource arena;
  return config::json_text(text::repair_utf8(bytes, arena).text);
}

Response readiness_json(const Health::Readiness& readiness) {
  Response response{.status = readiness.ready ? 200 : 503, .content_type = "application/json", .body = {}};
  auto out = std::back_inserter(response.body);
  fmt::format_to(out, "{{\"ready\":{},\"parts\":[", readiness.ready);
  bool first = true;
  for (const Health::PartState& part : readiness.parts) {
    fmt::format_to(out, "{}{{\"component\":{},\"part\":{},\"ready\":{},\"reason\":{},\"seconds\":{}",
                   first ? "" : ",", json(component_name(part.component)), json(part.name), part.ready,
                   json(part.reason), part.age.count());
    if (!part.note.empty()) fmt::format_to(out, ",\"note\":{}", json(part.note));
    response.body += '}';
    first = false;
  }
  response.body += "]}\n";
  return response;
}

Response readiness_text(const Health::Readiness& readiness) {
  Response response{.status = readiness.ready ? 200 : 503, .body = readiness.ready ? "ready\n" : "not ready\n"};
  for (const Health::PartState& part : readiness.parts)
    fmt::format_to(std::back_inserter(response.body), "{}: {}{} (for {} s){}{}\n", part.name,
                   part.ready ? "ready" : "not ready: ", part.reason, part.age.count(),
                   part.note.empty() ? "" : "; ", part.note);
  return response;
}

Response readyz(const Health& health, const Request& request) {
  const Health::Readiness readiness = health.readiness();
  const bool wants_json = request.accept.find("application/json") != std::string_view::npos;
  return wants_json ? readiness_json(readiness) : readiness_text(readiness);
}

Response livez(const Health& health) {
  const Health::Liveness liveness = health.liveness();
  if (liveness.alive) return {.body = "alive\n"};
  return {.status = 503, .body = liveness.reason + "\n"};
}

}  // namespace

void add_pages(Routes& routes, const Health& health, std::function<std::string()> metrics, std::string_view type) {
  routes.add("/metrics", {"metrics", "metrics in the Prometheus text format",
                          [metrics = std::move(metrics), type = std::string(type)](const Request&) {
                            return Response{.content_type = type, .body = metrics()};
                          }});
  routes.add("/livez", {"livez", "200 while the process works, whatever Kafka does",
                        [&health](const Request&) { return livez(health); }});
  routes.add("/readyz", {"readyz", "200 when articles flow, else 503 with the reasons",
                         [&health](const Request& request) { return readyz(health, request); }});
}

void add_index(Routes& routes) {
  std::string page = "newsmill " NEWSMILL_VERSION "\n\n";
  for (const auto& [path, route] : routes.all())
    fmt::format_to(std::back_inserter(page), "{:<12} {}\n", path, route.title);
  routes.add("/", {"index", "this list", [page = std::move(page)](const Request&) { return Response{.body = page}; }});
}

}  // namespace newsmill::http
