// What every row of the catalogue and the chain as a whole promise, whatever comes in.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "processors/catalogue.h"
#include "processors/core/delivery.h"
#include "processors/core/format.h"
#include "tests/support/knowledge.h"

namespace newsmill {
namespace {

const config::Settings kSettings;

Message message_of(std::string_view value, const InputDefaults& defaults) {
  Message message;
  message.topic = "articles.raw";
  message.value = value;
  message.timestamp_ms = 1'772'000'000'000;
  message.defaults = &defaults;
  return message;
}

// Articles of every shape, written for this test.
const std::vector<std::string>& samples() {
  static const std::vector<std::string> kSamples = {
      R"({"id":"a-1","feed":"wire","source":"example.com","url":"https://example.com/news/a-1?utm_source=x",
        "canonical_url":"https://www.example.com/news/a-1","title":"River level falls after a week of rain",
        "subtitle":"Bridges open again","summary":"The water is going down.","author":["Ann Lee",{"name":"Bo Ek"}],
        "published_at":"2026-02-24T08:15:00+01:00","updated_at":1772000000,"received_at":{"$date":1772000000000},
        "language":"en","version":2,"status":"usable","urgency":"4","subjects":["Weather"],
        "image":"https://example.com/a.jpg","rights":"Example Ltd","terms":"Internal use",
        "body":"The river fell by 40 centimetres on Tuesday, the water authority said.\n\nTwo bridges opened again.)"
      R"( \u00c9lodie Marchand, who runs the ferry, said that she had \u201cnever seen so much wood\u201d.\n\nMore)"
      R"( rain is expected on Friday."})",
      R"({"title":"Kurzmeldung: Zug verspätet","author":{"name":"Redaktion"},"published_at":"24.02.2026 08:15",
        "body":"Der Zug aus Köln kommt 20 Minuten später."})",
      R"({"id":7,"source":"example.org","status":"canceled","title":"KILL: earlier story"})",
      R"({"title":"A headline alone"})",
      R"({"title":"Dockers begin a strike in the port","body":"The strike in the port will last two days."})",
      R"({"body":"停电影响两个城区。\n\n供电公司表示,抢修工作将在晚上完成。"})",
      "Markets\nShares rise for a third day\nBy Ann Lee\nexample.com | Updated: 2026-02-24 08:15\n\nShares rose again "
      "on Tuesday as trade picked up.\n\nBanks led the gains, with the largest lender up 3 percent at noon.\n\nShares "
      "rose again on Tuesday as trade picked up.\n\nBanks led the gains, with the largest lender up 3 percent at noon.\n",
      "[1,2,3]",
      "<html><body><p>x</p></body></html>",
      "{\"title\":\"cut off",
      std::string("\xFF\xFEZ\0u\0g\0", 8),
  };
  return kSamples;
}

struct Outcome {
  std::string key, value, headers, error;
  bool operator==(const Outcome&) const = default;
};

Outcome outcome_of(const Batch::Item& item) {
  const Output& output = item.article.output;
  Outcome outcome{output.key, output.value, {}, {}};
  for (const auto& [name, value] : output.headers) outcome.headers += name + "=" + value + "\n";
  if (item.error)
    outcome.error = std::string(item.stage) + "|" + std::string(code_name(item.error->code)) + "|" +
                    item.error->found + "|" + item.error->expected + "|" + item.error->where;
  return outcome;
}

class Chain : public testing::Test {
 protected:
  Outcome run(std::string_view value, Format format = Format::automatic) {
    defaults_.format = format;
    Batch batch;
    batch.add(message_of(value, defaults_));
    pipeline_.run(batch);
    return outcome_of(batch.items().front());
  }

  /// A record or a reason, and never a defect.
  void expect_fate(const Outcome& outcome, const std::string& about) {
    EXPECT_NE(outcome.value.empty(), outcome.error.empty()) << about << ": " << outcome.error;
    EXPECT_EQ(outcome.error.find("|internal|"), std::string::npos) << about << ": " << outcome.error;
    if (outcome.value.empty()) return;
    EXPECT_EQ(outcome.key.size(), 36u) << about;
    EXPECT_EQ(outcome.value.find('\n'), std::string::npos) << about << ": one line";
  }

  InputDefaults defaults_;
  Pipeline pipeline_ = make_pipeline(kSettings, test::builtin_knowledge());
};

TEST(Catalogue, IsAChainInWhichEveryStageFindsWhatItReads) {
  std::set<std::string_view> names;
  std::uint8_t written = kBytes;
  for (const ProcessorType& type : catalogue()) {
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
    EXPECT_TRUE(type.summary.ends_with('.')) << type.name;
    EXPECT_EQ(type.reads & ~written, 0) << type.name << " reads what nobody has written";
    written |= type.writes;
    EXPECT_NE(type.make(kSettings, test::builtin_knowledge()), nullptr) << type.name;
  }
  EXPECT_EQ(written, kBytes | kGiven | kText | kTokens | kFingerprint | kEntities | kTopics | kRecord);
}

// Everything of an article that belongs to a facet, as one text.
std::string facet_text(const Article& article, Facet facet) {
  std::ostringstream out;
  const Given& given = article.given;
  const auto date = [&](const std::optional<ArticleDate>& when) {
    out << (when ? when->instant.utc.time_since_epoch().count() : -1) << '|';
  };
  switch (facet) {
    case kBytes:
      out << article.message.value.value_or("(null)") << delivery_text(article.delivery);
      break;
    case kGiven:
      out << static_cast<int>(article.format) << uuid(article.id);
      for (const std::string_view text :
           {given.id, given.feed, given.url, given.canonical_url, given.source, given.title, given.subtitle,
            given.summary, given.body, given.html, given.published_at, given.updated_at, given.received_at,
            given.embargoed_until, given.language, given.version, given.image, given.rights, given.terms})
        out << text << '|';
      for (const std::string_view author : given.authors) out << author << '|';
      for (const std::string_view subject : given.subjects) out << subject << '|';
      out << static_cast<int>(given.status) << int{given.urgency} << given.unknown_fields << given.body_is_html;
      break;
    case kText:
      for (const std::string_view text :
           {article.headline, article.kicker, article.subheadline, article.summary, article.body, article.by,
            article.located, article.copyright_notice, article.usage_terms, article.source, article.url,
            article.canonical_url, article.language.tag, article.language.declared})
        out << text << '|';
      for (const Paragraph& paragraph : article.paragraphs) out << paragraph.begin << '-' << paragraph.end << '|';
      date(article.published), date(article.updated), date(article.embargoed), date(article.received);
      for (const Removed& piece : article.removed) out << piece.rule << piece.text << '|';
      out << static_cast<int>(article.completeness) << article.language.confidence;
      break;
    case kTokens:
      for (const text::Token& token : article.tokens) out << token.begin << '-' << token.end << token.hash << '|';
      break;
    case kFingerprint:
      if (!article.fingerprint) break;
      out << uuid(article.fingerprint->article) << article.fingerprint->text << article.fingerprint->source;
      for (const std::uint32_t key : article.fingerprint->sketch.keys) out << '|' << key;
      break;
    case kTopics:
      for (const TopicScore& topic : article.topics) {
        out << topic.id << topic.score << '|';
        for (const TopicEvidence& one : topic.evidence) out << one.begin << '-' << one.end << one.clause << '|';
      }
      break;
    case kEntities:
      for (const Entity& entity : article.entities) {
        out << entity.id << entity.name << entity_type_name(entity.type) << entity.salience << '|';
        for (const Mention& mention : entity.mentions) out << mention.begin << '-' << mention.end << '|';
      }
      break;
    case kRecord:
      out << article.output.key << '|' << article.output.value << '|' << article.output.headers.size();
      break;
  }
  return out.str();
}

TEST(Catalogue, EveryStageWritesOnlyTheFacetsOfItsRow) {
  InputDefaults defaults;
  std::uint8_t seen_written = 0;
  for (const std::string& sample : samples()) {
    Batch batch;
    Article& article = batch.add(message_of(sample, defaults)).article;
    for (const ProcessorType& type : catalogue()) {
      std::vector<std::pair<Facet, std::string>> before;
      for (const Facet facet : {kBytes, kGiven, kText, kTokens, kFingerprint, kEntities, kTopics, kRecord})
        before.emplace_back(facet, facet_text(article, facet));
      Budget budget;
      Scratch scratch{batch.arena(), budget};
      const Status status = type.make(kSettings, test::builtin_knowledge())->process(article, scratch);
      for (const auto& [facet, text] : before) {
        if (facet_text(article, facet) == text) continue;
        EXPECT_TRUE(type.writes & facet) << type.name << " changed facet " << int{facet} << " of " << sample;
        seen_written |= facet;
      }
      if (!status) break;
    }
  }
  EXPECT_EQ(seen_written, kGiven | kText | kTokens | kFingerprint | kEntities | kTopics | kRecord) << "the samples reach every facet";
}

TEST_F(Chain, TheSameArticleGivesTheSameOutput) {
  for (const std::string& sample : samples()) {
    const Outcome first = run(sample);
    expect_fate(first, sample);
    EXPECT_EQ(run(sample), first) << "by the same pipeline: " << sample;
    Pipeline other = make_pipeline(kSettings, test::builtin_knowledge());
    std::swap(pipeline_, other);
    EXPECT_EQ(run(sample), first) << "by a new pipeline: " << sample;
  }
}

TEST_F(Chain, NeighboursInABatchDoNotMatter) {
  std::vector<Outcome> alone;
  for (const std::string& sample : samples()) alone.push_back(run(sample));
  defaults_.format = Format::automatic;
  for (int rounds = 1; rounds <= 3; ++rounds) {
    Batch batch;
    for (int round = 0; round < rounds; ++round)
      for (const std::string& sample : samples()) batch.add(message_of(sample, defaults_));
    pipeline_.run(batch);
    for (std::size_t i = 0; i < batch.items().size(); ++i)
      EXPECT_EQ(outcome_of(batch.items()[i]), alone[i % alone.size()]) << samples()[i % alone.size()];
  }
}

TEST_F(Chain, OneByteIsRefusedOrRead) {
  for (int byte = 0; byte < 256; ++byte)
    for (const Format format : {Format::automatic, Format::plain, Format::text})
      expect_fate(run(std::string(1, static_cast<char>(byte)), format), "byte " + std::to_string(byte));
}

TEST_F(Chain, AMebibyteOfAnythingHasAFate) {
  constexpr std::size_t kSize = (1 << 20) - 200;  // the last piece stays below normalize.max_text_bytes
  for (const std::string_view piece :
       {"a", "word ", "\n", "\n\n", "Line\n", "{", "[", "\"", "<p>", "&amp;", "é", "e\u0301", "北", "😀", "\u200D", "\xFF",
        "\xC3", "A sentence that says something, and says it again and again without an end.\n\n", "1", ". ", "\u00AD",
        "By Ann Lee\n", "2026-02-24 ", "https://example.com/?a=b&", "Copyright 2026\n", "Ã©", "&#x41;", "(CNN) -- "}) {
    std::string text;
    while (text.size() < kSize) text += piece;
    expect_fate(run(text, Format::text), "text of " + std::string(piece));
    std::string escaped;
    for (const char c : text) {
      if (c == '"' || c == '\\') escaped += '\\';
      c == '\n' ? escaped += "\\n" : escaped += c;
    }
    expect_fate(run("{\"title\":\"T\",\"body\":\"" + escaped + "\"}"), "body of " + std::string(piece));
    expect_fate(run("{\"body\":\"B\",\"title\":\"" + escaped + "\"}"), "title of " + std::string(piece));
  }
}

// Cuts, doubles, exchanges and overwrites pieces, with a weakness for what parsers stumble over.
std::string mutated(std::string text, std::mt19937& random) {
  static const std::string_view kPieces[] = {"\"", "\\", "{", "}", "[", "]", ":", ",", "\\u0000", "\\ud800", "\xFF",
                                             "\xF0\x9F", "\n", "\n\n", "<br>", "null", "1e999", "&#0;", "\u202E",
                                             std::string_view("\0", 1), "\xEF\xBB\xBF", "9999999999999999999"};
  const auto pick = [&](std::size_t below) { return below == 0 ? 0 : random() % below; };
  const std::size_t changes = 1 + pick(8);
  for (std::size_t i = 0; i < changes; ++i) {
    const std::size_t at = pick(text.size() + 1), size = pick(std::min<std::size_t>(text.size() - at, 40) + 1);
    switch (pick(5)) {
      case 0: text.erase(at, size); break;
      case 1: text.insert(at, text.substr(at, size)); break;
      case 2: text.insert(at, kPieces[pick(std::size(kPieces))]); break;
      case 3: text.insert(pick(text.size() + 1), text.substr(at, size)); break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(pick(256));
    }
  }
  return text;
}

TEST_F(Chain, TenThousandMutationsHaveAFate) {
  std::mt19937 random(20'261'124);
  std::size_t records = 0, dead = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = mutated(samples()[random() % samples().size()], random);
    const Outcome outcome = run(text, i % 5 == 0 ? Format::text : Format::automatic);
    expect_fate(outcome, "mutation " + std::to_string(i));
    (outcome.error.empty() ? records : dead) += 1;
  }
  EXPECT_GT(records, 1000u) << "mutations so wild that they test the first check only";
  EXPECT_GT(dead, 1000u);
}

TEST_F(Chain, ATinyBudgetEndsInADeadLetterAtSomeStage) {
  std::vector<Pipeline::Stage> stages;
  for (const ProcessorType& type : catalogue())
    stages.push_back({type.name, type.make(kSettings, test::builtin_knowledge())});
  Pipeline poor(std::move(stages), 100);
  std::swap(pipeline_, poor);
  EXPECT_NE(run(samples().front()).error.find("|budget|"), std::string::npos);
}

}  // namespace
}  // namespace newsmill
