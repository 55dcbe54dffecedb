#include "config/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/forms.h"
#include "config/json_text.h"

namespace newsmill::config {
namespace {

using Topic = Settings::InputTopic;
constexpr std::int64_t kKiB = 1 << 10, kMiB = 1 << 20, kSecond = 1000, kMinute = 60 * kSecond;

template <auto Section, auto Member>
constexpr auto kIn = [](Settings& s) -> auto& { return s.*Section.*Member; };

/// `allowed` of the row is in the order of the enumeration.
template <auto Section, auto Member>
constexpr Choice kChoice = {
    [](const Settings& s) { return static_cast<std::size_t>(s.*Section.*Member); },
    [](Settings& s, std::size_t index) {
      s.*Section.*Member = static_cast<std::remove_reference_t<decltype(s.*Section.*Member)>>(index);
    }};

template <auto Member>
constexpr auto kOfTopic = [](Topic& t) -> std::string& { return t.*Member; };

using S = Settings;
template <class T>
using At = T& (*)(Settings&);

const std::vector<Option>& table() {
  static const std::vector<Option> kTable = {
      {.path = "instance",
       .place = At<std::string>([](Settings& s) -> std::string& { return s.instance; }),
       .form = &kName,
       .default_words = "the host name",
       .meaning = "Names this process among those of the group. Kafka knows it as <group>-<instance>-<lane>; a process "
                  "that starts under the name of another one takes its place and shuts it out.",
       .example = "mill-1"},

      {.path = "kafka.brokers",
       .place = At<std::string>(kIn<&S::kafka, &S::Kafka::brokers>),
       .form = &kBrokers,
       .meaning = "Where the cluster is reached first.",
       .example = "kafka-1:9092,kafka-2:9092"},
      {.path = "kafka.group",
       .place = At<std::string>(kIn<&S::kafka, &S::Kafka::group>),
       .form = &kGroup,
       .meaning = "The consumer group. All processes of one group share the work.",
       .example = "newsmill"},
      {.path = "kafka.start",
       .place = kChoice<&S::kafka, &S::Kafka::start>,
       .allowed = {"earliest", "latest"},
       .meaning = "Where a group begins that has no committed position yet. A position that Kafka has deleted is never "
                  "skipped in silence, whatever stands here.",
       .example = "latest"},
      {.path = "kafka.lanes",
       .place = At<int>(kIn<&S::kafka, &S::Kafka::lanes>),
       .range = {1, 64},
       .meaning = "Group members in this process, each with a transaction of its own. One keeps every core busy; more "
                  "help only where a single member cannot fetch or commit fast enough.",
       .example = "2"},
      {.path = "kafka.workers",
       .place = At<int>(kIn<&S::kafka, &S::Kafka::workers>),
       .range = {0, 256},
       .meaning = "Threads that work on articles; 0 is one per core.",
       .example = "4"},
      {.path = "kafka.buffer_bytes",
       .place = At<std::size_t>(kIn<&S::kafka, &S::Kafka::buffer_bytes>),
       .range = {16 * kMiB, 64 * 1024 * kMiB},
       .meaning =
           "Memory for articles on their way: delivered, being worked on, and encoded. When it is full, newsmill "
           "stops fetching until there is room.",
       .example = "256MiB"},
      {.path = "kafka.transaction_interval",
       .place = At<std::chrono::milliseconds>(kIn<&S::kafka, &S::Kafka::transaction_interval>),
       .range = {1, 10 * kSecond},
       .meaning = "Results are committed together at least this often. Shorter is sooner visible, longer is cheaper.",
       .example = "250ms"},
      {.path = "kafka.transaction_records",
       .place = At<int>(kIn<&S::kafka, &S::Kafka::transaction_records>),
       .range = {1, 100'000},
       .meaning = "… and as soon as this many articles are ready.",
       .example = "5000"},
      {.path = "kafka.drain_deadline",
       .place = At<std::chrono::milliseconds>(kIn<&S::kafka, &S::Kafka::drain_deadline>),
       .range = {kSecond, 10 * kMinute},
       .meaning =
           "How long a stop (SIGTERM) may take to commit what is under way. Keep it below what the service manager "
           "grants; whatever is not committed is done again at the next start.",
       .example = "60s"},
      {.path = "kafka.state_dir",
       .place = At<std::string>(kIn<&S::kafka, &S::Kafka::state_dir>),
       .default_words = "no folder",
       .meaning = "Folder of a small file that names the article each thread is in, so that an article which ends the "
                  "process is set aside after the second time. Without it such an article stops its partition.",
       .example = "/var/lib/newsmill",
       .is_path = true},
      {.path = "kafka.partitions",
       .place = At<int>(kIn<&S::kafka, &S::Kafka::partitions>),
       .range = {1, 10'000},
       .meaning = "Partitions of the topics that `newsmill kafka apply` creates.",
       .example = "12"},
      {.path = "kafka.replication_factor",
       .place = At<int>(kIn<&S::kafka, &S::Kafka::replication_factor>),
       .range = {1, 100},
       .meaning = "Copies of each partition of the topics that `newsmill kafka apply` creates.",
       .example = "3"},
      {.path = "kafka.client",
       .place = At<std::map<std::string, std::string>>(kIn<&S::kafka, &S::Kafka::client>),
       .default_words = "nothing",
       .meaning =
           "Settings of librdkafka by its own names, for all its clients; TLS and passwords go here. Keys on which "
           "exactly-once delivery rests are refused.",
       .example = "{security.protocol: SASL_SSL, sasl.password: \"${file:/run/secrets/kafka}\"}"},

      {.path = "input.topics",
       .place = At<std::vector<Topic>>(kIn<&S::input, &S::Input::topics>),
       .meaning = "The topics of raw articles, each with what is known about its messages.",
       .example = "[{name: articles.raw}, {name: wire.text, format: text, source: wire.example}]"},
      {.path = "input.topics[].name",
       .place = +kOfTopic<&Topic::name>,
       .form = &kTopic,
       .default_words = "needed",
       .meaning = "Name of the topic in Kafka.",
       .example = "articles.raw"},
      {.path = "input.topics[].format",
       .place = +kOfTopic<&Topic::format>,
       .allowed = {"auto", "plain", "text"},
       .meaning =
           "What its messages are: `plain` is a JSON article, `text` the bare text of one, `auto` finds out for each.",
       .example = "plain"},
      {.path = "input.topics[].source",
       .place = +kOfTopic<&Topic::source>,
       .default_words = "nothing",
       .meaning = "Source of the articles that name none: a name or a domain, as in sources.yaml.",
       .example = "wire.example"},
      {.path = "input.max_bytes",
       .place = At<std::size_t>(kIn<&S::input, &S::Input::max_bytes>),
       .range = {kKiB, 256 * kMiB},
       .meaning = "The largest article that is read, after decompression too. A larger one becomes a dead letter.",
       .example = "4MiB"},

      {.path = "output.enriched",
       .place = At<std::string>(kIn<&S::output, &S::Output::enriched>),
       .form = &kTopic,
       .meaning = "Topic of the records.",
       .example = "articles.enriched"},
      {.path = "output.deadletter",
       .place = At<std::string>(kIn<&S::output, &S::Output::deadletter>),
       .form = &kTopic,
       .meaning = "Topic of the articles that could not be processed, each with its original bytes and the reason.",
       .example = "articles.deadletter"},
      {.path = "output.max_bytes",
       .place = At<std::size_t>(kIn<&S::output, &S::Output::max_bytes>),
       .range = {64 * kKiB, 512 * kMiB},
       .meaning = "The largest record; an article whose record is larger becomes a dead letter. `newsmill kafka apply` "
                  "creates the topics for messages of this size.",
       .example = "16MiB"},

      {.path = "sources.file",
       .place = At<std::string>(kIn<&S::sources, &S::Sources::file>),
       .default_words = "the built-in file",
       .meaning = "What is known about publishers: language, time zone, country, rank. Begin with "
                  "`newsmill config builtin sources.yaml`; SIGHUP reads the file again.",
       .example = "/etc/newsmill/sources.yaml",
       .is_path = true},

      {.path = "normalize.lexicons",
       .place = At<std::string>(kIn<&S::normalize, &S::Normalize::lexicons>),
       .default_words = "the built-in ones",
       .meaning =
           "Folder of the rules for head lines, tail lines, dates and rights, one file per language. It replaces the "
           "built-in ones; SIGHUP reads the files again.",
       .example = "/etc/newsmill/lexicons",
       .is_path = true},
      {.path = "normalize.max_text_bytes",
       .place = At<std::size_t>(kIn<&S::normalize, &S::Normalize::max_text_bytes>),
       .range = {kKiB, 64 * kMiB},
       .meaning = "The largest body. An article with a larger one becomes a dead letter; nothing is cut in silence.",
       .example = "2MiB"},

      {.path = "dedup.enabled",
       .place = At<bool>(kIn<&S::dedup, &S::Dedup::enabled>),
       .meaning = "Whether articles are compared with each other. Without it `story` is null in every record.",
       .example = "false"},
      {.path = "dedup.topic",
       .place = At<std::string>(kIn<&S::dedup, &S::Dedup::topic>),
       .form = &kTopic,
       .meaning = "The topic of the dedup log, through which all instances agree about copies; `newsmill kafka apply` "
                  "creates it with its one partition.",
       .example = "news.dedup"},
      {.path = "dedup.window",
       .place = At<std::chrono::milliseconds>(kIn<&S::dedup, &S::Dedup::window>),
       .range = {kMinute, 30 * 24 * 60 * kMinute},
       .meaning = "How long an article can be recognised in later ones. A copy that comes later opens a story of its "
                  "own.",
       .example = "24h"},
      {.path = "dedup.articles",
       .place = At<int>(kIn<&S::dedup, &S::Dedup::articles>),
       .range = {1000, 100'000'000},
       .meaning = "How many articles of one window the index has room for, about 90 bytes each; it never grows. With "
                  "more articles than that the oldest of them are found less often.",
       .example = "5000000"},

      {.path = "tag_entities.enabled",
       .place = At<bool>(kIn<&S::tag_entities, &S::TagEntities::enabled>),
       .meaning = "Whether names are looked for.",
       .example = "false"},
      {.path = "tag_entities.gazetteer",
       .place = At<std::string>(kIn<&S::tag_entities, &S::TagEntities::gazetteer>),
       .default_words = "the built-in starter names",
       .meaning = "The names that are known: a file made by `newsmill gazetteer build`. SIGHUP reads it again.",
       .example = "/var/lib/newsmill/names.gazetteer",
       .is_path = true},
      {.path = "tag_entities.watchlist",
       .place = At<std::string>(kIn<&S::tag_entities, &S::TagEntities::watchlist>),
       .default_words = "none",
       .meaning = "A YAML file of names of your own, which go before those of the gazetteer. SIGHUP reads it again.",
       .example = "/etc/newsmill/watchlist.yaml",
       .is_path = true},
      {.path = "tag_entities.min_confidence",
       .place = At<double>(kIn<&S::tag_entities, &S::TagEntities::min_confidence>),
       .meaning = "A name that is known with less confidence than this keeps its text and type and gets no id.",
       .example = "0.8"},

      {.path = "score_topics.enabled",
       .place = At<bool>(kIn<&S::score_topics, &S::ScoreTopics::enabled>),
       .meaning = "Whether topics are scored.",
       .example = "false"},
      {.path = "score_topics.topics",
       .place = At<std::string>(kIn<&S::score_topics, &S::ScoreTopics::topics>),
       .default_words = "the built-in starter pack",
       .meaning = "Folder of the topics' files, one topic a file or several. It replaces the built-in ones; SIGHUP "
                  "reads the files again.",
       .example = "/etc/newsmill/topics",
       .is_path = true},

      {.path = "http.listen",
       .place = At<std::string>(kIn<&S::http, &S::Http::listen>),
       .form = &kAddress,
       .meaning = "Address of /metrics, /livez and /readyz; nothing turns the server off. Port 0 takes a free one and "
                  "logs it.",
       .example = "0.0.0.0:9464"},
      {.path = "http.allowed_hosts",
       .place = At<std::vector<std::string>>(kIn<&S::http, &S::Http::allowed_hosts>),
       .default_words = "none",
       .meaning =
           "Further names under which the server may be asked (the Host header), beside its address and localhost. "
           "It keeps web pages of others from reading the metrics through a visitor's browser.",
       .example = "[newsmill.internal, \"10.0.0.7:9464\"]"},

      {.path = "log.format",
       .place = kChoice<&S::log, &S::Log::format>,
       .allowed = {"text", "json"},
       .meaning = "Lines for people, or one JSON object a line.",
       .example = "json"},
      {.path = "log.level",
       .place = kChoice<&S::log, &S::Log::level>,
       .allowed = {"debug", "info", "warning", "error"},
       .meaning =
           "The least that is logged: `info` is a change of state, `warning` something odd without loss, `error` "
           "something that needs a person.",
       .example = "warning"},
  };
  return kTable;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kSections = {{
    {"kafka", "The cluster, this process's place in the group, and how results are committed."},
    {"input", "What is read."},
    {"output", "What is written."},
    {"sources", "What is known about publishers."},
    {"normalize", "The step that turns what was delivered into clean text."},
    {"dedup", "The step that finds copies, updates and repeats, and the stories they belong to."},
    {"tag_entities", "The step that finds people, organisations, places and other names."},
    {"score_topics", "The step that scores the topics that a desk has written."},
    {"http", "The server for metrics and health."},
    {"log", "What is written to standard error."},
}};

std::string texts(const std::vector<std::string>& all) {
  std::vector<std::string> quoted;
  for (const auto& one : all) quoted.push_back(yaml_text(one));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string topics(const std::vector<Topic>& all) {
  std::vector<std::string> items;
  for (const auto& topic : all) {
    items.push_back(fmt::format("{{name: {}, format: {}", yaml_text(topic.name), yaml_text(topic.format)));
    if (!topic.source.empty()) items.back() += ", source: " + yaml_text(topic.source);
    items.back() += '}';
  }
  return fmt::format("[{}]", fmt::join(items, ", "));
}

}  // namespace

std::string_view Option::key() const {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}
std::string_view Option::section() const {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::span<const Option> options() { return table(); }

const Option* option(std::string_view path) {
  const auto found = std::ranges::find(table(), path, &Option::path);
  return found == table().end() ? nullptr : &*found;
}

std::string_view section_meaning(std::string_view section) {
  for (const auto& [name, meaning] : kSections)
    if (name == section) return meaning;
  return {};
}

std::string type_name(const Option& option) {
  struct Name {
    std::string operator()(At<bool>) const { return "true or false"; }
    std::string operator()(At<double>) const { return "share"; }
    std::string operator()(At<int>) const { return "whole number"; }
    std::string operator()(At<std::size_t>) const { return "size"; }
    std::string operator()(At<std::chrono::milliseconds>) const { return "duration"; }
    std::string operator()(At<std::vector<std::string>>) const { return "list of texts"; }
    std::string operator()(At<std::map<std::string, std::string>>) const { return "map of texts"; }
    std::string operator()(At<std::vector<Topic>>) const { return "list of maps"; }
    std::string operator()(At<std::string>) const { return "text"; }
    std::string operator()(std::string& (*)(Topic&)) const { return "text"; }
    std::string operator()(Choice) const { return "text"; }
  };
  return std::visit(Name{}, option.place);
}

std::string value_text(const Option& option, const Settings& settings) {
  auto& s = const_cast<Settings&>(settings);  // the places are for writing too; nothing is written here
  struct Text {
    Settings& s;
    const Option& option;
    std::string operator()(At<bool> at) const { return at(s) ? "true" : "false"; }
    std::string operator()(At<double> at) const { return fmt::format("{}", at(s)); }
    std::string operator()(At<int> at) const { return std::to_string(at(s)); }
    std::string operator()(At<std::size_t> at) const { return size_text(at(s)); }
    std::string operator()(At<std::chrono::milliseconds> at) const { return duration_text(at(s)); }
    std::string operator()(At<std::string> at) const { return yaml_text(at(s)); }
    std::string operator()(At<std::vector<std::string>> at) const { return texts(at(s)); }
    std::string operator()(At<std::vector<Topic>> at) const { return topics(at(s)); }
    std::string operator()(Choice choice) const { return yaml_text(option.allowed[choice.get(s)]); }
    std::string operator()(std::string& (*)(Topic&)) const { return {}; }
    std::string operator()(At<std::map<std::string, std::string>> at) const {
      std::vector<std::string> items;
      for (const auto& [key, value] : at(s)) items.push_back(fmt::format("{}: {}", yaml_text(key), yaml_text(value)));
      return fmt::format("{{{}}}", fmt::join(items, ", "));
    }
  };
  return std::visit(Text{s, option}, option.place);
}

std::string value_text(const Option& option, const Settings::InputTopic& topic) {
  const auto at = std::get<std::string& (*)(Topic&)>(option.place);
  return yaml_text(at(const_cast<Topic&>(topic)));
}

std::string yaml_text(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '/';
  };
  const bool simple = !text.empty() && std::ranges::all_of(text, plain) && text[0] != '-' && text != "null" &&
                      text != "Null" && text != "NULL";
  return simple ? std::string(text) : json_text(text);
}

}  // namespace newsmill::config
