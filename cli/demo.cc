#include "cli/account.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/hosting.h"
#include "config/builtin.h"
#include "consumer/kafka/feeder.h"
#include "consumer/kafka/lane_ports.h"
#include "consumer/kafka/mock_cluster.h"
#include "consumer/service.h"

#include <errno.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace newsmill::cli {
namespace {

using namespace std::chrono_literals;

/// The samples of the program: config/default/demo, in the order of their names.
std::vector<config::Builtin> samples() {
  std::vector<config::Builtin> found;
  for (const config::Builtin& file : config::builtins())
    if (file.path.starts_with("demo/")) found.push_back(file);
  return found;
}

std::string name_of(std::string_view path) {
  path.remove_prefix(std::string_view("demo/").size());
  return std::string(path.substr(0, path.rfind('.')));
}

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 120;
}

/// What comes out of the lane, by the offset that went in. Results arrive on the lane's thread.
class Results {
 public:
  explicit Results(std::size_t expected) : rows_(expected) {}

  /// The embedded broker forgets offsets, so the same article may come again: the first counts.
  void take(const Batch::Item& item, std::string sample) {
    const std::lock_guard lock(mutex_);
    const auto at = static_cast<std::size_t>(item.message.offset);
    if (at >= rows_.size() || rows_[at]) return;
    rows_[at] = account_of(item, std::move(sample));
    if (!item.error) records_ += item.article.output.value + '\n';
    ++count_;
  }
  bool complete() const { return count_ == rows_.size(); }
  std::vector<AccountRow> rows() const {
    std::vector<AccountRow> all;
    for (const auto& row : rows_) all.push_back(*row);
    return all;
  }
  const std::string& records() const { return records_; }

 private:
  std::mutex mutex_;
  std::vector<std::optional<AccountRow>> rows_;
  std::string records_;
  std::atomic<std::size_t> count_{0};
};

/// Feeds every sample, as a producer of the operator's would.
void feed(kafka::Feeder& feeder, const std::string& topic, const std::vector<config::Builtin>& articles,
          std::atomic<bool>& stop) {
  for (const config::Builtin& article : articles) {
    consumer::Position at;
    consumer::Record record;
    record.topic = topic;
    record.value = article.text;
    while (!stop && feeder.send(record, 1s, at).fate == consumer::Fate::retry) {
    }
    if (stop) return;
  }
}

class Demo {
 public:
  Demo(config::Settings settings, std::shared_ptr<const Knowledge> knowledge, std::string records_file)
      : settings_(std::move(settings)),
        knowledge_(std::move(knowledge)),
        records_file_(std::move(records_file)),
        results_(articles_.size()) {}

  int run(const consumer::Signals& signals) {
    const auto& topic = settings_.input.topics.front().name;
    const kafka::MockCluster cluster({{topic, 1}, {settings_.output.enriched, 2}, {settings_.output.deadletter, 1}});
    settings_.kafka.brokers = cluster.brokers();
    consumer::Logger log(settings_.log);
    kafka::Feeder feeder(settings_, log);
    std::atomic<bool> stop{false};
    std::thread feeding([&] { feed(feeder, topic, articles_, stop); });
    std::cerr << fmt::format("feeding {} sample articles through an embedded broker …\n", articles_.size());
    const int code =
        consumer::serve({.settings = settings_,
                         .open = kafka::open_ports(settings_, log, kafka::TopicCheck::none),
                         .chain = chain_of(settings_, knowledge_),
                         .signals = signals,
                         .log = log,
                         .configuration_hash = {},
                         .open_dedup = {},  // in memory: the embedded broker has no admin API to check a topic with
                         .reload = {},
                         .known = [this] { return known_of(*knowledge_); },
                         .on_started = [this](const std::vector<std::string>& addresses) { addresses_ = addresses; },
                         .on_committed = [&](const Batch::Item& item) { take(item, feeder); },
                         .finished = [this] { return finished(); },
                         .end_now = {}});
    stop = true;
    feeder.stop();
    feeding.join();
    if (code == kOk && !shown_) {
      std::cerr << "newsmill: ended before all samples were through\n";
      return kAgain;
    }
    return code;
  }

 private:
  void take(const Batch::Item& item, kafka::Feeder& feeder) {
    const auto at = static_cast<std::size_t>(item.message.offset);
    results_.take(item, at < articles_.size() ? name_of(articles_[at].path) : "?");
    feeder.finished({{std::string(item.message.topic), item.message.partition}, item.message.offset});
  }

  /// Asked several times a second by the service. Shows the account once; then goes on serving, or
  /// ends where nobody sits at a terminal.
  bool finished() {
    if (!results_.complete()) return false;
    if (!shown_) show();
    return !isatty(STDOUT_FILENO);
  }

  void show() {
    shown_ = true;
    std::cout << account_table(results_.rows(), terminal_width());
    if (!records_file_.empty()) {
      std::ofstream file(records_file_, std::ios::binary);
      file << results_.records();
      file.close();
      std::cout << (file ? "records written to " : "records could not be written to ") << records_file_ << '\n';
    }
    const std::string program = program_invocation_name;  // as it was typed, so that the lines can be pasted
    std::cout << fmt::format(
        "\nOne article whole, as it went in and as it comes out:\n"
        "  {0} config builtin demo/06-night-train-doubled.txt\n"
        "  {0} config builtin demo/06-night-train-doubled.txt | {0} process --format text -\n"
        "This was the real consumer on librdkafka's embedded broker, which knows no isolation: at least once,\n"
        "nothing is kept. Exactly once needs a Kafka: {0} kafka apply, then {0} run.\n",
        program);
    if (isatty(STDOUT_FILENO) && !addresses_.empty())
      std::cout << fmt::format("\nStill serving: http://{}/metrics (/readyz, /livez). Ctrl-C ends.\n",
                               addresses_.front());
    std::cout << std::flush;
  }

  config::Settings settings_;
  const std::shared_ptr<const Knowledge> knowledge_;
  const std::string records_file_;
  const std::vector<config::Builtin> articles_ = samples();
  Results results_;
  std::vector<std::string> addresses_;
  bool shown_ = false;
};

int demo(const Globals& globals, const std::string& records_file) {
  const consumer::Signals signals;
  const std::optional<Configuration> configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  const config::Loaded& loaded = configuration->loaded;
  config::Settings settings = loaded.settings;
  settings.kafka.client.clear();  // they are for the operator's Kafka
  settings.kafka.state_dir.clear();
  settings.kafka.start = config::Settings::Kafka::Start::earliest;
  settings.instance = "demo";
  // Several demos run side by side, and the account tells what the log would.
  if (loaded.origin("http.listen").kind == config::Origin::Kind::builtin) settings.http.listen = "127.0.0.1:0";
  settings.log = log_of(loaded);
  return Demo(std::move(settings), configuration->knowledge.knowledge, records_file).run(signals);
}

}  // namespace

void add_demo(CLI::App& app, Globals& globals, Action& action) {
  auto* command =
      app.add_subcommand("demo", "The whole pipeline on an embedded broker with sample articles; no Kafka needed");
  auto records = std::make_shared<std::string>();
  command->add_option("--records", *records, "Also write the records to this file, one JSON line each")
      ->type_name("FILE");
  command->footer(
      "Prints what became of each article, then serves /metrics until Ctrl-C; ends by itself when standard output is "
      "no terminal.");
  command->callback([&, records] { action = [&globals, records] { return demo(globals, *records); }; });
}

}  // namespace newsmill::cli
