#include "cli/dedup_search.h"

#include "cli/printable.h"
#include "config/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace newsmill::cli {
namespace {

using dedup::LogOffset;
using dedup::Referee;
using Applied = Referee::Applied;

std::string when(std::int64_t ms) { return time_text(ms, "unknown"); }

std::string_view name(Applied applied) {
  switch (applied) {
    case Applied::taken: return "taken";
    case Applied::known: return "known";
    case Applied::late: return "late";
    case Applied::lost: return "lost";
    case Applied::foreign: return "foreign";
  }
  return {};
}

/// Why a message changed nothing; empty when it did.
std::string_view no_effect(Applied applied) {
  switch (applied) {
    case Applied::taken: return {};
    case Applied::known: return "without effect: this delivery stands in the log already";
    case Applied::late: return "void: it was sent more than ten minutes before the log took it";
    case Applied::lost: return "void: another verdict was first in the log";
    case Applied::foreign: return "void: it was meant for another log";
  }
  return {};
}

/// What became of one verdict of a message.
std::string_view effect(const DedupSearch::Line& line, const DedupSearch::Decided& decided) {
  if (line.applied != Applied::taken) return no_effect(line.applied);
  if (!decided.live) return "passed over: its fingerprint is not live any more";
  return decided.first ? "this is its verdict" : "the verdict that it has already";
}

std::string_view relation_words(Relation relation) {
  switch (relation) {
    case Relation::original: return "opens";
    case Relation::repeat: return "the same article again, in";
    case Relation::exact: return "another article with the same text, in";
    case Relation::near: return "nearly the same text, in";
    case Relation::subset: return "a part of a longer text, in";
    case Relation::superset: return "a longer text around another, in";
    case Relation::update: return "a newer version of the same article, in";
    case Relation::stale: return "an older version that came late, in";
    case Relation::withdrawn: return "a kill, in";
    case Relation::unchecked: return "not to be compared, alone in";
  }
  return {};
}

std::string_view status_name(Fingerprint::Status status) {
  switch (status) {
    case Fingerprint::Status::usable: return "usable";
    case Fingerprint::Status::withheld: return "withheld";
    case Fingerprint::Status::canceled: return "canceled";
  }
  return {};
}

std::string listed(const Verdict& verdict, std::string_view before, std::string_view after) {
  std::string all;
  for (std::size_t i = 0; i < std::min<std::size_t>(verdict.related_count, Verdict::kRelated); ++i)
    all += fmt::format("{}{}{}{}", i > 0 ? ", " : "", before, uuid(verdict.related[i]), after);
  return all;
}

std::string words(const DedupSearch::Line& line, const DedupSearch::Article& article, const Referee& at_end,
                  std::span<const std::string> topics) {
  const Fingerprint& print = article.fingerprint;
  std::string text = fmt::format("{}  {}  fingerprint of {}\n", line.offset, when(line.append_ms),
                                 delivery_words(print.delivery, topics));
  text += fmt::format("    article   {}\n", uuid(print.article));
  text += fmt::format("    came in   {}, {}{}\n", when(print.arrival_ms),
                      print.status == Fingerprint::Status::usable
                          ? ""
                          : fmt::format("{}, ", status_name(print.status)),
                      print.may_lead ? "may lead a story" : "may not lead a story");
  if (print.version != 0 || print.updated_ms != 0)
    text += fmt::format("    version   {}, updated {}\n", print.version,
                        print.updated_ms != 0 ? when(print.updated_ms) : "unknown");
  text += "    now       ";
  if (const auto why = no_effect(line.applied); !why.empty()) return text + fmt::format("{}\n", why);
  if (!at_end.is_live(line.offset)) return text + "has left the window\n";
  const auto verdict = at_end.verdict_of(line.offset);
  if (!verdict) return text + "live, without a verdict yet\n";
  return text + fmt::format("live, {} in story {}\n", relation_name(verdict->relation), uuid(verdict->story));
}

std::string words(const DedupSearch::Line& line, const DedupSearch::Decided& decided) {
  const auto& [offset, verdict] = decided.verdict;
  std::string text = fmt::format("{}  {}  verdict on {}{}\n", line.offset, when(line.append_ms), offset,
                                 decided.together > 1 ? fmt::format(", one of {} in this message", decided.together)
                                                      : "");
  if (decided.article) text += fmt::format("    article   {}\n", uuid(*decided.article));
  text += fmt::format("    relation  {}: {} story {}, born {}\n", relation_name(verdict.relation),
                      relation_words(verdict.relation), uuid(verdict.story), when(verdict.since_ms));
  if (verdict.canonical)
    text += fmt::format("    matched   {}{}\n", uuid(*verdict.canonical),
                        verdict.similarity >= 0 ? fmt::format(", similarity {:.4f}", verdict.similarity) : "");
  if (verdict.related_count > 0) text += fmt::format("    related   {}\n", listed(verdict, "", ""));
  return text + fmt::format("    effect    {}\n", effect(line, decided));
}

std::string json(const DedupSearch::Line& line, const DedupSearch::Article& article, const Referee& at_end,
                 std::span<const std::string> topics) {
  const Fingerprint& print = article.fingerprint;
  const bool live = line.applied == Applied::taken && at_end.is_live(line.offset);
  const auto verdict = live ? at_end.verdict_of(line.offset) : std::nullopt;
  return fmt::format(
      R"("kind":"fingerprint","delivery":{},"article":"{}","arrival":"{}","sent":"{}","status":"{}","version":{},)"
      R"("updated":{},"mayLead":{},"live":{},"story":{})",
      config::json_text(delivery_words(print.delivery, topics)), uuid(print.article), when(print.arrival_ms),
      when(article.sent_ms), status_name(print.status), print.version,
      print.updated_ms != 0 ? config::json_text(when(print.updated_ms)) : "null", print.may_lead, live,
      verdict ? '"' + uuid(verdict->story) + '"' : "null");
}

std::string json(const DedupSearch::Line& line, const DedupSearch::Decided& decided) {
  const auto& [offset, verdict] = decided.verdict;
  return fmt::format(
      R"("kind":"verdict","of":{},"article":{},"relation":"{}","story":"{}","since":"{}","canonical":{},)"
      R"("similarity":{},"related":[{}],"together":{},"counts":{})",
      offset, decided.article ? '"' + uuid(*decided.article) + '"' : "null", relation_name(verdict.relation),
      uuid(verdict.story), when(verdict.since_ms),
      verdict.canonical ? '"' + uuid(*verdict.canonical) + '"' : "null",
      verdict.similarity >= 0 ? fmt::format("{:.4f}", verdict.similarity) : "null", listed(verdict, "\"", "\""),
      decided.together, line.applied == Applied::taken && decided.live);
}

}  // namespace

void DedupSearch::look(const dedup::FingerprintMessage& message, LogOffset offset) {
  const Fingerprint& print = message.fingerprint;
  const bool meant = std::holds_alternative<ArticleId>(subject_)
                         ? std::get<ArticleId>(subject_) == print.article
                         : std::get<DeliveryPlace>(subject_).matches(print.delivery);
  if (meant) meant_.insert(offset);
}

void DedupSearch::look(const dedup::VerdictsMessage& message) {
  const auto* story = std::get_if<ArticleId>(&subject_);
  if (story == nullptr) return;
  for (const dedup::DecidedFingerprint& each : message.verdicts)
    if (each.verdict.story == *story) meant_.insert(each.offset);
}

void DedupSearch::apply(const dedup::FingerprintMessage& message, LogOffset offset, std::int64_t append_ms) {
  const Applied applied = referee_.apply(message, offset, append_ms);
  if (!meant_.contains(offset)) return;
  articles_.emplace(offset, message.fingerprint.article);
  lines_.push_back({offset, append_ms, applied, Article{message.fingerprint, message.sent_ms}});
}

void DedupSearch::apply(const dedup::VerdictsMessage& message, LogOffset offset, std::int64_t append_ms) {
  const std::size_t before = lines_.size();
  for (const dedup::DecidedFingerprint& each : message.verdicts) {
    if (!meant_.contains(each.offset)) continue;
    Decided decided{each, std::nullopt, message.verdicts.size(), referee_.is_live(each.offset), false};
    decided.first = decided.live && !referee_.verdict_of(each.offset);
    if (const auto found = articles_.find(each.offset); found != articles_.end()) decided.article = found->second;
    lines_.push_back({offset, append_ms, Applied::taken, std::move(decided)});
  }
  const Applied applied = referee_.apply(message, offset, append_ms);
  for (std::size_t i = before; i < lines_.size(); ++i) lines_[i].applied = applied;
}

std::string words_of(const DedupSearch::Line& line, const Referee& at_end, std::span<const std::string> topics) {
  const auto* article = std::get_if<DedupSearch::Article>(&line.what);
  return article != nullptr ? words(line, *article, at_end, topics)
                            : words(line, std::get<DedupSearch::Decided>(line.what));
}

std::string json_of(const DedupSearch::Line& line, const Referee& at_end, std::span<const std::string> topics) {
  const auto* article = std::get_if<DedupSearch::Article>(&line.what);
  return fmt::format(R"({{"offset":{},"appended":"{}","applied":"{}",{}}})", line.offset, when(line.append_ms),
                     name(line.applied),
                     article != nullptr ? json(line, *article, at_end, topics)
                                        : json(line, std::get<DedupSearch::Decided>(line.what)));
}

}  // namespace newsmill::cli
