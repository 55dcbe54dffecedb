#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace newsmill::test {

struct WebAnswer {
  int status = 0;
  std::string head, body;
};

/// GET `path` of 127.0.0.1:`port`; nothing when nobody listens or no whole answer comes within `limit`.
std::optional<WebAnswer> web_get(int port, const std::string& path,
                                 std::chrono::milliseconds limit = std::chrono::seconds(5));

/// A loopback port that nobody listens on.
int free_port();

/// Sums of the samples of each family in Prometheus' text format: {"newsmill_x_total": 12, …}.
std::map<std::string, double> metric_sums(const std::string& exposition);

}  // namespace newsmill::test
