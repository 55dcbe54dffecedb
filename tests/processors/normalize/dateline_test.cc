#include "processors/normalize/dateline.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace newsmill::normalize {
namespace {

const Lexicons& lexicons() {
  static config::Diagnostics diagnostics;
  static const std::vector<config::Document> documents{
      config::Document::parse("xx.yaml", "language: xx\nagencies: [Reuters, AP, dpa, EFE, CNN, Xinhua]\n", diagnostics)};
  static const Lexicons all = Lexicons::read(documents, diagnostics);
  return all;
}

TEST(Dateline, IsReadInItsForms) {
  const std::string report = "The harbour board met on Tuesday to hear plans.";
  const struct {
    const char *line, *place, *date, *agency;
  } rows[] = {
      {"LONDON (Reuters) - ", "LONDON", "", "Reuters"},
      {"LONDON, March 3 (Reuters) - ", "LONDON", "March 3", "Reuters"},
      {"WASHINGTON, D.C. (AP) — ", "WASHINGTON, D.C.", "", "AP"},
      {"PROVO, Utah, Dec. 23, 2014 (AP) -- ", "PROVO, Utah", "Dec. 23, 2014", "AP"},
      {"Luxembourg (dpa) – ", "Luxembourg", "", "dpa"},
      {"Frankfurt am Main (dpa) - ", "Frankfurt am Main", "", "dpa"},
      {"San Diego (tca/dpa) - ", "San Diego", "", "tca/dpa"},
      {"BEIRUT/WASHINGTON (Reuters) - ", "BEIRUT/WASHINGTON", "", "Reuters"},
      {"Madrid, 3 mar (EFE).- ", "Madrid", "3 mar", "EFE"},
      {"ATLANTA (AP) _ ", "ATLANTA", "", "AP"},
      {"(CNN) — ", "", "", "CNN"},
      {"(CNN)", "", "", "CNN"},
  };
  for (const auto& row : rows) {
    const std::string text = row.line + report;
    const auto line = parse_dateline(text, lexicons());
    ASSERT_TRUE(line) << text;
    EXPECT_EQ(line->place, row.place) << text;
    EXPECT_EQ(line->date, row.date) << text;
    EXPECT_EQ(line->agency, row.agency) << text;
    EXPECT_EQ(text.substr(line->end), report) << text;
  }
}

TEST(Dateline, IsNotReadIntoProse) {
  for (const char* text : {
           "The board (Reuters) - said it - met on Tuesday to hear the plans.",
           "The North Atlantic Treaty Organisation (NATO) - an alliance of thirty states - met on Tuesday.",
           "Ann Lee (AP) said that the harbour board met on Tuesday to hear the plans.",
           "LONDON (Reuters) the harbour board met on Tuesday to hear the plans.",
           "LONDON (Reuters) - Too short.",
           "",
       }) {
    EXPECT_FALSE(parse_dateline(text, lexicons())) << text;
  }
}

}  // namespace
}  // namespace newsmill::normalize
