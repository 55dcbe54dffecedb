#include "cli/configuration.h"
#include "cli/dedup.h"
#include "cli/dedup_reading.h"
#include "cli/dedup_search.h"
#include "cli/dedup_subject.h"
#include "cli/exit.h"
#include "cli/outcome.h"
#include "config/json_text.h"
#include "consumer/shared_referee.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

using From = kafka::DedupLogReader::From;

std::vector<std::string> input_names(const config::Settings& settings) {
  std::vector<std::string> names;
  for (const auto& topic : settings.input.topics) names.push_back(topic.name);
  return names;
}

void print(const DedupSearch& search, const config::Settings& settings, const LogRead& read,
           const std::string& format) {
  const std::vector<std::string> topics = input_names(settings);
  const dedup::Referee& at_end = search.referee();
  if (format != "json") {
    for (const DedupSearch::Line& line : search.lines()) std::cout << words_of(line, at_end, topics);
    std::cerr << fmt::format("{} messages of log {:016x}\n", search.lines().size(), at_end.log_id());
    if (read.garbage > 0)
      std::cerr << fmt::format("{} messages of the log are garbage, the first {}\n", grouped(read.garbage),
                               read.first_garbage);
    return;
  }
  std::string lines;
  for (const DedupSearch::Line& line : search.lines())
    lines += (lines.empty() ? "" : ",") + json_of(line, at_end, topics);
  std::cout << fmt::format("{{\"topic\":{},\"log\":\"{:016x}\",\"garbage\":{},\"messages\":[{}]}}\n",
                           config::json_text(settings.dedup.topic), at_end.log_id(), read.garbage, lines);
}

}  // namespace

int dedup_show(const Globals& globals, const std::string& id, const std::string& format) {
  const auto subject = parse_subject(id);
  if (!subject) {
    std::cerr << fmt::format(
        "newsmill: \"{}\" is no article, story or delivery; expected an id such as "
        "b2c9e688-fdde-8308-9d22-0d51631bac7e, or topic:partition:offset as newsmill-delivery has it\n", id);
    return kUsage;
  }
  const auto configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  const config::Settings& settings = configuration->loaded.settings;
  consumer::Logger log(log_of(configuration->loaded));
  DedupSearch search(*subject, consumer::referee_rules(settings.dedup));
  LogRead read;
  {
    std::unique_ptr<kafka::DedupLogReader> reader;
    if (auto outcome = kafka::DedupLogReader::open(settings, log, From::beginning, reader); !outcome)
      return explain_outcome(outcome);
    Progress progress;
    const auto outcome = read_log(*reader, "looking", progress, read, [&](const auto& message, auto offset, auto) {
      if constexpr (requires { message.fingerprint; }) search.look(message, offset);
      else search.look(message);
      return true;
    });
    if (!outcome) return explain_outcome(outcome);
  }
  std::unique_ptr<kafka::DedupLogReader> reader;
  if (auto outcome = kafka::DedupLogReader::open(settings, log, From::beginning, reader); !outcome)
    return explain_outcome(outcome);
  if (reader->newest_id() != 0) search.expect(reader->newest_id());
  Progress progress;
  read = {};
  const auto outcome = read_log(*reader, "applying", progress, read, [&](const auto& message, auto offset, auto at) {
    search.apply(message, offset, at);
    return true;
  });
  if (!outcome) return explain_outcome(outcome);
  if (search.lines().empty() && format != "json") {
    std::cerr << fmt::format(
        "newsmill: the dedup log \"{}\" says nothing about {}\n  hint: it keeps what came in during the last days; "
        "`newsmill dedup status` shows since when\n", settings.dedup.topic, id);
    return kNoInput;
  }
  print(search, settings, read, format);
  return search.lines().empty() ? kNoInput : kOk;
}

}  // namespace newsmill::cli
