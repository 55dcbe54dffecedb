#pragma once
#include <memory_resource>
#include <string>
#include <string_view>

#include "processors/core/article.h"

namespace newsmill::test {

/// An article as normalize hands it on, made of a headline and a body whose paragraphs are divided by blank
/// lines. What else a test needs it sets itself.
class TextArticle {
 public:
  TextArticle(std::string_view headline, std::string_view body);
  TextArticle(const TextArticle&) = delete;
  TextArticle& operator=(const TextArticle&) = delete;

  Article& article() { return article_; }
  const Article& article() const { return article_; }

 private:
  std::pmr::monotonic_buffer_resource arena_;
  Message message_;
  std::string_view headline_, body_;
  Article article_;
};

}  // namespace newsmill::test
