#include "tests/support/text_article.h"

#include "processors/core/arena.h"
#include "processors/text/characters.h"
#include "processors/text/tokens.h"
#include "processors/text/utf8.h"

namespace newsmill::test {

TextArticle::TextArticle(std::string_view headline, std::string_view body)
    : headline_(keep(text::clean_characters(text::repair_utf8(headline, arena_).text, arena_), arena_)),
      body_(keep(text::clean_characters(text::repair_utf8(body, arena_).text, arena_), arena_)),
      article_(message_, &arena_) {
  article_.headline = headline_;
  article_.body = body_;
  for (std::size_t at = 0; at < body_.size();) {
    const std::size_t end = std::min(body_.find("\n\n", at), body_.size());
    if (end > at) article_.paragraphs.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
    at = end + (end < body_.size() ? 2 : 0);
  }
  const std::uint32_t next = text::tokenize(headline_, text::Field::headline, 0, article_.tokens);
  text::tokenize(body_, text::Field::body, next, article_.tokens);
}

}  // namespace newsmill::test
