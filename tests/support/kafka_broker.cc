#include "tests/support/kafka_broker.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/support/kafka_client.h"
#include "tests/support/web.h"

namespace newsmill::test {

namespace fs = std::filesystem;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;

namespace {

void openssl(std::vector<std::string> words, const fs::path& folder) {
  words.insert(words.begin(), "openssl");
  const Finished finished = run_to_end(std::move(words), 1min, folder);
  if (finished.code != 0) throw std::runtime_error("openssl failed:\n" + finished.output);
}

}  // namespace

/// The archive is written when a JVM ends that was started for it; a client must have talked to the
/// broker by then, so that the classes which that needs are in it.
const KafkaInstall& KafkaBroker::with_archive(const KafkaInstall& install) {
  if (fs::exists(install.archive)) return install;
  const fs::path unfinished = install.archive.string() + "." + std::to_string(::getpid());
  {
    KafkaBroker first(install, {.version = install.version},
                      {"-XX:ArchiveClassesAtExit=" + unfinished.string()});
    KafkaClient client(first.bootstrap());
    client.create_topic("first", 1);
    client.produce("first", {KafkaRecord{.value = "first"}});
    first.stop();
  }
  fs::rename(unfinished, install.archive);
  return install;
}

KafkaBroker::KafkaBroker(const Options& options)
    : KafkaBroker(with_archive(kafka_install(options.version)), options, {}) {}

KafkaBroker::KafkaBroker(const KafkaInstall& install, const Options& options, std::vector<std::string> java)
    : install_(install), options_(options), java_(std::move(java)), folder_(install.folder / "running") {
  if (java_.empty()) java_.push_back("-XX:SharedArchiveFile=" + install.archive.string());
  if (!options_.users.empty()) secure();
  for (int attempt = 1;; ++attempt) {
    ports_ = {free_port(), free_port(), options_.users.empty() ? 0 : free_port()};
    format();
    try {
      start();
      return;
    } catch (const std::runtime_error&) {
      // Somebody else may have taken a port between our look and the broker's.
      if (attempt == 3 || log().find("Address already in use") == std::string::npos) throw;
    }
  }
}

KafkaBroker::~KafkaBroker() {
  process_.reset();
  std::error_code ignored;
  fs::copy_file(log_file(), install_.folder / "broker.log", fs::copy_options::overwrite_existing, ignored);
}

void KafkaBroker::secure() {
  for (const std::string name : {"authority", "wrong-authority"})
    openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=newsmill test " + name,
             "-keyout", name + ".key", "-out", name + ".pem"},
            folder_.path());
  openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=broker", "-keyout", "broker.key", "-out",
           "broker.csr"},
          folder_.path());
  write_file(folder_ / "names", "subjectAltName=IP:127.0.0.1\n");
  openssl({"x509", "-req", "-in", "broker.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
           "-days", "2", "-extfile", "names", "-out", "broker.pem"},
          folder_.path());
  write_file(folder_ / "keystore.pem",
             read_file(folder_ / "broker.key") + read_file(folder_ / "broker.pem") + read_file(authority()));
  std::string plain = "org.apache.kafka.common.security.plain.PlainLoginModule required";
  for (const User& user : options_.users) plain += " user_" + user.name + "=\"" + user.password + "\"";
  const std::string scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
  const std::string listener = "listener.name.secured.";
  const std::map<std::string, std::string> security{
      {"ssl.keystore.type", "PEM"},
      {"ssl.keystore.location", folder_ / "keystore.pem"},
      {"ssl.truststore.type", "PEM"},
      {"ssl.truststore.location", authority()},
      {"sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512"},
      {listener + "plain.sasl.jaas.config", plain + ";"},
      {listener + "scram-sha-256.sasl.jaas.config", scram},
      {listener + "scram-sha-512.sasl.jaas.config", scram},
      {"authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"},
      {"super.users", "User:ANONYMOUS"},
      {"allow.everyone.if.no.acl.found", "true"},
  };
  options_.properties.insert(security.begin(), security.end());
}

void KafkaBroker::format() {
  const fs::path data = folder_ / "data", properties = folder_ / "server.properties";
  fs::remove_all(data);
  write_file(properties, kafka_properties(ports_, data, options_.properties));
  if (options_.users.empty()) {
    fs::copy(install_.formatted, data, fs::copy_options::recursive);
    return;
  }
  std::vector<std::string> words;
  for (const User& user : options_.users)
    for (const std::string mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"})
      words.insert(words.end(),
                   {"--add-scram", mechanism + "=[name=" + user.name + ",password=" + user.password + "]"});
  kafka_format(install_, properties, words);
}

std::string KafkaBroker::bootstrap() const { return "127.0.0.1:" + std::to_string(ports_.plain); }
std::string KafkaBroker::secured_bootstrap() const { return "127.0.0.1:" + std::to_string(ports_.secured); }
fs::path KafkaBroker::authority() const { return folder_ / "authority.pem"; }
fs::path KafkaBroker::wrong_authority() const { return folder_ / "wrong-authority.pem"; }

void KafkaBroker::kill() {
  process_->signal(SIGKILL);
  process_->wait(1min);
}
void KafkaBroker::pause() { process_->signal(SIGSTOP); }
void KafkaBroker::resume() { process_->signal(SIGCONT); }

void KafkaBroker::stop() {
  process_->signal(SIGTERM);
  if (!process_->wait(2min))
    throw std::runtime_error("the broker did not end; its log ends with\n" + tail_of(log_file()));
}

void KafkaBroker::start_without_waiting() {
  std::vector<std::string> command = kafka_java(install_, java_, "kafka.Kafka");
  command.push_back(folder_ / "server.properties");
  process_.reset();
  process_ = std::make_unique<Child>(Child::Options{
      .command = std::move(command), .folder = folder_.path(), .out = log_file(), .err = log_file()});
}

void KafkaBroker::wait_until_ready() {
  const auto deadline = std::chrono::steady_clock::now() + 3min;
  KafkaClient client(bootstrap());
  while (!client.answers(500ms)) {
    const bool ended = !running();
    if (ended || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(std::string("the broker ") + (ended ? "ended" : "does not answer") +
                               "; its log ends with\n" + tail_of(log_file()));
  }
}

void KafkaBroker::start() {
  start_without_waiting();
  wait_until_ready();
}

std::string why_no_kafka(const std::string& version) {
  try {
    kafka_install(version);
    return "";
  } catch (const std::exception& error) {
    return "Kafka " + version + " cannot be had: " + error.what();
  }
}

}  // namespace newsmill::test
