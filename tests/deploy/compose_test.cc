#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "config/document.h"
#include "config/load.h"
#include "tests/support/child.h"

// deploy/compose as far as it can be checked without a container engine: the parts fit each other.
namespace newsmill {
namespace {

using namespace std::chrono_literals;
using config::Node;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

const std::filesystem::path kFolder = NEWSMILL_SOURCE_DIR "/deploy/compose";

const Node& compose() {
  static const config::Document document = [] {
    config::Diagnostics diagnostics;
    auto read = config::Document::open(kFolder / "compose.yaml", diagnostics);
    EXPECT_FALSE(diagnostics.has_errors());
    return read;
  }();
  return document.root();
}

const Node& service(const std::string& name) {
  const Node* found = compose().find("services")->find(name);
  if (found == nullptr) throw std::runtime_error("no service " + name);
  return *found;
}

std::vector<std::string> names(const Node& map) {
  std::vector<std::string> all;
  for (const auto& [key, value] : map.entries) all.push_back(key.text);
  return all;
}

/// Texts of a list; none when it is absent.
std::vector<std::string> texts(const Node* list) {
  std::vector<std::string> all;
  if (list != nullptr)
    for (const Node& item : list->items) all.push_back(item.text);
  return all;
}

config::Settings settings() {
  config::Diagnostics diagnostics;
  config::Loaded loaded = config::load({kFolder / "newsmill.yaml"}, {}, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  return loaded.settings;
}

/// Parts of "a:b:c".
std::vector<std::string> parts(const std::string& text) {
  std::vector<std::string> all(1);
  for (const char c : text) c == ':' ? all.emplace_back() : all.back() += c, void();
  return all;
}

TEST(Compose, HasTheServicesAndEveryKeyIsOneOfTheSpecification) {
  EXPECT_THAT(names(*compose().find("services")),
              testing::ElementsAre("kafka", "topics", "newsmill", "prometheus", "grafana"));
  const std::set<std::string> known = {"image", "build", "command", "environment", "ports", "volumes", "depends_on",
                                       "healthcheck", "restart", "read_only", "tmpfs", "cap_drop", "security_opt",
                                       "stop_grace_period"};
  for (const auto& [name, node] : compose().find("services")->entries)
    for (const std::string& key : names(node)) EXPECT_TRUE(known.contains(key)) << name.text << "." << key;
}

/// What Debian's Compose, which needs no engine for this, says of a file.
test::Finished checked(const std::string& text) {
  const test::TemporaryFolder folder;
  // It is from before projects could name themselves.
  test::write_file(folder / "compose.yaml", std::regex_replace(text, std::regex("\nname: [a-z]+\n"), "\n"));
  return test::run_to_end({"docker-compose", "--file", folder / "compose.yaml", "config", "--quiet"}, 1min);
}

TEST(Compose, ComposeItselfReadsIt) {
  try {
    test::run_to_end({"docker-compose", "--version"}, 1min);
  } catch (const std::exception&) {
    const char* required = std::getenv("NEWSMILL_REQUIRE_SERVERS");
    const char* missing = "docker-compose is missing; deploy/debian-packages test installs it";
    if (required != nullptr && std::string(required) == "1") FAIL() << missing;
    std::fprintf(stderr, "SKIPPED: the compose file as Compose reads it. %s\n", missing);
    GTEST_SKIP();
  }
  const std::string text = test::read_file(kFolder / "compose.yaml");
  const test::Finished right = checked(text);
  EXPECT_EQ(right.code, 0) << right.output;
  const test::Finished wrong = checked(std::regex_replace(text, std::regex("healthcheck:"), "healthchek:"));
  EXPECT_NE(wrong.code, 0) << "it would not see a misspelt key";
  EXPECT_THAT(wrong.output, HasSubstr("healthchek"));
}

TEST(Compose, EveryImageIsPinnedToAVersion) {
  for (const auto& [name, node] : compose().find("services")->entries) {
    ASSERT_NE(node.find("image"), nullptr) << name.text;
    EXPECT_THAT(node.find("image")->text, MatchesRegex("[a-z/]+:v?[0-9]+[.][0-9]+[.][0-9]+")) << name.text;
  }
  EXPECT_EQ(service("newsmill").find("image")->text, "newsmill:" NEWSMILL_VERSION);
  EXPECT_EQ(service("topics").find("image")->text, "newsmill:" NEWSMILL_VERSION);
}

TEST(Compose, EveryMountedFileExistsAndIsReadOnlyAndEveryVolumeIsDeclared) {
  const auto volumes = names(*compose().find("volumes"));
  std::set<std::string> used;
  for (const auto& [name, node] : compose().find("services")->entries)
    for (const std::string& mount : texts(node.find("volumes"))) {
      const auto part = parts(mount);
      if (part[0].starts_with('.')) {
        EXPECT_TRUE(std::filesystem::exists(kFolder / part[0])) << mount;
        ASSERT_EQ(part.size(), 3u) << mount;
        EXPECT_EQ(part[2], "ro") << mount;
      } else {
        EXPECT_THAT(volumes, Contains(part[0])) << mount;
        used.insert(part[0]);
      }
      EXPECT_THAT(part[1], StartsWith("/")) << mount;
    }
  EXPECT_EQ(used.size(), volumes.size()) << "a volume that nobody uses";
}

TEST(Compose, TheImageIsBuiltFromTheRepository) {
  for (const char* name : {"topics", "newsmill"}) {
    const Node& build = *service(name).find("build");
    const auto context = kFolder / build.find("context")->text;
    EXPECT_TRUE(std::filesystem::exists(context / "CMakeLists.txt"));
    EXPECT_TRUE(std::filesystem::exists(context / build.find("dockerfile")->text));
  }
}

TEST(Compose, OnlyThisMachineReachesThePorts) {
  std::set<std::string> taken;
  for (const auto& [name, node] : compose().find("services")->entries)
    for (const std::string& port : texts(node.find("ports"))) {
      const auto part = parts(port);
      ASSERT_EQ(part.size(), 3u) << port;
      EXPECT_EQ(part[0], "127.0.0.1") << port;
      EXPECT_TRUE(taken.insert(part[1]).second) << port << " is published twice";
    }
  EXPECT_EQ(taken.size(), 4u);
}

TEST(Compose, EverythingThatStaysIsAskedForItsHealth) {
  for (const char* name : {"kafka", "newsmill", "prometheus", "grafana"}) {
    const Node* check = service(name).find("healthcheck");
    ASSERT_NE(check, nullptr) << name;
    EXPECT_EQ(check->find("test")->items.at(0).text, "CMD") << "there may be no shell in " << name;
    for (const char* key : {"interval", "timeout", "start_period", "retries"}) EXPECT_NE(check->find(key), nullptr) << key;
  }
}

TEST(Compose, TopicsAreMadeBeforeNewsmillStarts) {
  EXPECT_THAT(texts(service("topics").find("command")), testing::IsSupersetOf({"kafka", "apply"}));
  EXPECT_EQ(service("topics").find("depends_on")->find("kafka")->find("condition")->text, "service_healthy");
  EXPECT_EQ(service("newsmill").find("depends_on")->find("topics")->find("condition")->text,
            "service_completed_successfully");
  EXPECT_EQ(service("kafka").find("environment")->find("KAFKA_AUTO_CREATE_TOPICS_ENABLE")->text, "false");
}

TEST(Compose, NewsmillsSettingsAreWhatTheOthersExpect) {
  const config::Settings ours = settings();
  const std::string kafka = service("kafka").find("environment")->find("KAFKA_ADVERTISED_LISTENERS")->text;
  EXPECT_THAT(kafka, HasSubstr("//" + ours.kafka.brokers + ","));
  EXPECT_THAT(kafka, HasSubstr("//127.0.0.1:" + parts(texts(service("kafka").find("ports")).at(0)).at(1)));
  const auto port = parts(texts(service("newsmill").find("ports")).at(0)).at(2);
  EXPECT_EQ(ours.http.listen, "0.0.0.0:" + port) << "127.0.0.1 is nobody's but the container's own";

  config::Diagnostics diagnostics;
  const auto scraping = config::Document::open(kFolder / "../prometheus/prometheus.yaml", diagnostics);
  const Node& job = scraping.root().find("scrape_configs")->items.at(0);
  EXPECT_EQ(job.find("job_name")->text, "newsmill") << "the rules say so";
  const auto target = parts(job.find("static_configs")->items.at(0).find("targets")->items.at(0).text);
  EXPECT_THAT(names(*compose().find("services")), Contains(target.at(0)));
  EXPECT_EQ(target.at(1), port);
  EXPECT_THAT(ours.http.allowed_hosts, Contains(target.at(0)));

  const auto mounts = texts(service("newsmill").find("volumes"));
  EXPECT_THAT(mounts, Contains("newsmill-state:" + ours.kafka.state_dir));
  const std::string grace = service("newsmill").find("stop_grace_period")->text;
  EXPECT_GT(std::stoll(grace) * 1000, ours.kafka.drain_deadline.count()) << grace;
}

TEST(Compose, PrometheusAndGrafanaFindWhatIsMounted) {
  const auto mounted = [](const char* name, const std::string& at) {
    for (const std::string& mount : texts(service(name).find("volumes")))
      if (parts(mount).at(1) == at) return parts(mount).at(0);
    return std::string();
  };
  EXPECT_THAT(texts(service("prometheus").find("command")),
              Contains("--config.file=/etc/prometheus/prometheus.yaml"));
  EXPECT_EQ(mounted("prometheus", "/etc/prometheus/prometheus.yaml"), "../prometheus/prometheus.yaml");
  config::Diagnostics diagnostics;
  const auto scraping = config::Document::open(kFolder / "../prometheus/prometheus.yaml", diagnostics);
  for (const std::string& rules : texts(scraping.root().find("rule_files")))
    EXPECT_EQ(mounted("prometheus", "/etc/prometheus/" + rules), "../prometheus/" + rules);
  const auto providers =
      config::Document::open(kFolder / "../grafana/provisioning/dashboards/newsmill.yaml", diagnostics);
  const std::string folder = providers.root().find("providers")->items.at(0).find("options")->find("path")->text;
  EXPECT_EQ(mounted("grafana", folder), "../grafana/dashboards");
  EXPECT_EQ(mounted("grafana", "/etc/grafana/provisioning"), "../grafana/provisioning");
  const std::string home =
      service("grafana").find("environment")->find("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")->text;
  ASSERT_THAT(home, StartsWith(folder));
  EXPECT_TRUE(std::filesystem::exists(kFolder / "../grafana/dashboards" / home.substr(folder.size() + 1)));
  const auto sources =
      config::Document::open(kFolder / "../grafana/provisioning/datasources/prometheus.yaml", diagnostics);
  EXPECT_EQ(sources.root().find("datasources")->items.at(0).find("url")->text, "http://prometheus:9090");
  EXPECT_FALSE(diagnostics.has_errors());
}

}  // namespace
}  // namespace newsmill
