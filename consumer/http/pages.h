#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "consumer/http/health.h"
#include "consumer/http/routes.h"

namespace newsmill::http {

/// Adds /metrics (`metrics` gives its text, `type` its content type), /livez and /readyz. `health`
/// must outlive the routes. /readyz answers 200 or 503 with every part and its reason, as text, or
/// as JSON to whoever accepts application/json; /livez 200 or 503 and does not depend on Kafka.
void add_pages(Routes& routes, const consumer::Health& health, std::function<std::string()> metrics,
               std::string_view type);

/// Adds "/", a list in text of all pages that are in `routes` when it is called: call it last.
void add_index(Routes& routes);

}  // namespace newsmill::http
