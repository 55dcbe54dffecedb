#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/exit.h"
#include "cli/outcome.h"
#include "cli/printable.h"
#include "config/json_text.h"
#include "consumer/kafka/dead_letters.h"
#include "processors/core/result.h"
#include "processors/text/instant.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <iostream>
#include <map>
#include <memory>

namespace newsmill::cli {
namespace {

using kafka::DeadLetter;

/// What the three commands take, as typed.
struct Asked {
  std::string stage, code, topic, since, until, place, format;
  std::size_t limit = 0;
  bool yes = false;
};

std::optional<std::int64_t> instant(const std::string& text) {
  std::pmr::monotonic_buffer_resource arena;
  const auto found = text::parse_instant(text, {.tz = "UTC", .language = {}, .country = {}}, arena);
  if (!found) return std::nullopt;
  return found->utc.time_since_epoch().count();
}

std::optional<std::pair<std::int32_t, std::int64_t>> place(const std::string& text) {
  std::pair<std::int32_t, std::int64_t> found{};
  const char *begin = text.data(), *end = begin + text.size();
  const auto first = std::from_chars(begin, end, found.first);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, found.second);
  if (second.ec != std::errc{} || second.ptr != end || found.first < 0 || found.second < 0) return std::nullopt;
  return found;
}

/// The filter; nothing when a word of it cannot be read, which is said.
std::optional<kafka::DeadLetterFilter> filter_of(const Asked& asked) {
  kafka::DeadLetterFilter filter;
  if (!asked.stage.empty()) filter.stage = asked.stage;
  if (!asked.code.empty()) filter.code = asked.code;
  if (!asked.topic.empty()) filter.topic = asked.topic;
  filter.limit = asked.limit;
  for (const auto& [option, text, to] :
       {std::tuple{"--since", &asked.since, &filter.since_ms}, {"--until", &asked.until, &filter.until_ms}}) {
    if (text->empty()) continue;
    *to = instant(*text);
    if (*to) continue;
    std::cerr << fmt::format("newsmill: {} \"{}\" is no time; expected one like 2026-03-10T06:42:00Z or 2026-03-10\n",
                             option, *text);
    return std::nullopt;
  }
  if (asked.place.empty()) return filter;
  filter.place = place(asked.place);
  if (filter.place) return filter;
  std::cerr << fmt::format(
      "newsmill: \"{}\" names no dead letter; expected PARTITION:OFFSET as `newsmill dlq list` prints it, such as "
      "0:17\n",
      asked.place);
  return std::nullopt;
}

std::string json(const DeadLetter& letter, bool whole) {
  const auto& message = letter.message;
  std::string text = fmt::format("{{\"partition\": {}, \"offset\": {}, \"time\": {}", message.partition, message.offset,
                                 config::json_text(time_text(message.timestamp_ms)));
  for (const auto& [key, value] : {std::pair{"stage", &letter.stage},
                                   {"code", &letter.code},
                                   {"found", &letter.found},
                                   {"expected", &letter.expected},
                                   {"where", &letter.where},
                                   {"delivery", &letter.delivery},
                                   {"truncated", &letter.truncated},
                                   {"sha256", &letter.sha256}})
    if (!value->empty()) text += fmt::format(", \"{}\": {}", key, config::json_text(printable(*value)));
  if (whole) {
    text += fmt::format(", \"key\": {}", message.key ? config::json_text(printable(*message.key)) : "null");
    text += message.value ? fmt::format(", {}", bytes_as_json("value", *message.value)) : ", \"value\": null";
  }
  return text + '}';
}

void print_line(const DeadLetter& letter) {
  const auto& message = letter.message;
  fmt::print("{}:{}  {}  {}/{}  found {}, expected {}{}{}  {}\n", message.partition, message.offset,
             time_text(message.timestamp_ms), letter.stage, letter.code, printable(letter.found),
             printable(letter.expected), letter.where.empty() ? "" : ", at ", printable(letter.where), letter.delivery);
}

void print_whole(const DeadLetter& letter) {
  const auto& message = letter.message;
  fmt::print("{} {}:{}  {}\n", message.topic, message.partition, message.offset, time_text(message.timestamp_ms));
  fmt::print("key: {}\n", message.key ? printable(*message.key) : "(null)");
  for (const auto& [header, value] : message.headers)
    fmt::print("{}: {}\n", printable(header), value ? printable(*value) : "(null)");
  const std::string why = kafka::why_not_replayed(letter);
  fmt::print("replay: {}\n", why.empty() ? "possible" : why);
  if (!message.value) fmt::print("value: (null)\n");
  else fmt::print("value, {} bytes:\n{}\n", message.value->size(), printable(*message.value));
}

struct Session {
  Configuration configuration;
  kafka::DeadLetterFilter filter;
};

int begin(const Globals& globals, const Asked& asked, std::optional<Session>& session) {
  auto filter = filter_of(asked);
  if (!filter) return kUsage;
  auto configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  session.emplace(Session{std::move(*configuration), std::move(*filter)});
  return kOk;
}

int no_such_letter(const Asked& asked, const config::Settings& settings) {
  std::cerr << fmt::format(
      "newsmill: there is no dead letter at {} of {}\n  hint: `newsmill dlq list` shows what is there\n", asked.place,
      settings.output.deadletter);
  return kNoInput;
}

int list(const Globals& globals, const Asked& asked, bool whole) {
  std::optional<Session> session;
  if (const int code = begin(globals, asked, session); code != kOk) return code;
  const config::Settings& settings = session->configuration.loaded.settings;
  consumer::Logger log(log_of(session->configuration.loaded));
  std::size_t count = 0;
  const auto outcome = kafka::list_dead_letters(settings, log, session->filter, [&](const DeadLetter& letter) {
    ++count;
    if (asked.format == "json") fmt::print("{}\n", json(letter, whole));
    else whole ? print_whole(letter) : print_line(letter);
    return true;
  });
  if (!outcome) return explain_outcome(outcome);
  if (whole && count == 0) return no_such_letter(asked, settings);
  if (!whole && asked.format != "json") std::cerr << count << " dead letters\n";
  return kOk;
}

/// What would go where, and what cannot go; asks when it may. True = go on.
bool agreed(const std::map<std::string, std::size_t>& by_topic, bool yes) {
  for (const auto& [topic, count] : by_topic) std::cerr << fmt::format("{} dead letters go back to {}\n", count, topic);
  if (yes) return true;
  std::cerr << "go on? [y/N] ";
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

int replay(const Globals& globals, const Asked& asked) {
  std::optional<Session> session;
  if (const int code = begin(globals, asked, session); code != kOk) return code;
  if (!asked.yes && !isatty(STDIN_FILENO)) {
    std::cerr << "newsmill: replay asks first, and standard input is no terminal\n  hint: look with `newsmill dlq "
                 "list`, then add --yes\n";
    return kUsage;
  }
  const config::Settings& settings = session->configuration.loaded.settings;
  consumer::Logger log(log_of(session->configuration.loaded));
  // What arrives while the question is being answered was not agreed to.
  if (!session->filter.until_ms)
    session->filter.until_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
  std::map<std::string, std::size_t> by_topic;
  std::size_t seen = 0;
  const auto looked = kafka::list_dead_letters(settings, log, session->filter, [&](const DeadLetter& letter) {
    ++seen;
    if (kafka::why_not_replayed(letter).empty()) ++by_topic[letter.origin->first.topic];
    return true;
  });
  if (!looked) return explain_outcome(looked);
  if (seen == 0 && !asked.place.empty()) return no_such_letter(asked, settings);
  if (!by_topic.empty() && !agreed(by_topic, asked.yes)) {
    std::cerr << "nothing was put back\n";
    return kOk;
  }
  kafka::ReplayCounts counts;
  const auto outcome = kafka::replay_dead_letters(settings, log, session->filter, counts);
  for (const auto& [letter, why] : counts.refused)
    std::cerr << fmt::format("{}:{} stays: {}\n", letter.message.partition, letter.message.offset, why);
  std::cout << fmt::format("{} put back, {} stay\n", counts.replayed, counts.refused.size());
  return outcome ? kOk : explain_outcome(outcome);
}

void add_filter(CLI::App& command, Asked& asked) {
  command.add_option("--stage", asked.stage, "Only of this step");
  std::vector<std::string> codes;
  for (int i = 0; i <= static_cast<int>(Code::internal); ++i) codes.emplace_back(code_name(static_cast<Code>(i)));
  command.add_option("--code", asked.code, "Only with this code (docs/record.md explains them)")
      ->check(CLI::IsMember(codes));
  command.add_option("--topic", asked.topic, "Only delivered from this topic");
  command.add_option("--since", asked.since, "Only from this time on (UTC)")->type_name("TIME");
  command.add_option("--until", asked.until, "Only before this time (UTC)")->type_name("TIME");
  command.add_option("--limit", asked.limit, "At most so many")->type_name("N");
}

}  // namespace

void add_dlq(CLI::App& app, Globals& globals, Action& action) {
  auto* command = app.add_subcommand("dlq", "Dead letters: list them, look at one, put them back");
  command->require_subcommand(1);
  auto asked = std::make_shared<Asked>();
  auto* lists = command->add_subcommand("list", "One line for each: where it is, why, and where it came from");
  add_filter(*lists, *asked);
  add_format(*lists, asked->format);
  lists->callback([&, asked] { action = [&globals, asked] { return list(globals, *asked, false); }; });
  auto* shows = command->add_subcommand("show", "One whole: key, headers, value");
  shows->add_option("place", asked->place, "Partition and offset on the dead letter topic")
      ->required()
      ->type_name("PARTITION:OFFSET");
  add_format(*shows, asked->format);
  shows->callback([&, asked] { action = [&globals, asked] { return list(globals, *asked, true); }; });
  auto* replays = command->add_subcommand("replay", "Put them back on the topics they came from, after asking");
  replays->add_option("place", asked->place, "Only this one")->type_name("PARTITION:OFFSET");
  add_filter(*replays, *asked);
  replays->add_flag("-y,--yes", asked->yes, "Do not ask");
  replays->footer(
      "The records keep the original delivery. The dead letters stay where they are, so a second replay publishes them "
      "again:\n"
      "bound it with --since.");
  replays->callback([&, asked] { action = [&globals, asked] { return replay(globals, *asked); }; });
}

}  // namespace newsmill::cli
