#include "tests/support/prometheus.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <signal.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "consumer/http/client.h"
#include "tests/support/web.h"

namespace newsmill::test {

using namespace std::chrono_literals;

namespace {

/// RFC 3986 section 2.1.
std::string percent_encoded(const std::string& text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string all;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.') all += c;
    else all += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return all;
}

}  // namespace

Prometheus::Prometheus(const std::map<std::string, int>& jobs, const std::string& rules) : port_(free_port()) {
  std::string config =
      "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yml]\nscrape_configs:\n";
  for (const auto& [job, port] : jobs)
    config += "  - {job_name: " + job + ", static_configs: [{targets: ['127.0.0.1:" + std::to_string(port) + "']}]}\n";
  write_file(folder_ / "prometheus.yml", config);
  write_file(folder_ / "rules.yml", rules);
  child_ = std::make_unique<Child>(
      Child::Options{.command = {"prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(),
                                 "--storage.tsdb.path=" + (folder_ / "data").string(),
                                 "--web.listen-address=127.0.0.1:" + std::to_string(port_), "--log.level=warn"},
                     .out = folder_ / "log",
                     .err = folder_ / "log"});
  const auto deadline = std::chrono::steady_clock::now() + 2min;
  for (;;) {
    const auto answer = web_get(port_, "/-/ready");
    if (answer && answer->status == 200) return;
    if (!child_->running() || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("Prometheus does not start:\n" + tail_of(folder_ / "log"));
    std::this_thread::sleep_for(50ms);
  }
}

std::string Prometheus::ask(const std::string& path, const std::string& query) {
  // Not web_get(): long answers come in chunks.
  const http::Answered answer =
      http::get({"127.0.0.1", static_cast<std::uint16_t>(port_)},
                "/api/v1/" + path + (query.empty() ? "" : "?query=" + percent_encoded(query)), "", 30s);
  rapidjson::Document document;
  if (document.Parse(answer.body.c_str()).HasParseError() || !document.IsObject() || !document.HasMember("status") ||
      document["status"] != "success")
    throw std::runtime_error(path + " " + query + ": " + answer.body);
  rapidjson::StringBuffer data;
  rapidjson::Writer<rapidjson::StringBuffer> writer(data);
  document["data"].Accept(writer);
  return data.GetString();
}

double Prometheus::value(const std::string& expression) {
  rapidjson::Document data;
  data.Parse(ask("query", expression).c_str());
  const auto& result = data["result"];
  if (!result.IsArray() || result.Size() != 1)
    throw std::runtime_error(expression + ": " + std::to_string(result.Size()) + " series; expected one");
  return std::stod(result[0]["value"][1].GetString());
}

void Prometheus::stop() {
  child_->signal(SIGTERM);
  if (!child_->wait(1min)) throw std::runtime_error("Prometheus does not end");
}

}  // namespace newsmill::test
