#include "tests/support/tagging.h"

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "config/builtin.h"

namespace newsmill::test {
namespace {

using tag_entities::AliasFlag;

struct NameRow {
  const char* name;
  std::uint16_t flags = 0;
};
struct Row {
  const char* id;
  EntityType type;
  const char* subtype;
  const char* country;
  double fame;
  std::vector<NameRow> names;  // the first is the one it is shown by
  std::vector<const char*> lies_in = {};
};

constexpr std::uint16_t kAcronym = tag_entities::kAcronym | tag_entities::kCaseExact;
constexpr std::uint16_t kPoints = kAcronym | tag_entities::kAbbreviated;
constexpr std::uint16_t kOrdinary = tag_entities::kCommonWord | tag_entities::kNeedsContext;
constexpr std::uint16_t kPeople = tag_entities::kDemonym;

const std::vector<Row>& rows() {
  using enum EntityType;
  static const std::vector<Row> kRows = {
      {"wd:Q148", LOC, "country", "CN", 0.98, {{"China"}, {"Chinese", kPeople}, {"中国"}, {"中國"}}},
      {"wd:Q159", LOC, "country", "RU", 0.98, {{"Russia"}, {"Russian", kPeople}, {"Russians", kPeople}, {"Россия"}, {"俄罗斯"}, {"ロシア"}}},
      {"wd:Q30", LOC, "country", "US", 0.99, {{"United States"}, {"US", kAcronym}, {"U.S.", kPoints}, {"USA", kAcronym}, {"Americans", kPeople}, {"American", kPeople}, {"美国"}}},
      {"wd:Q145", LOC, "country", "GB", 0.98, {{"United Kingdom"}, {"UK", kAcronym}, {"Britain"}, {"British", kPeople}}},
      {"wd:Q21", LOC, "country", "GB", 0.85, {{"England"}}},
      {"wd:Q183", LOC, "country", "DE", 0.97, {{"Germany"}, {"Deutschland"}, {"German", kPeople}}},
      {"wd:Q230", LOC, "country", "GE", 0.9, {{"Georgia"}}},
      {"wd:Q1428", LOC, "region", "US", 0.75, {{"Georgia"}}, {"wd:Q30"}},
      {"wd:Q23556", LOC, "city", "US", 0.6, {{"Atlanta"}}, {"wd:Q1428", "wd:Q30"}},
      {"wd:Q994", LOC, "city", "GE", 0.5, {{"Tbilisi"}}, {"wd:Q230"}},
      {"wd:Q399", LOC, "country", "AM", 0.9, {{"Armenia"}}},
      {"wd:Q810", LOC, "country", "JO", 0.9, {{"Jordan"}}},
      {"wd:Q43", LOC, "country", "TR", 0.9, {{"Turkey"}, {"Türkiye"}, {"Turkish", kPeople}}},
      {"wd:Q657", LOC, "country", "TD", 0.9, {{"Chad"}}},
      {"wd:Q1032", LOC, "country", "NE", 0.9, {{"Niger"}}},
      {"wd:Q1033", LOC, "country", "NG", 0.95, {{"Nigeria"}}},
      {"wd:Q1006", LOC, "country", "GN", 0.7, {{"Guinea"}}},
      {"wd:Q1007", LOC, "country", "GW", 0.6, {{"Guinea-Bissau"}}},
      {"wd:Q983", LOC, "country", "GQ", 0.6, {{"Equatorial Guinea"}}},
      {"wd:Q691", LOC, "country", "PG", 0.6, {{"Papua New Guinea"}}},
      {"wd:Q836", LOC, "country", "MM", 0.9, {{"Myanmar"}, {"Burma"}}},
      {"wd:Q1050", LOC, "country", "SZ", 0.9, {{"Eswatini"}, {"Swaziland"}}},
      {"wd:Q212", LOC, "country", "UA", 0.9, {{"Ukraine"}}},
      {"wd:Q1899", LOC, "city", "UA", 0.8, {{"Kyiv"}, {"Kiev"}}, {"wd:Q212"}},
      {"wd:Q90", LOC, "city", "FR", 0.9, {{"Paris"}}},
      {"wd:Q830149", LOC, "city", "US", 0.25, {{"Paris"}}, {"wd:Q1439", "wd:Q30"}},
      {"wd:Q1439", LOC, "region", "US", 0.75, {{"Texas"}}, {"wd:Q30"}},
      {"wd:Q84", LOC, "city", "GB", 0.9, {{"London"}}, {"wd:Q145"}},
      {"wd:Q649", LOC, "city", "RU", 0.85, {{"Moscow"}}, {"wd:Q159"}},
      {"wd:Q956", LOC, "city", "CN", 0.85, {{"Beijing"}, {"北京"}}, {"wd:Q148"}},
      {"wd:Q61", LOC, "city", "US", 0.85, {{"Washington"}, {"Washington, D.C."}}, {"wd:Q30"}},
      {"wd:Q39450", LOC, "city", "US", 0.5, {{"Anchorage"}}, {"wd:Q797", "wd:Q30"}},
      {"wd:Q797", LOC, "region", "US", 0.7, {{"Alaska"}}, {"wd:Q30"}},
      {"wd:Q161491", LOC, "city", "GB", 0.5, {{"Reading", kOrdinary}}, {"wd:Q145"}},
      {"wd:Q33959", LOC, "city", "FR", 0.55, {{"Nice", kOrdinary}}},
      {"wd:Q79875", LOC, "city", "US", 0.45, {{"Mobile", kOrdinary}}, {"wd:Q30"}},
      {"wd:Q1663", LOC, "city", "HR", 0.45, {{"Split", kOrdinary}}},
      {"wd:Q22889", LOC, "city", "GB", 0.45, {{"Bath", kOrdinary}}, {"wd:Q145"}},
      {"wd:Q3604", LOC, "city", "TD", 0.7, {{"N'Djamena"}}, {"wd:Q657"}},
      {"wd:Q37660", LOC, "other", "", 0.5, {{"South China Sea"}}},
      {"wd:Q133274", LOC, "facility", "RU", 0.6, {{"Kremlin"}}, {"wd:Q159"}},
      {"wd:Q58217", PER, "politician", "RU", 0.5, {{"Sergey Lavrov"}, {"Sergei Lavrov"}, {"Sergej Lawrow"}, {"Сергей Лавров"}}},
      {"wd:Q701801", PER, "politician", "CN", 0.5, {{"Wang Yi"}, {"王毅"}}},
      {"wd:Q9315278", PER, "politician", "CN", 0.1, {{"Wang Yi"}}},
      {"wd:Q15031", PER, "politician", "CN", 0.8, {{"Xi Jinping"}, {"习近平"}, {"習近平"}}},
      {"wd:Q7747", PER, "politician", "RU", 0.8, {{"Vladimir Putin"}}},
      {"wd:Q264766", PER, "politician", "GB", 0.6, {{"Theresa May"}}},
      {"wd:Q47899", PER, "", "US", 0.4, {{"Paris Hilton"}}},
      {"wd:Q207", PER, "politician", "US", 0.6, {{"George Bush"}}},
      {"wd:Q313266", PER, "politician", "KR", 0.6, {{"Ban Ki-moon"}}},
      {"wd:Q78869", PER, "politician", "AT", 0.4, {{"Alexander Van der Bellen"}}},
      {"wd:Q379", PER, "politician", "SA", 0.5, {{"Mohammed bin Salman"}}},
      {"wd:Q312", ORG, "company", "US", 0.85, {{"Apple", kOrdinary}}},
      {"wd:Q3884", ORG, "company", "US", 0.85, {{"Amazon"}}},
      {"wd:Q1046951", ORG, "company", "US", 0.5, {{"Target", kOrdinary}}},
      {"wd:Q154950", ORG, "company", "GB", 0.6, {{"Shell", kOrdinary}}},
      {"wd:Q180445", WORK, "media", "GB", 0.5, {{"Nature", kOrdinary}}},
      {"wd:Q1406", PRODUCT, "", "", 0.5, {{"Windows", kOrdinary}}},
      {"wd:Q38076", ORG, "company", "US", 0.6, {{"McDonald's"}}},
      {"wd:Q856897", ORG, "company", "US", 0.7, {{"Kellogg's"}, {"Kellogg"}}},
      {"wd:Q487907", ORG, "company", "US", 0.6, {{"Bank of America"}}},
      {"wd:Q9684", ORG, "media", "US", 0.7, {{"New York Times"}, {"The New York Times"}}},
      {"wd:Q60", LOC, "city", "US", 0.9, {{"New York"}}, {"wd:Q30"}},
      {"wd:Q166032", ORG, "media", "US", 0.6, {{"Washington Post"}}},
      {"wd:Q1070956", ORG, "media", "CN", 0.6, {{"China Daily"}, {"中国日报"}}},
      {"wd:Q1065", ORG, "igo", "", 0.9, {{"United Nations"}, {"UN", kAcronym}}},
      {"wd:Q7817", ORG, "igo", "", 0.8, {{"World Health Organization"}, {"WHO", kAcronym}}},
      {"wd:Q7184", ORG, "igo", "", 0.85, {{"NATO", tag_entities::kAcronym}}},
      {"enwiki:Eurasian Economic Union", ORG, "igo", "", 0.5, {{"Eurasian Economic Union"}}},
      {"wd:Q34787", ORG, "party", "GB", 0.5, {{"Labour", kOrdinary}, {"Labour Party"}}},
      {"wd:Q58024", ORG, "company", "US", 0.7, {{"eBay", tag_entities::kLowerCase}}},
      {"wd:Q34433", ORG, "university", "GB", 0.6, {{"University of Oxford"}}},
  };
  return kRows;
}

}  // namespace

tag_entities::Words builtin_words() {
  config::Diagnostics diagnostics;
  std::vector<config::Document> documents;
  for (const config::Builtin& file : config::builtins())
    if (file.path.starts_with("entities/words/"))
      documents.push_back(config::Document::parse(std::string(file.path), std::string(file.text), diagnostics));
  auto words = tag_entities::Words::read(documents, diagnostics);
  if (diagnostics.all().empty()) return words;
  diagnostics.print(std::cerr);
  throw std::runtime_error("the built-in words have findings");
}

std::shared_ptr<const tag_entities::Gazetteer> hard_names() {
  static const auto kNames = [] {
    tag_entities::GazetteerBuilder builder;
    std::vector<std::pair<std::string_view, std::uint32_t>> numbers;
    for (const Row& row : rows()) {
      const std::uint32_t number = builder.add_entity({.name = row.names.front().name, .type = row.type, .subtype = row.subtype,
                                                       .country = row.country, .ids = {row.id}, .fame = row.fame});
      numbers.emplace_back(row.id, number);
      for (const NameRow& name : row.names) {
        const bool shown_by = &name == &row.names.front();
        builder.add_name(name.name, number, static_cast<std::uint16_t>(name.flags | (shown_by ? tag_entities::kPreferred : 0)), 1, "by hand");
      }
    }
    for (std::size_t i = 0; i < rows().size(); ++i) {
      for (const char* place : rows()[i].lies_in) {
        const auto found = std::ranges::find(numbers, std::string_view(place), &std::pair<std::string_view, std::uint32_t>::first);
        builder.relate(numbers[i].second, tag_entities::Relation::country, found->second);
      }
    }
    std::string error;
    auto gazetteer = tag_entities::Gazetteer::from_bytes(builder.build(), error);
    if (gazetteer == nullptr) throw std::runtime_error(error);
    return gazetteer;
  }();
  return kNames;
}

tag_entities::Watchlist watchlist(const std::string& yaml, const tag_entities::Gazetteer* gazetteer) {
  config::Diagnostics diagnostics;
  const auto document = config::Document::parse("watchlist.yaml", yaml, diagnostics);
  auto list = tag_entities::Watchlist::read(document, gazetteer, diagnostics);
  if (!diagnostics.has_errors()) return list;
  diagnostics.print(std::cerr);
  throw std::runtime_error("the watchlist has errors");
}

Tagging::Tagging(tag_entities::Names names, double min_confidence)
    : names_(std::move(names)), tagger_(std::make_unique<tag_entities::Tagger>(names_, nullptr, min_confidence)) {}

Tagging::Tagging() : Tagging({hard_names(), {}, builtin_words()}) {}

Status Tagging::read(std::string_view headline, std::string_view body, std::string_view language) {
  headline_ = headline;
  body_ = body;
  language_ = language;
  article_.reset();
  arena_ = std::make_unique<std::pmr::monotonic_buffer_resource>();
  article_ = std::make_unique<Article>(message_, arena_.get());
  article_->headline = headline_;
  article_->body = body_;
  article_->language.tag = language_;
  for (std::size_t at = 0; at < body_.size();) {
    const std::size_t end = std::min(body_.find("\n\n", at), body_.size());
    article_->paragraphs.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
    at = end + 2;
  }
  const std::uint32_t sentence = text::tokenize(headline_, text::Field::headline, 0, article_->tokens);
  text::tokenize(body_, text::Field::body, sentence, article_->tokens);
  Budget budget;
  Scratch scratch{*arena_, budget};
  const Status status = tagger_->tag(*article_, scratch);
  units_ = Budget::kUnits - budget.left();
  return status;
}

std::string_view Tagging::surface(const Mention& mention) const {
  const std::string_view field = mention.field == text::Field::headline ? article_->headline : article_->body;
  return field.substr(mention.begin, mention.end - mention.begin);
}

std::string Tagging::mentions() const {
  std::vector<std::tuple<text::Field, std::uint32_t, std::string>> all;
  for (const Entity& entity : article_->entities)
    for (const Mention& mention : entity.mentions)
      all.emplace_back(mention.field, mention.begin, (entity.id.empty() ? "-" : std::string(entity.id)) + " " + std::string(entity.name) + "|" + std::string(surface(mention)));
  std::ranges::sort(all);
  std::string text;
  for (const auto& [field, begin, line] : all) text += line + "\n";
  return text;
}

const Entity* Tagging::entity_of(std::string_view wanted) const {
  for (const Entity& entity : article_->entities)
    for (const Mention& mention : entity.mentions)
      if (surface(mention) == wanted) return &entity;
  return nullptr;
}

std::string Tagging::id_of(std::string_view wanted) const {
  const Entity* entity = entity_of(wanted);
  return entity == nullptr ? "" : entity->id.empty() ? "-" : std::string(entity->id);
}

}  // namespace newsmill::test
