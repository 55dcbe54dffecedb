#include "tests/chaos/articles.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <zstd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace newsmill::chaos {
namespace {

constexpr std::size_t kRunningStories = 50;
// Of a thousand articles that are no part of a burst: how many begin one, and how many tell a story again
// that is over.
constexpr std::size_t kBursts = 25, kLate = 100;

std::string dumped(const rapidjson::Document& document) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  document.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

void set(rapidjson::Document& document, const char* name, const std::string& value) {
  const rapidjson::Value text(value.c_str(), document.GetAllocator());
  if (document.HasMember(name)) document.RemoveMember(name);
  document.AddMember(rapidjson::Value(name, document.GetAllocator()), rapidjson::Value(text, document.GetAllocator()),
                     document.GetAllocator());
}

/// Plausible sentences of made-up words, so that a chain has something to do where no data are.
std::string made_up_line(std::mt19937& random) {
  static constexpr const char* kWords[] = {"harbour", "council", "river",  "report", "minister", "village", "storm",
                                           "market",  "bridge",  "season", "court",  "railway",  "school",  "the",
                                           "of",      "said",    "and",    "in",     "after",    "before"};
  const auto words = [&](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += (i == 0 ? "" : " ") + std::string(kWords[random() % std::size(kWords)]);
    return text;
  };
  rapidjson::Document document(rapidjson::kObjectType);
  set(document, "source", "made-up.example");
  set(document, "title", words(8));
  set(document, "body", words(40) + ".\n\n" + words(120) + ".\n\n" + words(80) + ".");
  return dumped(document);
}

}  // namespace

const char* expected_code(Kind kind) {
  switch (kind) {
    case Kind::article:
    case Kind::update:
    case Kind::copy: return nullptr;
    case Kind::cut: return "malformed-json";
    case Kind::empty:
    case Kind::null: return "empty";
    case Kind::bare: return "no-content";
    case Kind::deep: return "too-deep";
    case Kind::gzip: return "bad-compression";
  }
  return nullptr;
}

std::vector<std::string> compressed_lines(const std::filesystem::path& file, std::size_t limit) {
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), ZSTD_freeDStream);
  std::vector<std::string> lines;
  std::vector<char> packed(ZSTD_DStreamInSize()), plain(ZSTD_DStreamOutSize());
  std::string rest;
  while (lines.size() < limit && in) {
    in.read(packed.data(), static_cast<std::streamsize>(packed.size()));
    ZSTD_inBuffer from{packed.data(), static_cast<std::size_t>(in.gcount()), 0};
    while (from.pos < from.size) {
      ZSTD_outBuffer to{plain.data(), plain.size(), 0};
      const std::size_t result = ZSTD_decompressStream(stream.get(), &to, &from);
      if (ZSTD_isError(result)) throw std::runtime_error(file.string() + ": " + ZSTD_getErrorName(result));
      rest.append(plain.data(), to.pos);
    }
    std::size_t begin = 0;
    for (std::size_t end = rest.find('\n'); end != std::string::npos && lines.size() < limit;
         end = rest.find('\n', begin)) {
      lines.push_back(rest.substr(begin, end - begin));
      begin = end + 1;
    }
    rest.erase(0, begin);
  }
  return lines;
}

Articles::Articles(const std::filesystem::path& folder, std::uint32_t seed) : random_(seed), copies_(seed) {
  for (const char* name : {"bench-20k.jsonl.zst", "mix-open.jsonl.zst"})
    for (std::string& line : compressed_lines(folder / "news" / name, 30'000))
      if (line.find('<') == std::string::npos) lines_.push_back(std::move(line));
  real_ = !lines_.empty();
  while (lines_.size() < 500) lines_.push_back(made_up_line(random_));
}

Article Articles::next() {
  ++made_;
  if (!burst_.empty() && random_() % 2 == 0) {
    Told told = std::move(burst_.front());
    burst_.pop_front();
    return copy(std::move(told));
  }
  const std::size_t draw = random_() % 1000;
  if (draw < kBursts) {
    std::vector<Told> burst = copies_.burst("chaos-b" + std::to_string(bursts_++));
    // Which comes first into the log is the brokers' and the instances' doing, not ours.
    burst_.insert(burst_.end(), std::make_move_iterator(burst.begin() + 1), std::make_move_iterator(burst.end()));
    return copy(std::move(burst.front()));
  }
  if (draw < kBursts + kLate && bursts_ > 0) return copy(copies_.late("chaos-" + std::to_string(made_)));
  return single(random_() % 1000);
}

Article Articles::copy(Told told) {
  Article article;
  article.kind = Kind::copy;
  article.telling = told.telling;
  article.id = std::move(told.id);
  article.key = "copy-" + std::to_string(made_);
  article.value = std::move(told.value);
  return article;
}

Article Articles::single(std::size_t draw) {
  const std::size_t number = made_;
  Article article;
  article.id = "chaos-" + std::to_string(number);
  if (draw < 50) article.kind = static_cast<Kind>(static_cast<std::size_t>(Kind::cut) + draw % 6);
  if (draw >= 900) {
    article.kind = Kind::update;
    article.id = "chaos-story-" + std::to_string(draw % kRunningStories);
  }
  article.key = article.id;

  rapidjson::Document document;
  if (document.Parse(lines_[number % lines_.size()].c_str()).HasParseError() || !document.IsObject())
    throw std::runtime_error("an article of the data folder is no JSON object");
  set(document, "id", article.id);
  if (article.kind == Kind::update) {
    set(document, "source", "running.example");
    set(document, "version", std::to_string(number));
  }
  article.value = dumped(document);
  switch (article.kind) {
    case Kind::article:
    case Kind::update:
    case Kind::copy: break;
    case Kind::cut: article.value->resize(article.value->size() / 2); break;
    case Kind::empty: article.value = ""; break;
    case Kind::null: article.value.reset(); break;
    case Kind::bare: article.value = R"({"id":")" + article.id + R"(","source":"bare.example"})"; break;
    case Kind::deep:
      article.value = R"({"title":"deep","body":"deep","more":)" + std::string(500, '[') + std::string(500, ']') + "}";
      break;
    case Kind::gzip: article.value = "\x1f\x8b\x08" + article.value->substr(0, 100); break;
  }
  return article;
}

}  // namespace newsmill::chaos
