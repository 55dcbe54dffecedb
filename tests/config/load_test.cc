#include "config/load.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "config/options.h"
#include "config/show.h"
#include "tests/support/child.h"

namespace newsmill::config {
namespace {

using test::TemporaryFolder;
using test::write_file;

/// One file "n.yaml" in a folder of its own, and how findings print with the folder left out.
class Load : public testing::Test {
 protected:
  Loaded read(const std::string& text, const std::vector<std::string>& sets = {}) {
    write_file(folder_ / "n.yaml", text);
    diagnostics_ = {};
    return load({(folder_ / "n.yaml").string()}, sets, diagnostics_);
  }
  std::string printed() const {
    std::ostringstream out;
    diagnostics_.print(out);
    std::string text = out.str();
    const std::string prefix = folder_.path().string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
    return text;
  }
  std::string findings(const std::string& text, const std::vector<std::string>& sets = {}) {
    read(text, sets);
    return printed();
  }
  TemporaryFolder folder_;
  Diagnostics diagnostics_;
};

TEST_F(Load, NoFileGivesTheDefaultsAndTheHostName) {
  const Loaded loaded = load({}, {}, diagnostics_);
  EXPECT_EQ(printed(), "");
  EXPECT_FALSE(loaded.settings.instance.empty());
  Settings expect;
  expect.instance = loaded.settings.instance;
  for (const Option& row : options()) EXPECT_EQ(value_text(row, loaded.settings), value_text(row, expect)) << row.path;
  EXPECT_TRUE(loaded.origins.empty());
  EXPECT_EQ(origin_text(loaded.origin("kafka.lanes")), "default");
}

TEST_F(Load, ReadsEveryTypeAndKnowsWhereItStands) {
  const Loaded loaded = read(R"(instance: mill-1
kafka:
  brokers: a:9092, b:9093
  start: latest
  lanes: 2
  buffer_bytes: 64MiB
  transaction_interval: 250ms
  client:
    security.protocol: SASL_SSL
    socket.timeout.ms: 5000
input:
  topics:
    - {name: raw.one, format: plain}
    - name: raw.two
      source: wire.example
http:
  listen: ""
  allowed_hosts: [mill.internal, "[::1]:80"]
log: {format: json, level: warning}
)");
  EXPECT_EQ(printed(), "");
  const Settings& s = loaded.settings;
  EXPECT_EQ(s.instance, "mill-1");
  EXPECT_EQ(s.kafka.brokers, "a:9092, b:9093");
  EXPECT_EQ(s.kafka.start, Settings::Kafka::Start::latest);
  EXPECT_EQ(s.kafka.lanes, 2);
  EXPECT_EQ(s.kafka.buffer_bytes, 64u << 20);
  EXPECT_EQ(s.kafka.transaction_interval.count(), 250);
  EXPECT_EQ(s.kafka.client,
            (std::map<std::string, std::string>{{"security.protocol", "SASL_SSL"}, {"socket.timeout.ms", "5000"}}));
  ASSERT_EQ(s.input.topics.size(), 2u);
  EXPECT_EQ(s.input.topics[0].format, "plain");
  EXPECT_EQ(s.input.topics[1].name, "raw.two");
  EXPECT_EQ(s.input.topics[1].format, "auto");
  EXPECT_EQ(s.input.topics[1].source, "wire.example");
  EXPECT_EQ(s.http.listen, "");
  EXPECT_EQ(s.http.allowed_hosts, (std::vector<std::string>{"mill.internal", "[::1]:80"}));
  EXPECT_EQ(s.log.format, Settings::Log::Format::json);
  EXPECT_EQ(s.log.level, Settings::Log::Level::warning);
  EXPECT_EQ(loaded.origin("kafka.lanes").line, 5u);
  EXPECT_EQ(loaded.origin("kafka.lanes").column, 10u);
  EXPECT_EQ(loaded.origin("kafka.client.socket.timeout.ms").source, "    socket.timeout.ms: 5000");
  EXPECT_EQ(loaded.origin("input.topics[1].source").line, 15u);
}

TEST_F(Load, FindsEverythingOfAllFilesInOnePass) {
  write_file(folder_ / "n.yaml", R"(inpt:
  max_bytes: 1MiB
kafka:
  lanes: 0
  start: newest
  brokers: localhost
  transaction_interval: 100
  client: {ssl: {ca: {location: x}}}
brokers: a:1
output: [a]
input:
  topics:
    - {name: "a b", format: ninjs, sorce: x}
    - raw.two
    - {format: text}
)");
  write_file(folder_ / "o.yaml", "log: {level: warn}\n");
  load({(folder_ / "n.yaml").string(), (folder_ / "o.yaml").string(), (folder_ / "p.yaml").string()},
       {"kafka.lnes=2", "kafka.workers=many", "nothing", "=x", "a..b=1", "http.allowed_hosts=[a", "kafka.group"},
       diagnostics_);
  EXPECT_EQ(printed(), R"(n.yaml:1:1: error[E101]: unknown key "inpt"
  inpt:
  ^
  hint: did you mean "input"?
n.yaml:4:10: error[E103]: kafka.lanes: expected a whole number from 1 to 64, found "0"
    lanes: 0
           ^
n.yaml:5:10: error[E104]: kafka.start: expected one of earliest, latest, found "newest"
    start: newest
           ^
n.yaml:6:12: error[E102]: kafka.brokers: expected host:port, with commas between several, found "localhost"
    brokers: localhost
             ^
n.yaml:7:25: error[E111]: kafka.transaction_interval: expected a duration from 1ms to 10s, found "100"
    transaction_interval: 100
                          ^
  hint: add a unit: ms, s, m, h, d
n.yaml:8:17: error[E105]: kafka.client.ssl: expected a single value, found a map
    client: {ssl: {ca: {location: x}}}
                  ^
  hint: the names of librdkafka are written in one piece: "ssl.ca"
n.yaml:9:1: error[E101]: unknown key "brokers"
  brokers: a:1
  ^
  hint: did you mean "kafka.brokers"?
n.yaml:10:9: error[E105]: output: expected a map of keys and values, found a list
  output: [a]
          ^
  hint: the keys here are enriched, deadletter, max_bytes
n.yaml:13:14: error[E102]: input.topics[0].name: expected a topic name of 1 to 249 letters, digits, ".", "_" and "-", found "a b"
      - {name: "a b", format: ninjs, sorce: x}
               ^
n.yaml:13:29: error[E104]: input.topics[0].format: expected one of auto, plain, text, found "ninjs"
      - {name: "a b", format: ninjs, sorce: x}
                              ^
n.yaml:13:36: error[E101]: unknown key "input.topics[0].sorce"
      - {name: "a b", format: ninjs, sorce: x}
                                     ^
  hint: did you mean "source"?
n.yaml:14:7: error[E105]: input.topics[1]: expected a map of keys and values, found "raw.two"
      - raw.two
        ^
  hint: write {name: raw.two}
n.yaml:15:7: error[E106]: input.topics[2].name: this key is needed here, and it is missing
      - {format: text}
        ^
o.yaml:1:14: error[E104]: log.level: expected one of debug, info, warning, error, found "warn"
  log: {level: warn}
               ^
p.yaml: error[E001]: cannot be read: No such file or directory
  hint: check the path and the rights
--set:1:1: error[E110]: expected KEY=VALUE, found "nothing"
  nothing
  ^
  hint: for example --set kafka.workers=4
--set:1:1: error[E110]: expected KEY=VALUE, found "=x"
  =x
  ^
  hint: for example --set kafka.workers=4
--set:1:1: error[E110]: expected KEY=VALUE, found "kafka.group"
  kafka.group
  ^
  hint: for example --set kafka.workers=4
--set:1:3: error[E110]: expected KEY=VALUE, found "a..b=1"
  a..b=1
    ^
  hint: for example --set kafka.workers=4
--set:1:7: error[E101]: unknown key "kafka.lnes"
  kafka.lnes=2
        ^
  hint: did you mean "lanes"?
--set:1:15: error[E102]: kafka.workers: expected a whole number from 0 to 256, found "many"
  kafka.workers=many
                ^
--set:1:20: error[E002]: "[" is not closed with "]"
  http.allowed_hosts=[a
                     ^
  hint: close it, or put the value in quotes
22 errors in 4 files
)");
}

TEST_F(Load, LaterFilesAndSetsOverrideEarlierOnes) {
  write_file(
      folder_ / "a.yaml",
      "kafka: {lanes: 2, workers: 3, client: {a.b: 1, c.d: 2}}\ninput: {topics: [{name: x, source: s}, {name: y}]}\n");
  write_file(folder_ / "b.yaml", "kafka: {workers: 4, client: {c.d: 3}}\ninput: {topics: [{name: z}]}\n");
  const Loaded loaded = load({(folder_ / "a.yaml").string(), (folder_ / "b.yaml").string()},
                             {"kafka.workers=5", "kafka.client.e.f=a: b", "kafka.client.c.d=4"}, diagnostics_);
  EXPECT_EQ(printed(), "");
  EXPECT_EQ(loaded.settings.kafka.lanes, 2);
  EXPECT_EQ(loaded.settings.kafka.workers, 5);
  EXPECT_EQ(loaded.settings.kafka.client,
            (std::map<std::string, std::string>{{"a.b", "1"}, {"c.d", "4"}, {"e.f", "a: b"}}));
  ASSERT_EQ(loaded.settings.input.topics.size(), 1u);
  EXPECT_EQ(loaded.settings.input.topics[0].name, "z");
  EXPECT_EQ(loaded.settings.input.topics[0].source, "");
  EXPECT_FALSE(loaded.origins.contains("input.topics[1].name"));
  EXPECT_EQ(origin_text(loaded.origin("kafka.workers")), "--set");
}

TEST_F(Load, SetTakesListsMapsAndQuotes) {
  const Loaded loaded = read("", {"http.allowed_hosts=[a, 'b:1']", "input.topics=[{name: x, format: text}]",
                                  "kafka.group='g 1'x", "log={level: debug}"});
  EXPECT_EQ(loaded.settings.http.allowed_hosts, (std::vector<std::string>{"a", "b:1"}));
  EXPECT_EQ(loaded.settings.input.topics[0].format, "text");
  EXPECT_EQ(loaded.settings.log.level, Settings::Log::Level::debug);
  EXPECT_EQ(loaded.settings.kafka.group, "newsmill");
  EXPECT_EQ(diagnostics_.all().size(), 1u) << printed();
}

TEST_F(Load, ReplacesEnvironmentVariablesAndFiles) {
  setenv("NEWSMILL_TEST_PASSWORD", "s3cret ${env:HOME}", 1);
  write_file(folder_ / "secret", "two\nlines\r\n");
  const Loaded loaded = read(R"(kafka:
  client:
    sasl.username: mill
    sasl.password: ${env:NEWSMILL_TEST_PASSWORD}
    ssl.key.password: "a-${file:secret}-b"
    sasl.oauthbearer.scope: $${env:HOME} $5 $$
  group: ${env:NEWSMILL_TEST_GROUP}
)", {"kafka.group=g", "kafka.client.x=${file:" + (folder_ / "secret").string() + "}"});
  unsetenv("NEWSMILL_TEST_PASSWORD");
  EXPECT_EQ(printed(), R"(n.yaml:7:10: error[E108]: environment variable "NEWSMILL_TEST_GROUP" is not set
    group: ${env:NEWSMILL_TEST_GROUP}
           ^
  hint: set it, or write the value here
1 error in n.yaml
)");
  const auto& client = loaded.settings.kafka.client;
  EXPECT_EQ(client.at("sasl.password"), "s3cret ${env:HOME}");
  EXPECT_EQ(client.at("ssl.key.password"), "a-two\nlines-b");
  EXPECT_EQ(client.at("sasl.oauthbearer.scope"), "${env:HOME} $5 $$");
  EXPECT_EQ(client.at("x"), "two\nlines");
  EXPECT_TRUE(loaded.masked("kafka.client.x"));
  EXPECT_FALSE(loaded.masked("kafka.client.sasl.username"));
}

TEST_F(Load, RefusesValuesThatAreNotUtf8WhereverTheyComeFrom) {
  write_file(folder_ / "latin", "caf\xE9");
  EXPECT_EQ(findings("input: {topics: [{name: a, source: \"${file:latin}\"}]}\n", {"kafka.client.a=\xff"}),
            "n.yaml:1:36: error[E010]: input.topics[0].source: ${file:latin} holds bytes that are not UTF-8\n"
            "  input: {topics: [{name: a, source: \"${file:latin}\"}]}\n                                     ^\n"
            "  hint: values are UTF-8\n"
            "--set:1:16: error[E010]: kafka.client.a: the value holds bytes that are not UTF-8\n  kafka.client.a=\xff\n"
            "                 ^\n  hint: values are UTF-8\n2 errors in 2 files\n");
}

TEST_F(Load, RefusesEveryOtherInterpolation) {
  EXPECT_EQ(findings(R"(kafka:
  group: "x-${HOME}"
  client: {a: "${file:missing}", b: "${env:A", c: "${sh:ls -l}", d: "${}", e: "${file:.}"}
)"), R"(n.yaml:2:13: error[E107]: found ${HOME}, expected ${env:NAME} or ${file:PATH}
    group: "x-${HOME}"
              ^
  hint: for an environment variable write ${env:HOME}
n.yaml:3:16: error[E109]: cannot read "missing": No such file or directory
    client: {a: "${file:missing}", b: "${env:A", c: "${sh:ls -l}", d: "${}", e: "${file:.}"}
                 ^
  hint: check the path and the rights
n.yaml:3:38: error[E107]: "${" is not closed with "}"
    client: {a: "${file:missing}", b: "${env:A", c: "${sh:ls -l}", d: "${}", e: "${file:.}"}
                                       ^
  hint: write $${ for the two characters themselves
n.yaml:3:52: error[E107]: found ${sh:ls -l}, expected ${env:NAME} or ${file:PATH}
    client: {a: "${file:missing}", b: "${env:A", c: "${sh:ls -l}", d: "${}", e: "${file:.}"}
                                                     ^
  hint: write $${ for the two characters ${ themselves
n.yaml:3:70: error[E107]: found ${}, expected ${env:NAME} or ${file:PATH}
    client: {a: "${file:missing}", b: "${env:A", c: "${sh:ls -l}", d: "${}", e: "${file:.}"}
                                                                       ^
  hint: write $${ for the two characters ${ themselves
n.yaml:3:80: error[E109]: cannot read ".": is a folder
    client: {a: "${file:missing}", b: "${env:A", c: "${sh:ls -l}", d: "${}", e: "${file:.}"}
                                                                                 ^
  hint: check the path and the rights
6 errors in n.yaml
)");
}

TEST_F(Load, NeverShowsASecret) {
  setenv("NEWSMILL_TEST_SECRET", "hunter2", 1);
  const Loaded loaded = read(R"(kafka:
  lanes: ${env:NEWSMILL_TEST_SECRET}
  start: ${env:NEWSMILL_TEST_SECRET}
  client:
    sasl.password: hunter2
    ssl.key.pem: hunter2
    sasl.jaas: hunter2
    plain: ${env:NEWSMILL_TEST_SECRET}
)", {"kafka.client.ssl.keystore.password=hunter2"});
  unsetenv("NEWSMILL_TEST_SECRET");
  EXPECT_EQ(diagnostics_.all().size(), 2u) << printed();
  Diagnostics later;
  later.add(finding_at(loaded, "kafka.client.sasl.password", "E112", "kafka.client.sasl.password: too short"));
  later.add(finding_at(loaded, "kafka.client.ssl.keystore.password", "E112", "wrong"));
  std::ostringstream out;
  later.print(out);
  EXPECT_NE(
      out.str().find(":5:20: error[E112]: kafka.client.sasl.password: too short\n      sasl.password: *******\n"),
      std::string::npos)
      << out.str();
  for (const auto& text : {printed(), out.str(), show(loaded), show_json(loaded)})
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  EXPECT_EQ(loaded.settings.kafka.client.at("sasl.password"), "hunter2");
}

TEST_F(Load, NeverShowsASecretBesideAFinding) {
  const std::vector<std::string> texts = {"kafka: {client: {sasl.password: hunter2}, lnes: 1}\n",
                                          "a: {sasl.password: hunter2, sasl.password: hunter2}\n",
                                          "kafka:\n  client:\n    sasl.password: hunter2: x\n"};
  for (const auto& text : texts) {
    const std::string printed = findings(text, {"kafka.client.sasl.password=[hunter2"});
    EXPECT_EQ(printed.find("hunter2"), std::string::npos) << printed;
    EXPECT_NE(printed.find("*******"), std::string::npos) << printed;
  }
}

TEST_F(Load, GivesTheDedupLogATopicOfItsOwn) {
  for (const char* name : {"articles.raw", "articles.enriched", "articles.deadletter"})
    EXPECT_NE(findings("dedup: {topic: " + std::string(name) + "}\n").find("error[E113]: dedup.topic: topic \""),
              std::string::npos)
        << name;
  EXPECT_EQ(findings("dedup: {topic: articles.raw, enabled: false}\n").find("E113"), std::string::npos);
  for (const char* name : {"\"a b\"", "\"\"", "\"..\""})
    EXPECT_NE(findings("dedup: {topic: " + std::string(name) + "}\n").find("dedup.topic"), std::string::npos) << name;
}

TEST_F(Load, RefusesValuesThatContradictEachOther) {
  EXPECT_EQ(findings("input: {topics: [{name: a}, {name: b}, {name: a}]}\noutput: {enriched: b, deadletter: "
                     "b}\nnormalize: {max_text_bytes: 32MiB}\n"),
            R"(n.yaml:1:47: error[E113]: input.topics[2].name: topic "a" is listed twice
  input: {topics: [{name: a}, {name: b}, {name: a}]}
                                                ^
  hint: remove one of the two
n.yaml:2:20: error[E113]: output.enriched: topic "b" is an input too, so newsmill would read its own results
  output: {enriched: b, deadletter: b}
                     ^
  hint: use different topics
n.yaml:2:35: error[E113]: output.deadletter: topic "b" is an input too, so newsmill would read its own results
  output: {enriched: b, deadletter: b}
                                    ^
  hint: use different topics
n.yaml:2:35: error[E113]: output.deadletter: topic "b" is output.enriched too
  output: {enriched: b, deadletter: b}
                                    ^
  hint: use different topics
n.yaml:3:29: error[E113]: normalize.max_text_bytes (32MiB) is above output.max_bytes (10MiB), so such a body has no room
  normalize: {max_text_bytes: 32MiB}
                              ^
  hint: raise output.max_bytes or lower normalize.max_text_bytes
5 errors in n.yaml
)");
}

TEST_F(Load, TakesPathsRelativeToTheFileTheyStandIn) {
  const Loaded loaded = read("sources: {file: s.yaml}\nnormalize: {lexicons: /etc/lex}\n", {"kafka.state_dir=state"});
  EXPECT_EQ(loaded.settings.sources.file, folder_ / "s.yaml");
  EXPECT_EQ(loaded.settings.normalize.lexicons, "/etc/lex");
  EXPECT_EQ(loaded.settings.kafka.state_dir, "state");
}

TEST_F(Load, ShowReadsBackAsTheSameConfiguration) {
  const Loaded loaded = read(R"(instance: mill-1
kafka:
  group: "a#b"
  client: {"odd key": "x: y", ssl.ca.location: /etc/ca.pem}
input:
  topics: [{name: a, source: "S & T"}, {name: b, format: text}]
http: {allowed_hosts: [a, "b:1"]}
)");
  ASSERT_EQ(printed(), "");
  const Loaded again = read(show(loaded));
  EXPECT_EQ(printed(), "");
  EXPECT_EQ(again.hash, loaded.hash);
  EXPECT_EQ(again.settings.kafka.client, loaded.settings.kafka.client);
  EXPECT_EQ(again.settings.input.topics[0].source, "S & T");
}

TEST_F(Load, HashChangesWithValuesButNotWithSecrets) {
  const std::string base = "instance: a\nkafka: {client: {sasl.password: ";
  const std::string one = read(base + "x}}\n").hash, two = read(base + "y}}\n").hash,
                    three = read("instance: a\n").hash;
  EXPECT_EQ(one, two);
  EXPECT_NE(one, three);
  EXPECT_NE(three, read("instance: b\n").hash);
  EXPECT_EQ(one.size(), 16u);
}

TEST_F(Load, AFindingAboutADefaultSaysWhatToSet) {
  const Loaded loaded = load({}, {}, diagnostics_);
  diagnostics_.add(finding_at(loaded, "kafka.group", "E112", "kafka.group: refused"));
  EXPECT_EQ(printed(), "defaults: error[E112]: kafka.group: refused\n  hint: set kafka.group\n1 error in defaults\n");
}

TEST_F(Load, TakesSectionsAndKeysThatAreCommentedOut) {
  EXPECT_EQ(findings("kafka:\n  # lanes: 2\nlog:\n  level:\nhttp:\n  allowed_hosts:\n    # - a\n"), "");
}

TEST_F(Load, RefusesAFileThatIsNoMap) {
  EXPECT_EQ(findings("- kafka\n"), R"(n.yaml:1:1: error[E105]: expected a map of sections, found a list
  - kafka
  ^
  hint: write for example "kafka:" and below it, indented, "brokers: 127.0.0.1:9092"
1 error in n.yaml
)");
}

}  // namespace
}  // namespace newsmill::config
