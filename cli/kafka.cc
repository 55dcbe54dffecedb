#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/outcome.h"
#include "config/json_text.h"
#include "consumer/kafka/topics.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace newsmill::cli {
namespace {

std::string_view name(kafka::TopicRole role) {
  switch (role) {
    case kafka::TopicRole::input:
      return "input";
    case kafka::TopicRole::enriched:
      return "enriched";
    case kafka::TopicRole::deadletter:
      return "deadletter";
    case kafka::TopicRole::dedup:
      return "dedup";
  }
  return {};
}

std::string listed(const std::map<std::string, std::string>& settings) {
  std::string text;
  for (const auto& [key, value] : settings) text += fmt::format("{}{}={}", text.empty() ? "" : " ", key, value);
  return text;
}

std::string object(const std::map<std::string, std::string>& settings) {
  std::string text;
  for (const auto& [key, value] : settings)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", config::json_text(key), config::json_text(value));
  return '{' + text + '}';
}

void print_text(const kafka::TopicPlan& plan) {
  for (const kafka::TopicRow& row : plan.topics) {
    if (!row.state.exists)
      fmt::print("{} ({}): will be created: partitions={} replication-factor={} {}\n", row.name, name(row.role),
                 kafka::partitions_of(row.role, plan.partitions), plan.replication_factor, listed(row.wanted));
    else if (!row.changes.empty())
      fmt::print("{} ({}): exists, will be changed: {}\n", row.name, name(row.role), listed(row.changes));
    else fmt::print("{} ({}): exists, partitions={}\n", row.name, name(row.role), row.state.partitions);
  }
  for (const kafka::TopicFinding& finding : plan.findings)
    fmt::print("{}: {}\n", finding.refused ? "refused" : "note", kafka::sentence(finding));
}

void print_json(const kafka::TopicPlan& plan) {
  std::string topics, findings;
  for (const kafka::TopicRow& row : plan.topics)
    topics += fmt::format(
        "{}{{\"name\": {}, \"role\": \"{}\", \"exists\": {}, \"partitions\": {}, \"create\": {}, \"change\": {}}}",
        topics.empty() ? "" : ", ", config::json_text(row.name), name(row.role), row.state.exists,
        row.state.exists ? row.state.partitions : kafka::partitions_of(row.role, plan.partitions),
        row.state.exists ? "null" : object(row.wanted), object(row.changes));
  for (const kafka::TopicFinding& finding : plan.findings)
    findings += fmt::format(
        "{}{{\"topic\": {}, \"setting\": {}, \"found\": {}, \"expected\": {}, \"reason\": {}, \"hint\": {}, "
        "\"refused\": {}, \"mendable\": {}}}",
        findings.empty() ? "" : ", ", config::json_text(finding.topic), config::json_text(finding.setting),
        config::json_text(finding.found), config::json_text(finding.expected), config::json_text(finding.reason),
        config::json_text(finding.hint), finding.refused, finding.mendable);
  fmt::print("{{\"topics\": [{}], \"findings\": [{}]}}\n", topics, findings);
}

int look(const Globals& globals, const std::string& format, bool apply) {
  const std::optional<Configuration> configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  const config::Settings& settings = configuration->loaded.settings;
  consumer::Logger log(log_of(configuration->loaded));
  kafka::TopicPlan plan;
  if (const auto outcome = kafka::plan_topics(settings, log, nullptr, plan); !outcome)
    return explain_outcome(outcome, kNoPermission);
  if (!apply) {
    format == "json" ? print_json(plan) : print_text(plan);
    return plan.refused() ? kConfiguration : plan.empty() ? kOk : kFindings;
  }
  if (plan.empty()) std::cout << "nothing to do\n";
  const auto outcome =
      kafka::apply_topics(settings, log, plan, [](const std::string& step) { std::cout << step << std::endl; });
  if (!outcome) return explain_outcome(outcome, kNoPermission);
  kafka::TopicPlan after;
  if (const auto again = kafka::plan_topics(settings, log, nullptr, after); !again)
    return explain_outcome(again, kNoPermission);
  for (const kafka::TopicFinding& finding : after.findings)
    fmt::print("{}: {}\n", finding.refused ? "refused" : "note", kafka::sentence(finding));
  return after.refused() ? kConfiguration : kOk;
}

}  // namespace

void add_kafka(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("kafka", "Kafka's topics: what the contract asks for, and making it so");
  command->require_subcommand(1);
  auto format = std::make_shared<std::string>();
  auto* plan =
      command->add_subcommand("plan", "What exists, what would be created or changed, what breaks the contract");
  plan->footer(
      "Exit codes: 0 nothing to do, 1 `kafka apply` has something to do, 78 something that only you can mend.");
  add_format(*plan, *format);
  plan->callback([&, format] { action = [&globals, format] { return look(globals, *format, false); }; });
  auto* apply = command->add_subcommand("apply", "Create the missing topics and change what may be changed");
  apply->callback([&] { action = [&globals] { return look(globals, "text", true); }; });
}

}  // namespace newsmill::cli
