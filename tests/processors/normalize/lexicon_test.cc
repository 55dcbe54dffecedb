#include "processors/normalize/lexicon.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/builtin.h"

namespace newsmill::normalize {
namespace {

Lexicons builtin_lexicons(config::Diagnostics& diagnostics) {
  std::vector<config::Document> documents;
  for (const config::Builtin& file : config::builtins()) {
    if (!file.path.starts_with("lexicons/")) continue;
    documents.push_back(config::Document::parse(std::string(file.path), std::string(file.text), diagnostics));
  }
  return Lexicons::read(documents, diagnostics);
}

const Lexicons& lexicons() {
  static config::Diagnostics diagnostics;
  static const Lexicons all = builtin_lexicons(diagnostics);
  return all;
}

std::string row_of(std::string_view line, std::uint8_t places) {
  LineMatcher matcher(lexicons());
  const LexiconRow* row = matcher.find(line, places);
  return row == nullptr ? "" : row->id;
}

TEST(Lexicons, BuiltInOnesHaveNoFindings) {
  config::Diagnostics diagnostics;
  const Lexicons all = builtin_lexicons(diagnostics);
  std::ostringstream findings;
  diagnostics.print(findings);
  EXPECT_TRUE(diagnostics.all().empty()) << findings.str();
  EXPECT_GT(all.rows().size(), 50u);
}

constexpr auto kHead = static_cast<std::uint8_t>(Place::head);
constexpr auto kTail = static_cast<std::uint8_t>(Place::tail);
constexpr auto kAny = static_cast<std::uint8_t>(Place::any);

TEST(Lexicons, KnowTheLinesAroundAnArticle) {
  const struct {
    std::uint8_t place;
    const char* line;
    const char* row;
  } rows[] = {
      {kHead, "By Ann Lee", "en.byline"},
      {kHead, "BY ANN LEE AND JOSÉ DE LA CRUZ, Harbour Gazette", "en.byline"},
      {kHead, "By Harbour Gazette editorial", "en.byline.role"},
      {kHead, "By editors", "en.byline.agency"},
      {kHead, "Written by: Ann Lee", "en.byline.verb"},
      {kHead, "Von Anna Müller, Berlin", "de.byline"},
      {kHead, "Par Anne Legrand", "fr.byline"},
      {kHead, "Por Ana García", "es.byline"},
      {kHead, "By Monday night the water had reached the second floor", ""},
      {kHead, "Von Berlin nach Paris in vier Stunden", ""},
      {kHead, "Opinion", "en.kicker"},
      {kHead, "FOR IMMEDIATE RELEASE", "en.release"},
      {kTail, "All rights reserved. Copying or sharing is prohibited.", "en.rights.all"},
      {kTail, "© 2021 Harbour Gazette", "en.rights.copyright"},
      {kTail, "Copyright (c) 2021, Harbour Gazette", "en.rights.copyright"},
      {kTail, "Copyright law has changed little since 1998, the judge said.", ""},
      {kTail, "Alle Rechte vorbehalten", "de.rights"},
      {kTail, "Tous droits réservés.", "fr.rights"},
      {kTail, "Todos los derechos reservados", "es.rights"},
      {kTail, "The author wrote this for us. The views expressed do not necessarily reflect those of the Gazette.",
       "en.terms.contributed"},
      {kTail, "Reporting by Ann Lee in Harbour; Editing by Bo Li", "en.credit.reporting"},
      {kTail, "(Reporting by Ann Lee; Editing by Bo Li)", "en.credit.reporting"},
      {kTail, "Reporting by the commission found three faults in the hull.", "en.credit.reporting"},  // a known price
      {kTail, "Ann Lee contributed to this report.", "en.credit.contributed"},
      {kTail, "Reuter", "en.credit.wire"},
      {kTail, "# # #", "en.end"},
      {kTail, "The following information is not intended for publication", "en.notice.publication"},
      {kTail, "Continue reading »", "en.cut"},
      {kTail, "[+2140 chars]", "en.cut"},
      {kAny, "ADVERTISEMENT", "en.advertisement"},
      {kAny, "Story continues below this advertisement", "en.advertisement"},
      {kAny, "Advertising makes up a third of the revenue.", ""},
      {kAny, "RELATED: Harbour board asks for a new estimate", "en.related.to"},
      {kAny, "Related", "en.related"},
      {kAny, "Related party transactions are listed in note 7.", ""},
      {kAny, "(AP Photo/Ann Lee)", "en.caption.credit"},
      {kAny, "The new pier in March. (AP Photo/Ann Lee)", "en.caption.text"},
      {kAny, "Photo: Ann Lee / Gazette", "en.caption.credit"},
      {kAny, "Photos of the pier were shown to the board.", ""},
      {kAny, "Share on Facebook", "en.site.share"},
      {kAny, "Follow us on Twitter", "en.site.follow"},
      {kAny, "Sign up for our daily newsletter", "en.site.newsletter"},
      {kAny, "Sign up for the race on Sunday", ""},
      {kAny, "Skip to content", "en.site.navigation"},
      {kAny, "Leave a comment", "en.site.comments"},
      {kAny, "Please enable JavaScript to view this page.", "en.wall.script"},
      {kAny, "404 - Page not found", "en.wall.error"},
      {kAny, "We use cookies to improve your experience.", "en.wall.cookies"},
      {kAny, "He said that the harbour needs a second pier.", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(row_of(row.line, row.place), row.row) << row.line;
}

TEST(Lexicons, DateRowsYieldTheDate) {
  const struct {
    const char *line, *row, *date;
  } rows[] = {
      {"Last updated: 2021-12-01 09:05", "en.updated", "2021-12-01 09:05"},
      {"Aktualisiert am 3. März 2021", "de.updated", "3. März 2021"},
      {"Mis à jour le 3 mars 2021 à 9h05", "fr.updated", "3 mars 2021 à 9h05"},
      {"Publicado el 3 de marzo de 2021", "es.published", "3 de marzo de 2021"},
  };
  for (const auto& row : rows) {
    std::string date;
    LineMatcher matcher(lexicons());
    matcher.find(row.line, kHead, [&](const LexiconRow& candidate, std::span<const Capture> captures) {
      // Of the spellings the one is taken whose field can be read; a date begins with a figure here.
      if (candidate.id != row.row || captures.size() != 1 || !std::isdigit(static_cast<unsigned char>(captures[0].text[0]))) return false;
      date = captures[0].text;
      return true;
    });
    EXPECT_EQ(date, row.date) << row.line;
  }
}

TEST(Lexicons, RowsKeepToTheirPlace) {
  EXPECT_EQ(row_of("By Ann Lee", kTail | kAny), "");
  EXPECT_EQ(row_of("All rights reserved.", kHead | kAny), "");
}

TEST(Lexicons, NamesOfAgencies) {
  EXPECT_TRUE(lexicons().is_agency("Reuters"));
  EXPECT_TRUE(lexicons().is_agency("REUTERS"));
  EXPECT_FALSE(lexicons().is_agency("NATO"));
}

struct Read {
  std::size_t rows;
  std::vector<std::string> findings;  ///< "line code"
};

Read read(const std::string& yaml) {
  config::Diagnostics diagnostics;
  const std::vector<config::Document> documents{config::Document::parse("xx.yaml", yaml, diagnostics)};
  const Lexicons all = Lexicons::read(documents, diagnostics);
  Read result{all.rows().size(), {}};
  for (const config::Diagnostic& d : diagnostics.all()) result.findings.push_back(std::to_string(d.line) + " " + d.code);
  return result;
}

TEST(Lexicons, EveryFaultIsFoundInOnePassAndTheRestIsKept) {
  const Read result = read(
      "language: xx\n"
      "rows:\n"
      "  - {id: a, place: head, kind: byline, match: \"by <names>\"}\n"
      "  - {id: a, place: head, kind: byline, match: \"von <names>\"}\n"
      "  - {id: b, place: middle, kind: byline, match: \"x\"}\n"
      "  - {id: c, place: tail, kind: rigths, match: \"x\"}\n"
      "  - {id: d, place: tail, kind: rights, match: [\"ok\", \"(not closed\"]}\n"
      "  - {id: e, place: tail, kind: rights, match: \"<person>\"}\n"
      "  - {id: f, place: tail, kind: rights}\n"
      "  - {place: tail, kind: rights, match: \"x\"}\n"
      "  - {id: g, place: tail, kind: rights, match: \"x\", palce: head}\n"
      "  - {id: h, place: tail, kind: rights, match: \"x\", max_chars: 5000}\n");
  EXPECT_EQ(result.findings, (std::vector<std::string>{"4 E301", "5 E104", "6 E104", "7 E302", "8 E302", "9 E106",
                                                       "10 E106", "11 E101", "12 E103"}));
  EXPECT_GE(result.rows, 2u);
}

}  // namespace
}  // namespace newsmill::normalize
