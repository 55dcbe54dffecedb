#include "cli/article_reader.h"
#include "cli/exit.h"
#include "cli/explain.h"
#include "cli/printable.h"
#include "cli/stories.h"
#include "config/json_text.h"
#include "processors/dedup/judge.h"
#include "processors/dedup/number_words.h"
#include "processors/text/instant.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <optional>
#include <string_view>

namespace newsmill::cli {
namespace {

constexpr std::size_t kNumbersShown = 25;

struct Comparison {
  std::array<const Article*, 2> articles;
  std::uint32_t shared_keys = 0;
  dedup::Judgement judgement;
  std::vector<std::string> both, only_first, only_second;  ///< the numbers, as written
  bool same_article = false, one_story = false;
};

const Fingerprint& print(const Article* article) { return *article->fingerprint; }

std::uint32_t shared_keys(const Sketch& one, const Sketch& other) {
  const auto end = other.keys.begin() + other.key_count;
  std::uint32_t shared = 0;
  for (std::size_t i = 0; i < one.key_count; ++i) shared += std::find(other.keys.begin(), end, one.keys[i]) != end;
  return shared;
}

/// The words of the body that tell a figure, by what they are folded to, each as it is written first.
std::map<std::uint64_t, std::string> numbers_of(const Article& article) {
  std::map<std::uint64_t, std::string> numbers;
  for (const text::Token& token : article.tokens)
    if (token.field == text::Field::body && dedup::tells_figure(token))
      numbers.emplace(token.hash, article.body.substr(token.begin, token.end - token.begin));
  return numbers;
}

void compare_numbers(Comparison& comparison) {
  const auto first = numbers_of(*comparison.articles[0]), second = numbers_of(*comparison.articles[1]);
  for (const auto& [hash, number] : first)
    (second.contains(hash) ? comparison.both : comparison.only_first).push_back(number);
  for (const auto& [hash, number] : second)
    if (!first.contains(hash)) comparison.only_second.push_back(number);
  for (auto* list : {&comparison.both, &comparison.only_first, &comparison.only_second}) std::ranges::sort(*list);
}

/// Why it came to the verdict of the second article.
std::string_view rule_of(const Comparison& comparison) {
  const Relation relation = comparison.articles[1]->verdict->relation;
  if (relation == Relation::withdrawn) return "a kill";
  if (!comparison.same_article) {
    if (!print(comparison.articles[0]).may_lead)
      return "the first one may not lead a story (kill, embargo, withheld, partial, no article, or too short to judge)";
    if (comparison.judgement.match && comparison.shared_keys == 0)
      return "alike, but without a key in common they are never compared";
    return comparison.judgement.rule;
  }
  switch (relation) {
    case Relation::repeat: return "the same article again, with the same bytes or the same words";
    case Relation::stale: return "the same article, in an older version that came late";
    default: return "the same article, in a newer version";
  }
}

std::string listed(const std::vector<std::string>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < std::min(numbers.size(), kNumbersShown); ++i) text += ' ' + printable(numbers[i]);
  if (numbers.size() > kNumbersShown) text += fmt::format(" and {} more", numbers.size() - kNumbersShown);
  return text.empty() ? " none" : text;
}

void print_article(char letter, const std::string& file, const Article& article) {
  const std::string when = article.published ? text::rfc3339_utc(article.published->instant.utc) : "no date";
  const std::string source = article.source.empty() ? "no source" : printable(article.source);
  const Sketch& sketch = print(&article).sketch;
  std::cout << fmt::format("{}  {}\n   {}\n   {}, {}, article {}\n   {} words, {} runs of three words, {} keys{}\n",
                           letter, printable(article.headline), printable(file), source, when, uuid(article.id),
                           sketch.tokens, sketch.shingles, sketch.key_count,
                           print(&article).may_lead ? "" : ", may not lead a story");
}

void print_text(const Comparison& comparison, const std::vector<std::string>& files) {
  for (std::size_t i = 0; i < 2; ++i) print_article("AB"[i], files[i], *comparison.articles[i]);
  const Verdict& verdict = *comparison.articles[1]->verdict;
  std::cout << fmt::format("\n{}; the relation of B is {}\n", comparison.one_story ? "one story" : "two stories",
                           relation_name(verdict.relation));
  std::cout << fmt::format("  because    {}\n", rule_of(comparison));
  std::cout << fmt::format("  article    {}\n", comparison.same_article ? "the same id" : "two ids");
  std::cout << fmt::format("  keys       {} in common; those without one are never compared\n",
                           comparison.shared_keys);
  std::cout << fmt::format("  text       {:.0f} % of the smaller is in the other, {:.0f} % of all is in both (estimates)\n",
                           comparison.judgement.contained * 100, comparison.judgement.jaccard * 100);
  std::cout << "  numbers    in both:" << listed(comparison.both) << "\n             only in A:"
            << listed(comparison.only_first) << "\n             only in B:" << listed(comparison.only_second) << '\n';
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string json;
  for (const std::string& text : texts) json += (json.empty() ? "" : ",") + config::json_text(text);
  return '[' + json + ']';
}

void print_json(const Comparison& comparison, const std::vector<std::string>& files) {
  std::string articles;
  for (std::size_t i = 0; i < 2; ++i) {
    const Article& article = *comparison.articles[i];
    articles += fmt::format(
        R"("{}":{{"file":{},"id":"{}","headline":{},"source":{},"words":{},"shingles":{},"keys":{},"mayLead":{}}},)",
        i == 0 ? "a" : "b", config::json_text(files[i]), uuid(article.id), config::json_text(article.headline),
        config::json_text(article.source), print(&article).sketch.tokens, print(&article).sketch.shingles,
        print(&article).sketch.key_count, print(&article).may_lead);
  }
  std::cout << fmt::format(
      R"({{{}"oneStory":{},"relation":"{}","rule":{},"sameArticle":{},"sharedKeys":{},"contained":{:.4f},)"
      R"("jaccard":{:.4f},)"
      R"("numbers":{{"both":{},"onlyA":{},"onlyB":{}}}}})",
      articles, comparison.one_story, relation_name(comparison.articles[1]->verdict->relation),
      config::json_text(rule_of(comparison)), comparison.same_article, comparison.shared_keys,
      comparison.judgement.contained, comparison.judgement.jaccard, json_list(comparison.both),
      json_list(comparison.only_first), json_list(comparison.only_second))
            << '\n';
}

}  // namespace

int explain_duplicate(const Globals& globals, const std::vector<std::string>& files, const std::string& format) {
  const auto configuration = load_or_explain(globals);
  if (!configuration) return kConfiguration;
  if (!configuration->loaded.settings.dedup.enabled) {
    std::cerr << "newsmill: dedup.enabled is false, so nothing is compared\n";
    return kConfiguration;
  }
  ArticleReader reader(*configuration);
  Stories stories(configuration->loaded.settings.dedup, StoryClock::none);
  Comparison comparison;
  for (std::size_t i = 0; i < 2; ++i) {
    std::string why;
    Batch::Item* item = reader.next(files[i], why);
    if (!item) {
      std::cerr << "newsmill: " << why << '\n';
      return kNoInput;
    }
    if (item->error) {
      std::cerr << fmt::format("newsmill: {} is a dead letter, {}: found {}, expected {}\n", printable(files[i]),
                               code_name(item->error->code), printable(item->error->found), item->error->expected);
      return kBadData;
    }
    stories.tell(*item);
    comparison.articles[i] = &item->article;
  }
  const Fingerprint &first = print(comparison.articles[0]), &second = print(comparison.articles[1]);
  comparison.shared_keys = shared_keys(first.sketch, second.sketch);
  comparison.same_article = first.article == second.article;
  comparison.one_story = comparison.articles[0]->verdict->story == comparison.articles[1]->verdict->story;
  const dedup::Circumstances at_once{.shared_keys = comparison.shared_keys, .gap_ms = 0, .series_days = 1};
  comparison.judgement = dedup::weigh(second, first, at_once);
  compare_numbers(comparison);
  format == "json" ? print_json(comparison, files) : print_text(comparison, files);
  return kOk;
}

}  // namespace newsmill::cli
