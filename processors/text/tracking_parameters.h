#pragma once
#include <string_view>

namespace newsmill::text {

/// True for a query parameter that only says how a reader came to the page. `name` as it stands in
/// the query (case is ignored); `host` decides for names that mean something elsewhere.
/// Sources: tracking-query-params-registry (public domain) for the general names, the
/// documentation of the analytics products, and the addresses of the development news for sites.
bool is_tracking_parameter(std::string_view name, std::string_view host);

}  // namespace newsmill::text
