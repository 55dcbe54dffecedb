#include "cli/configuration.h"
#include "cli/dedup.h"
#include "cli/dedup_reading.h"
#include "cli/exit.h"
#include "cli/outcome.h"
#include "cli/printable.h"
#include "config/json_text.h"
#include "consumer/kafka/group_offsets.h"
#include "consumer/kafka/log_mark.h"
#include "consumer/kafka/topics.h"
#include "consumer/shared_referee.h"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <memory>
#include <optional>

namespace newsmill::cli {
namespace {

using dedup::Referee;
using kafka::GroupOffset;
using From = kafka::DedupLogReader::From;

/// What reading the window came to.
struct Replayed {
  LogRead read;
  std::size_t live = 0, stories = 0, undecided = 0, bytes = 0;
  std::array<std::uint64_t, 5> applied{};  ///< by Referee::Applied
  double seconds = 0;
  std::uint64_t of(Referee::Applied which) const { return applied[static_cast<std::size_t>(which)]; }
};

struct Found {
  std::vector<std::string> refused, notes;  ///< what breaks the topic's contract; what is worth knowing
  dedup::LogId log = 0;
  dedup::LogOffset first = 0, end = 0;
  std::int64_t first_ms = -1, newest_ms = -1;
  std::vector<GroupOffset> offsets;
  std::optional<std::string> disagree;  ///< why the offsets do not rest on this log
  std::optional<Replayed> replayed;
};

std::string span_text(std::int64_t ms) {
  const double hours = static_cast<double>(ms) / 3.6e6;
  return hours < 1 ? fmt::format("{:.0f} min", hours * 60) : hours < 48 ? fmt::format("{:.1f} h", hours)
                                                                         : fmt::format("{:.1f} days", hours / 24);
}

consumer::Outcome look_at_contract(const config::Settings& settings, consumer::Logger& log, Found& found) {
  kafka::TopicPlan plan;
  if (auto outcome = kafka::plan_topics(settings, log, nullptr, plan); !outcome) return outcome;
  for (const kafka::TopicRow& row : plan.topics)
    if (row.role == kafka::TopicRole::dedup && !row.state.exists)
      return {consumer::Fate::stop,
              fmt::format("there is no topic \"{}\" for the dedup log; `newsmill kafka apply` creates it", row.name)};
  for (const kafka::TopicFinding& finding : plan.findings)
    if (finding.topic == settings.dedup.topic)
      (finding.refused ? found.refused : found.notes).push_back(kafka::sentence(finding));
  return {};
}

/// Its ends, and its name: that of the newest messages, or of the first F.
consumer::Outcome look_at_log(const config::Settings& settings, consumer::Logger& log, Found& found) {
  std::unique_ptr<kafka::DedupLogReader> reader;
  if (auto outcome = kafka::DedupLogReader::open(settings, log, From::beginning, reader); !outcome) return outcome;
  found.first = reader->first();
  found.end = reader->end();
  found.newest_ms = reader->newest_append_ms();
  found.log = reader->newest_id();
  Progress progress;
  LogRead read;
  return read_log(*reader, "looking", progress, read, [&](const auto& message, auto, auto append_ms) {
    if (found.first_ms < 0) found.first_ms = append_ms;
    if (found.log == 0) found.log = message.log;
    return false;
  });
}

/// Before the log is looked at: instances commit and append all the time.
consumer::Outcome look_at_offsets(const config::Settings& settings, consumer::Logger& log, Found& found) {
  return kafka::GroupOffsets(settings, log).fetch(found.offsets);
}

consumer::Outcome compare(const config::Settings& settings, consumer::Logger&, Found& found) {
  std::vector<kafka::LogMark> marks;
  for (const GroupOffset& offset : found.offsets)
    if (const auto mark = kafka::parse_mark(offset.metadata)) marks.push_back(*mark);
  found.disagree = kafka::why_not_this_log(marks, {found.log, found.end}, settings.dedup.topic);
  return {};
}

consumer::Outcome replay(const config::Settings& settings, consumer::Logger& log, Found& found) {
  std::unique_ptr<kafka::DedupLogReader> reader;
  if (auto outcome = kafka::DedupLogReader::open(settings, log, From::window, reader); !outcome) return outcome;
  Referee referee(consumer::referee_rules(settings.dedup));
  if (reader->newest_id() != 0) referee.expect(reader->newest_id());
  Replayed& replayed = found.replayed.emplace();
  Progress progress;
  const auto outcome =
      read_log(*reader, "reading", progress, replayed.read, [&](const auto& message, auto offset, auto append_ms) {
        ++replayed.applied[static_cast<std::size_t>(referee.apply(message, offset, append_ms))];
        return true;
      });
  replayed.seconds = progress.seconds();
  replayed.live = referee.live();
  replayed.stories = referee.stories();
  replayed.undecided = referee.undecided();
  replayed.bytes = referee.bytes();
  return outcome;
}

std::string mark_words(const GroupOffset& offset) {
  if (offset.offset < 0) return "nothing is committed";
  const auto mark = kafka::parse_mark(offset.metadata);
  if (!mark) return fmt::format("offset {}, without a mark", offset.offset);
  if (mark->rebuilding) return fmt::format("offset {}, the log is being made anew", offset.offset);
  return fmt::format("offset {}, rests on log {:016x} up to {}", offset.offset, mark->log, mark->applied);
}

void print_text(const config::Settings& settings, const Found& found) {
  if (found.end == found.first)
    fmt::print("{}: empty{}\n", settings.dedup.topic,
               found.end == 0 ? ", its first message will name it" : fmt::format(" from offset {} on", found.end));
  else
    fmt::print("{}: log {:016x}\n  messages  {}, offsets {} to {}\n  age       {}: {} to {}\n", settings.dedup.topic,
               found.log, grouped(static_cast<std::uint64_t>(found.end - found.first)), found.first, found.end - 1,
               span_text(found.newest_ms - found.first_ms), time_text(found.first_ms), time_text(found.newest_ms));
  for (const std::string& sentence : found.refused) fmt::print("  refused   {}\n", sentence);
  for (const std::string& sentence : found.notes) fmt::print("  note      {}\n", sentence);
  if (found.refused.empty()) fmt::print("  contract  kept\n");
  fmt::print("group {}\n", settings.kafka.group);
  for (const GroupOffset& offset : found.offsets)
    fmt::print("  {}:{}  {}\n", offset.partition.topic, offset.partition.number, mark_words(offset));
  fmt::print("  {}\n", found.disagree ? *found.disagree : "what is committed rests on this log");
  if (!found.replayed) return;
  const Replayed& state = *found.replayed;
  fmt::print("state at offset {}\n  articles  {} live, {} of them without a verdict, in {} stories\n"
             "  memory    {:.1f} MB\n  reading   {} messages in {:.1f} s, {}/s\n",
             found.end - 1, grouped(state.live), grouped(state.undecided), grouped(state.stories),
             static_cast<double>(state.bytes) / 1e6, grouped(state.read.messages), state.seconds,
             rate(state.read.messages, state.seconds));
  using enum Referee::Applied;
  fmt::print("  without effect  {} known, {} lost, {} late, {} foreign, {} garbage{}\n", grouped(state.of(known)),
             grouped(state.of(lost)), grouped(state.of(late)), grouped(state.of(foreign)), grouped(state.read.garbage),
             state.read.garbage > 0 ? ", the first " + state.read.first_garbage : "");
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ",") + config::json_text(text);
  return '[' + all + ']';
}

std::string json_of(const GroupOffset& offset) {
  const auto mark = kafka::parse_mark(offset.metadata);
  const bool named = mark && !mark->rebuilding;
  return fmt::format(R"({{"topic":{},"partition":{},"offset":{},"log":{},"applied":{},"rebuilding":{}}})",
                     config::json_text(offset.partition.topic), offset.partition.number,
                     offset.offset < 0 ? "null" : std::to_string(offset.offset),
                     named ? fmt::format("\"{:016x}\"", mark->log) : "null",
                     named ? std::to_string(mark->applied) : "null", mark && mark->rebuilding);
}

void print_json(const config::Settings& settings, const Found& found) {
  std::string offsets;
  for (const GroupOffset& offset : found.offsets) offsets += (offsets.empty() ? "" : ",") + json_of(offset);
  std::string state = "null";
  if (found.replayed) {
    const Replayed& is = *found.replayed;
    using enum Referee::Applied;
    state = fmt::format(
        R"({{"live":{},"undecided":{},"stories":{},"bytes":{},"messages":{},"seconds":{:.3f},"known":{},"lost":{},)"
        R"("late":{},"foreign":{},"garbage":{}}})",
        is.live, is.undecided, is.stories, is.bytes, is.read.messages, is.seconds, is.of(known), is.of(lost),
        is.of(late), is.of(foreign), is.read.garbage);
  }
  const auto time = [](std::int64_t ms) { return ms < 0 ? "null" : config::json_text(time_text(ms)); };
  fmt::print(
      R"({{"topic":{},"log":{},"first":{},"end":{},"firstAppended":{},"lastAppended":{},"refused":{},"notes":{},)"
      R"("group":{},"offsets":[{}],"agrees":{},"why":{},"state":{}}})"
      "\n",
      config::json_text(settings.dedup.topic), found.log != 0 ? fmt::format("\"{:016x}\"", found.log) : "null",
      found.first, found.end, time(found.first_ms), time(found.newest_ms), json_list(found.refused),
      json_list(found.notes), config::json_text(settings.kafka.group), offsets, !found.disagree,
      found.disagree ? config::json_text(*found.disagree) : "null", state);
}

}  // namespace

int dedup_status(const Globals& globals, bool replayed, const std::string& format) {
  const auto configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  const config::Settings& settings = configuration->loaded.settings;
  if (!settings.dedup.enabled) std::cerr << "newsmill: note: dedup.enabled is false, so no instance uses the log\n";
  consumer::Logger log(log_of(configuration->loaded));
  Found found;
  for (const auto look : {look_at_contract, look_at_offsets, look_at_log, compare})
    if (const auto outcome = look(settings, log, found); !outcome) return explain_outcome(outcome);
  if (replayed)
    if (const auto outcome = replay(settings, log, found); !outcome) return explain_outcome(outcome);
  format == "json" ? print_json(settings, found) : print_text(settings, found);
  return !found.refused.empty() ? kConfiguration : found.disagree ? kFindings : kOk;
}

}  // namespace newsmill::cli
