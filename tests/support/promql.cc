#include "tests/support/promql.h"

#include <cctype>
#include <string_view>
#include <tuple>
#include <utility>

namespace newsmill::test {
namespace {

bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':'; }

bool is_ours(const std::string& name) {
  return name.starts_with("newsmill_") || name.starts_with("process_") || name == "up";
}

/// Where the bracket at `open` closes; strings are skipped.
std::size_t closing(const std::string& text, std::size_t open, char close) {
  bool quoted = false;
  for (std::size_t at = open + 1; at < text.size(); ++at) {
    if (text[at] == '\\' && quoted) ++at;
    else if (text[at] == '"') quoted = !quoted;
    else if (text[at] == close && !quoted) return at;
  }
  return std::string::npos;
}

std::string word_before(const std::string& text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && in_name(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

}  // namespace

std::vector<Selector> selectors(const std::string& expression) {
  std::vector<Selector> all;
  for (std::size_t at = 0; at < expression.size();) {
    if (expression[at] == '"') {
      const std::size_t end = closing(expression, at, '"');
      if (end == std::string::npos) return all;
      at = end + 1;
      continue;
    }
    if (!in_name(expression[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < expression.size() && in_name(expression[at])) ++at;
    Selector selector{.name = expression.substr(begin, at - begin), .matchers = {}, .range = {}, .function = {}};
    if (!is_ours(selector.name)) continue;
    for (const auto& [open, close, part] : {std::tuple('{', '}', &selector.matchers),
                                            std::tuple('[', ']', &selector.range)}) {
      if (at >= expression.size() || expression[at] != open) continue;
      const std::size_t end = open == '{' ? closing(expression, at, close) : expression.find(close, at);
      if (end == std::string::npos) return all;
      *part = expression.substr(at + 1, end - at - 1);
      at = end + 1;
    }
    if (begin > 0 && expression[begin - 1] == '(') selector.function = word_before(expression, begin - 1);
    all.push_back(std::move(selector));
  }
  return all;
}

std::string family_of(const std::string& metric) {
  for (const std::string_view part : {"_bucket", "_sum", "_count"})
    if (metric.ends_with(part)) return metric.substr(0, metric.size() - part.size());
  return metric;
}

std::string substituted(std::string expression) {
  replace_all(expression, "$__rate_interval", "10m");
  replace_all(expression, "$__range", "10m");
  replace_all(expression, "$job", "newsmill");
  replace_all(expression, "$instance", ".+");
  return expression;
}

std::string unconditional(std::string expression) {
  for (std::size_t at = 0; (at = expression.find(" offset ", at)) != std::string::npos;)
    expression.erase(at, expression.find_first_of(" )", at + 8) - at);
  for (const char* comparison : {" == ", " != ", " > ", " < ", " >= ", " <= "})
    replace_all(expression, comparison, std::string(comparison) + "bool ");
  return expression;
}

}  // namespace newsmill::test
