#include "cli/account.h"

#include "cli/printable.h"
#include "processors/text/instant.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace newsmill::cli {
namespace {

std::string_view words(Removed::Kind kind) {
  switch (kind) {
    case Removed::Kind::repeat:
      return "repeated text";
    case Removed::Kind::headline_echo:
      return "headline echo";
    case Removed::Kind::kicker:
      return "kicker";
    case Removed::Kind::byline:
      return "byline";
    case Removed::Kind::dateline:
      return "dateline";
    case Removed::Kind::date:
      return "date line";
    case Removed::Kind::caption:
      return "caption";
    case Removed::Kind::credit:
      return "credit";
    case Removed::Kind::rights:
      return "rights line";
    case Removed::Kind::boilerplate:
      return "boilerplate";
    case Removed::Kind::related:
      return "related line";
    case Removed::Kind::advertisement:
      return "advertisement";
    case Removed::Kind::notice:
      return "notice";
  }
  return {};
}

void add(std::string& list, std::string_view piece, std::string_view between = ", ") {
  if (!list.empty()) list += between;
  list += piece;
}

std::string cleaned(const Article& article) {
  std::string done;
  if (article.given.status == PubStatus::canceled) add(done, "kill, passed on without text");
  if (article.embargoed)
    add(done, "embargoed until " + text::rfc3339_utc(article.embargoed->instant.utc).substr(0, 10));
  std::map<std::string_view, std::uint32_t> removed;
  for (const Removed& piece : article.removed) removed[words(piece.kind)] += piece.paragraphs;
  std::string taken;
  for (const auto& [what, paragraphs] : removed)
    add(taken, paragraphs > 1 ? fmt::format("{} ({} paragraphs)", what, paragraphs) : std::string(what));
  if (!taken.empty()) add(done, "removed " + taken, "; ");
  std::string flags;
  for (std::size_t i = 0; i < flag_table().size(); ++i)
    if (article.flags.has(static_cast<Flag>(i))) add(flags, flag_table()[i].name, " ");
  if (!flags.empty()) add(done, "flags " + flags, "; ");
  return done;
}

/// "original", "near 1 (97 %)": the relation and the number of the article it was matched with.
std::string story(const AccountRow& row, const std::map<ArticleId, std::size_t>& numbers) {
  if (!row.verdict) return {};
  std::string text(relation_name(row.verdict->relation));
  if (row.verdict->relation == Relation::original) return text;
  if (const auto& canonical = row.verdict->canonical)
    if (const auto found = numbers.find(*canonical); found != numbers.end()) text += fmt::format(" {}", found->second);
  if (row.verdict->similarity >= 0) text += fmt::format(" ({:.0f} %)", row.verdict->similarity * 100);
  return text;
}

/// `text` in lines of at most `width` columns, broken at spaces, the first after `first`, the others
/// after as many spaces.
std::string wrapped(const std::string& first, std::string_view text, std::size_t width) {
  std::string lines, line = first;
  const std::size_t room = width - columns(first);
  while (columns(text) > room) {
    std::size_t cut = text.size();
    do cut = text.rfind(' ', cut - 1);
    while (cut != std::string_view::npos && cut > 0 && columns(text.substr(0, cut)) > room);
    if (cut == std::string_view::npos || cut == 0) break;  // a word that is too long stands out
    lines += line + std::string(text.substr(0, cut)) + '\n';
    text.remove_prefix(cut + 1);
    line.assign(columns(first), ' ');
  }
  line += text;
  line.erase(line.find_last_not_of(' ') + 1);
  return lines + line + '\n';
}

}  // namespace

AccountRow account_of(const Batch::Item& item, std::string sample) {
  const Article& article = item.article;
  AccountRow row;
  row.sample = std::move(sample);
  row.article = article.id;
  if (item.error) {
    row.headline = printable(article.given.title);
    row.failure = fmt::format("{} at {}: found {}, expected {}", code_name(item.error->code), item.stage,
                              printable(item.error->found), item.error->expected);
    return row;
  }
  row.headline = std::string(article.headline);
  row.language = std::string(article.language.tag);
  row.verdict = article.verdict;
  for (const TopicScore& topic : article.topics) add(row.topics, fmt::format("{} {:.2f}", topic.id, topic.score));
  row.scored = article.topics.size();
  constexpr std::size_t kNames = 6;
  for (std::size_t i = 0; i < article.entities.size(); ++i) {
    const Entity& entity = article.entities[i];
    row.linked += !entity.id.empty();
    if (i < kNames)
      add(row.names, entity.id.empty() ? std::string(entity.name) : fmt::format("{} ({})", entity.name, entity.id));
  }
  if (article.entities.size() > kNames) row.names += fmt::format(" and {} more", article.entities.size() - kNames);
  row.cleaned = cleaned(article);
  return row;
}

std::string account_table(const std::vector<AccountRow>& rows, std::size_t width) {
  width = std::max<std::size_t>(width, 80);
  constexpr std::size_t kLanguage = 4, kStory = 17;
  const std::size_t headline = std::clamp<std::size_t>((width - 30) / 2, 25, 60);
  std::map<ArticleId, std::size_t> numbers;
  for (std::size_t i = 0; i < rows.size(); ++i) numbers.try_emplace(rows[i].article, i + 1);

  std::string table =
      fmt::format("{:>2}  {}  {}  {}  {}\n", "#", cell("headline", headline), cell("lang", kLanguage),
                  cell("story", kStory), "topics");
  std::size_t number = 0, dead = 0, names = 0, topics = 0;
  std::set<std::string> languages;
  std::set<ArticleId> stories;
  for (const AccountRow& row : rows) {
    ++number;
    const std::string& name = row.headline.empty() ? row.sample : row.headline;
    const std::string line = fmt::format("{:>2}  {}  ", number, cell(name, headline));
    if (!row.failure.empty()) {
      ++dead;
      table += line + "dead letter\n" + wrapped("    reason   ", row.failure, width);
      continue;
    }
    languages.insert(row.language);
    if (row.verdict) stories.insert(row.verdict->story);
    names += row.linked;
    topics += row.scored;
    table += wrapped(line + cell(row.language, kLanguage) + "  " + cell(story(row, numbers), kStory) + "  ",
                     row.topics, width);
    if (!row.names.empty()) table += wrapped("    names    ", row.names, width);
    if (!row.cleaned.empty()) table += wrapped("    cleaned  ", row.cleaned, width);
  }
  table += fmt::format("\n{} articles: {} records in {} languages and {} stories, with {} names linked and {} topics "
                       "scored;\n{} dead letters, each with its reason\n",
                       rows.size(), rows.size() - dead, languages.size(), stories.size(), names, topics, dead);
  return table;
}

}  // namespace newsmill::cli
