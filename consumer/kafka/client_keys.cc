#include "consumer/kafka/client_keys.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>

#include "config/diagnostic.h"
#include "consumer/kafka/client.h"

namespace newsmill::kafka {
namespace {

/// A key that newsmill sets itself. `allowed` is the one value that changes nothing.
struct Reserved {
  std::string_view key, allowed, reason, hint;
};

constexpr std::string_view kOffsets = "newsmill commits offsets inside the transaction that holds the records; "
                                      "committed beside it, articles would be lost or doubled";
constexpr std::string_view kIdentity = "it is made of kafka.group, instance and the lane, so that a restarted process "
                                       "fences its predecessor";
constexpr Reserved kReserved[] = {
    {"bootstrap.servers", "", "it is a setting of its own", "write kafka.brokers"},
    {"metadata.broker.list", "", "it is a setting of its own", "write kafka.brokers"},
    {"group.id", "", "it is a setting of its own", "write kafka.group"},
    {"group.instance.id", "", kIdentity, "write instance"},
    {"transactional.id", "", kIdentity, "write instance"},
    {"enable.auto.commit", "false", kOffsets, "leave it out"},
    {"auto.commit.enable", "false", kOffsets, "leave it out"},
    {"auto.commit.interval.ms", "", kOffsets, "leave it out"},
    {"enable.auto.offset.store", "false", kOffsets, "leave it out"},
    {"offset.store.method", "broker", kOffsets, "leave it out"},
    {"offset.store.path", "", kOffsets, "leave it out"},
    {"offset.store.sync.interval.ms", "", kOffsets, "leave it out"},
    {"isolation.level", "read_committed", "records of aborted transactions would be processed", "leave it out"},
    {"auto.offset.reset", "error", "a position that retention has passed must be a loud stop, not a silent skip",
     "where a new group starts is kafka.start"},
    {"partition.assignment.strategy", "range",
     "cooperative-sticky aborts the process in librdkafka 2.0.2 (issue 4312), and the lane is built on whole "
     "assignments",
     "leave it out"},
    {"max.poll.interval.ms", "3600000",
     "one thread polls and commits, and a commit may wait for the broker; newsmill's "
     "own heartbeat takes its place",
     "leave it out"},
    {"enable.partition.eof", "false", "newsmill sets it where it needs it", "leave it out"},
    {"enable.idempotence", "true", "without it retries double and reorder records", "leave it out"},
    {"enable.gapless.guarantee", "false", "it turns an abort into a fatal error", "leave it out"},
    {"acks", "all", "a committed record must survive the loss of a broker", "leave it out"},
    {"request.required.acks", "all", "a committed record must survive the loss of a broker", "leave it out"},
    {"partitioner", "murmur2_random", "a key would move to another partition, and its order with it", "leave it out"},
    {"message.max.bytes", "", "it follows from the topics", "write output.max_bytes"},
    {"delivery.report.only.error", "false", "a commit takes ten times as long without delivery reports",
     "leave it out"},
    {"allow.auto.create.topics", "false", "a topic made by accident has the wrong settings",
     "run `newsmill kafka apply`"},
    {"statistics.interval.ms", "", "the metrics depend on it", "leave it out"},
    {"enabled_events", "0", "newsmill is built on callbacks", "leave it out"},
    {"log.queue", "false", "log lines would wait while a call blocks", "leave it out"},
    {"test.mock.num.brokers", "0", "every handle would get a broker of its own", "run `newsmill demo`"},
};

/// name → scope ("C", "P" or "*") of every property, read from librdkafka's own table, so that it is
/// right for whatever version is linked.
const std::map<std::string, std::string>& scopes() {
  static const std::map<std::string, std::string> all = [] {
    std::map<std::string, std::string> read;
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* const file = open_memstream(&text, &size);
    if (file == nullptr) return read;
    rd_kafka_conf_properties_show(file);
    std::fclose(file);
    std::string_view rest(text, size);
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto bar = line.find('|');
      if (bar == std::string_view::npos || line.substr(0, 1) == "-") continue;
      const auto trim = [](std::string_view s) {
        while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
        while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
        return std::string(s);
      };
      const auto next = line.find('|', bar + 1);
      if (next == std::string_view::npos) continue;
      const std::string name = trim(line.substr(0, bar)), scope = trim(line.substr(bar + 1, next - bar - 1));
      if (name == "Property") continue;
      // A name of the topic table too: what the global table says of it holds for the handle.
      const auto [known, added] = read.emplace(name, scope);
      if (!added && known->second != scope) known->second = "*";
    }
    std::free(text);
    return read;
  }();
  return all;
}

bool same_acks(std::string_view key, std::string_view value) {
  return (key == "acks" || key == "request.required.acks") && (value == "-1" || value == "all");
}

}  // namespace

std::string_view reserved_reason(std::string_view key, std::string_view value, std::string_view* hint) {
  for (const auto& row : kReserved) {
    if (row.key != key) continue;
    if ((!row.allowed.empty() && value == row.allowed) || same_acks(key, value)) return {};
    if (hint != nullptr) *hint = row.hint;
    return row.reason;
  }
  return {};
}

bool applies(const std::string& key, bool producer) {
  const auto found = scopes().find(key);
  // An unknown key applies everywhere: rd_kafka_conf_set then says that it is unknown.
  if (found == scopes().end() || found->second == "*") return true;
  return found->second == (producer ? "P" : "C");
}

const std::vector<std::string>& known_keys() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names;
    for (const auto& [name, scope] : scopes()) names.push_back(name);
    return names;
  }();
  return all;
}

bool is_secret(std::string_view key) {
  static constexpr std::string_view kParts[] = {"password", "secret", ".pem", "oauthbearer.config"};
  return std::any_of(std::begin(kParts), std::end(kParts),
                     [key](std::string_view part) { return key.find(part) != std::string_view::npos; }) &&
         key != "ssl.ca.pem" && key != "ssl.certificate.pem";  // certificates are public
}

std::string client_words(const std::string& key, const std::string& value, std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (is_secret(key) && !value.empty())
    for (auto at = text.find(value); at != std::string::npos; at = text.find(value, at + 3))
      text.replace(at, value.size(), "***");
  return text;
}

namespace {

// What librdkafka says when a handle is made, beside the error: "CONFWARN" lines.
struct Warnings {
  std::vector<std::string> lines;
};

void keep_warning(const rd_kafka_t* handle, int, const char* kind, const char* text) {
  if (std::string_view(kind) != "CONFWARN") return;
  std::string_view line(text);
  if (line.starts_with("[thrd:")) line.remove_prefix(std::min(line.find("]: ") + 3, line.size()));
  if (line.find("bootstrap.servers") == std::string_view::npos)
    static_cast<Warnings*>(rd_kafka_opaque(handle))->lines.emplace_back(line);
}

// The key a sentence of librdkafka is about, or nothing.
std::string key_in(std::string_view words, const std::map<std::string, std::string>& client) {
  std::string best;
  for (const auto& [key, value] : client)
    if (key.size() > best.size() && words.find(key) != std::string_view::npos) best = key;
  return best;
}

void add_once(std::vector<ClientFinding>& findings, ClientFinding finding) {
  const bool known = std::any_of(findings.begin(), findings.end(), [&](const ClientFinding& other) {
    return other.key == finding.key && other.words == finding.words;
  });
  if (!known) findings.push_back(std::move(finding));
}

}  // namespace

std::vector<ClientFinding> check_client(const std::map<std::string, std::string>& client) {
  std::vector<ClientFinding> findings;
  const Conf scratch(rd_kafka_conf_new());
  for (const auto& [key, value] : client) {
    std::string_view hint;
    if (const auto reason = reserved_reason(key, value, &hint); !reason.empty()) {
      findings.push_back({key, std::string(reason), std::string(hint)});
      continue;
    }
    char text[512] = "";
    const auto result = rd_kafka_conf_set(scratch.get(), key.c_str(), value.c_str(), text, sizeof text);
    if (result == RD_KAFKA_CONF_OK) continue;
    ClientFinding finding{key, client_words(key, value, text), {}};
    if (result == RD_KAFKA_CONF_UNKNOWN)
      if (const auto near = config::nearest(key, known_keys()); !near.empty())
        finding.hint = "did you mean \"" + near + "\"?";
    findings.push_back(std::move(finding));
  }
  for (const char* const key : {"sasl.mechanism", "sasl.mechanisms"}) {
    const auto mechanism = client.find(key);
    const auto unsecured = client.find("enable.sasl.oauthbearer.unsecure.jwt");
    if (mechanism == client.end() || mechanism->second != "OAUTHBEARER") continue;
    if (unsecured != client.end() && unsecured->second == "true") continue;
    findings.push_back({key, "OAUTHBEARER needs tokens, and this librdkafka was built without the means to fetch them",
                        "use PLAIN or SCRAM over TLS, GSSAPI, or a client certificate"});
  }
  if (!findings.empty()) return findings;

  // Each key is right by itself: what is left shows when a client of each kind is made. Without
  // bootstrap.servers it opens no connection.
  config::Settings settings;
  settings.kafka.brokers.clear();
  settings.kafka.client = client;
  settings.instance = "check";
  for (const Role role : {Role::input, Role::output}) {
    Warnings warnings;  // outlives the handle, which logs until it is gone
    std::string words;
    Conf conf = make_conf(settings, role, "check", words);
    rd_kafka_conf_set_log_cb(conf.get(), keep_warning);
    rd_kafka_conf_set_opaque(conf.get(), &warnings);
    const Handle handle = make_handle(role, std::move(conf), words);
    if (handle == nullptr) {
      std::string hint;
      if (words.find("ca.location") != std::string::npos)
        hint = "the file must be readable and hold certificates in PEM form";
      const std::string key = key_in(words, client);
      add_once(findings, {key, client_words(key, key.empty() ? std::string() : client.at(key), words), hint});
    }
    for (const auto& line : warnings.lines) add_once(findings, {key_in(line, client), line, {}, true});
  }
  return findings;
}

}  // namespace newsmill::kafka
