#include "tests/chaos/copies.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <iterator>

namespace newsmill::chaos {
namespace {

constexpr std::size_t kPapers = 300;

}  // namespace

/// One of 27,000: three in a row are hardly ever the same three again.
std::string Copies::word() {
  static constexpr const char* kSyllables[] = {"ba",  "ko",  "lin", "ter", "mo",  "sa",  "rit", "vel", "du",  "hem",
                                               "gra", "pi",  "nos", "tul", "we",  "cha", "fir", "yo",  "zen", "kul",
                                               "bor", "ni",  "sta", "lem", "ru",  "vik", "os",  "tam", "fe",  "gol"};
  std::string word;
  for (int i = 0; i < 3; ++i) word += kSyllables[below(std::size(kSyllables))];
  return word;
}

Copies::Words Copies::words(std::size_t count) {
  Words words(count);
  for (std::string& each : words) each = word();
  return words;
}

Copies::Text Copies::text() {
  // Between two fixed words stands at least one that is not.
  static constexpr const char* kJoints[] = {"the", "and", "said", "after", "near", "of", "with", "before"};
  Text text{words(6 + below(4)), {}};
  const std::size_t sentences = 12 + below(10);
  for (std::size_t i = 0; i < sentences; ++i) {
    Words sentence = words(9 + below(8));
    for (std::size_t at = 2; at + 1 < sentence.size(); at += 3) sentence[at] = kJoints[below(std::size(kJoints))];
    if (i % 4 == 1) sentence.insert(sentence.end() - 1, std::to_string(10 + below(90'000)));
    text.sentences.push_back(std::move(sentence));
  }
  return text;
}

/// Other words in place of some; the numbers stay, or it would not be the same news.
Copies::Text Copies::changed(Text text, std::size_t percent) {
  for (Words& sentence : text.sentences)
    for (std::string& each : sentence)
      if (below(100) < percent && (each.front() < '0' || each.front() > '9')) each = word();
  text.headline = words(7);
  return text;
}

Copies::Article Copies::article(std::string id, Text text) {
  Article article{std::move(id), "paper-" + std::to_string(below(kPapers)) + ".example", 1, std::move(text), {}};
  article.value = json(article);
  return article;
}

std::string Copies::json(const Article& article, bool killed) const {
  const auto line_of = [](const Words& words) {
    std::string line;
    for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
    line.front() = static_cast<char>(line.front() - 'a' + 'A');
    return line;
  };
  std::string body;
  for (std::size_t i = 0; i < article.text.sentences.size(); ++i)
    body += (i == 0 ? "" : i % 4 == 0 ? "\n\n" : " ") + line_of(article.text.sentences[i]) + ".";
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  const auto member = [&](const char* name, const std::string& value) {
    writer.Key(name);
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  writer.StartObject();
  member("id", article.id);
  member("source", article.source);
  member("version", std::to_string(article.version));
  if (killed) member("status", "canceled");
  member("title", line_of(article.text.headline));
  member("body", body);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::vector<Told> Copies::burst(const std::string& prefix) {
  std::vector<Article> told{article(prefix + "-0", text())};
  std::vector<Told> all{{Telling::first, told.front().id, told.front().value}};
  const std::size_t count = 12 + below(29);
  std::size_t last_drifted = 0;
  bool killed = false;
  while (all.size() < count) {
    const std::string id = prefix + "-" + std::to_string(told.size());
    const std::size_t draw = below(100);
    const auto tell = [&](Telling telling, Text text) {
      told.push_back(article(id, std::move(text)));
      all.push_back({telling, id, told.back().value});
    };
    if (draw < 20) {
      tell(Telling::exact, told.front().text);
    } else if (draw < 36 && !remembered_.empty()) {
      Text both = changed(told.front().text, 0);
      const auto& older = remembered_[below(remembered_.size() / 2 + 1)].text.sentences;
      both.sentences.insert(both.sentences.end(), older.begin(), older.end());
      tell(Telling::both, std::move(both));
    } else if (draw < 50) {
      tell(Telling::near, changed(told.front().text, 5));
    } else if (draw < 62) {
      tell(Telling::drifted, changed(told[last_drifted].text, 9));
      last_drifted = told.size() - 1;
    } else if (draw < 74) {
      Text part = changed(told.front().text, 0);
      part.sentences.resize(part.sentences.size() * (50 + below(40)) / 100);
      tell(Telling::part, std::move(part));
    } else if (draw < 88) {
      Article& old = told[below(told.size())];
      Article version = old;
      version.version = old.version + (below(4) == 0 ? -1 : 1);
      version.text.sentences.push_back(words(12));
      version.value = json(version);
      all.push_back({Telling::version, version.id, version.value});
      if (version.version > old.version) old = std::move(version);
    } else if (draw < 97 || killed || all.size() < 6) {
      const Article& old = told[below(told.size())];
      all.push_back({Telling::again, old.id, old.value});
    } else {
      const Article& old = told[below(told.size())];
      all.push_back({Telling::kill, old.id, json(old, true)});
      killed = true;
    }
  }
  remembered_.push_back(told.front());
  if (remembered_.size() > kRemembered) remembered_.pop_front();
  return all;
}

Told Copies::late(const std::string& id) {
  const Article& old = remembered_[below(remembered_.size())];
  const bool exact = below(2) == 0;
  return {exact ? Telling::exact : Telling::near, id, article(id, exact ? old.text : changed(old.text, 5)).value};
}

}  // namespace newsmill::chaos
