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

std::string done_to(const Article& article) {
  std::string fate;
  if (article.given.status == PubStatus::canceled) add(fate, "kill, passed on without text");
  if (article.given.version != "1" && !article.given.version.empty())
    add(fate, fmt::format("version {}", article.given.version));
  if (article.embargoed)
    add(fate, "embargoed until " + text::rfc3339_utc(article.embargoed->instant.utc).substr(0, 10));
  std::map<std::string_view, std::uint32_t> removed;
  for (const Removed& piece : article.removed) removed[words(piece.kind)] += piece.paragraphs;
  std::string taken;
  for (const auto& [what, paragraphs] : removed)
    add(taken, paragraphs > 1 ? fmt::format("{} ({} paragraphs)", what, paragraphs) : std::string(what));
  if (!taken.empty()) add(fate, "removed: " + taken, "; ");
  std::string flags;
  for (std::size_t i = 0; i < flag_table().size(); ++i)
    if (article.flags.has(static_cast<Flag>(i))) add(flags, flag_table()[i].name, " ");
  if (!flags.empty()) add(fate, "flags: " + flags, "; ");
  return fate.empty() ? "clean" : fate;
}

}  // namespace

AccountRow account_of(const Batch::Item& item, std::string sample) {
  const Article& article = item.article;
  AccountRow row;
  row.sample = std::move(sample);
  if (item.error) {
    row.dead = true;
    row.headline = printable(article.given.title);
    row.fate = fmt::format("dead letter at {}, {}: found {}, expected {}", item.stage, code_name(item.error->code),
                           printable(item.error->found), item.error->expected);
    return row;
  }
  row.headline = std::string(article.headline);
  row.language = std::string(article.language.tag);
  if (article.published) {
    const std::string when = text::rfc3339_utc(article.published->instant.utc);
    row.published = article.published->instant.precision >= text::Precision::minute
                        ? when.substr(0, 10) + ' ' + when.substr(11, 5)
                        : when.substr(0, 10);
  }
  row.fate = done_to(article);
  return row;
}

std::string account_table(const std::vector<AccountRow>& rows, std::size_t width) {
  width = std::max<std::size_t>(width, 80);
  const std::size_t fixed = 4 + 5 + 2 + 16 + 2;  // number, language, published, gaps
  const std::size_t headline = std::clamp<std::size_t>((width - fixed) * 2 / 5, 20, 60);
  const std::size_t fate = width - fixed - headline - 2;
  std::string table = fmt::format("{:>2}  {}  {}  {}  {}\n", "#", cell("headline", headline), cell("lang", 5),
                                  cell("published (UTC)", 16), "what became of it");
  std::size_t number = 0, dead = 0;
  std::set<std::string> languages;
  for (const AccountRow& row : rows) {
    ++number;
    dead += row.dead;
    if (!row.language.empty()) languages.insert(row.language);
    const std::string& name = row.headline.empty() ? row.sample : row.headline;
    std::string_view rest = row.fate;
    std::string line = fmt::format("{:>2}  {}  {}  {}  ", number, cell(name, headline), cell(row.language, 5),
                                   cell(row.published, 16));
    const std::string indent(fixed + headline + 2, ' ');
    // What does not fit goes on below, broken at spaces.
    while (columns(rest) > fate) {
      std::size_t cut = rest.rfind(' ', fate);
      if (cut == std::string_view::npos || cut == 0) cut = std::min(fate, rest.size());
      table += line + std::string(rest.substr(0, cut)) + '\n';
      rest.remove_prefix(std::min(cut + 1, rest.size()));
      line = indent;
    }
    table += line + std::string(rest) + '\n';
  }
  table += fmt::format("\n{} articles: {} records in {} languages, {} dead letters, each with its reason\n",
                       rows.size(), rows.size() - dead, languages.size(), dead);
  return table;
}

}  // namespace newsmill::cli
