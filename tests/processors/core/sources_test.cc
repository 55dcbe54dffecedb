#include "processors/core/sources.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/builtin.h"

namespace newsmill {
namespace {

Sources builtin_sources(config::Diagnostics& diagnostics) {
  return Sources::read(config::Document::parse("sources.yaml", std::string(*config::builtin("sources.yaml")), diagnostics), diagnostics);
}

TEST(Sources, BuiltInOnesHaveNoFindings) {
  config::Diagnostics diagnostics;
  const Sources sources = builtin_sources(diagnostics);
  std::ostringstream findings;
  diagnostics.print(findings);
  EXPECT_TRUE(diagnostics.all().empty()) << findings.str();
  EXPECT_GT(sources.size(), 100u);
}

TEST(Sources, AreFoundByNameHostAndDomain) {
  config::Diagnostics diagnostics;
  const Sources sources = builtin_sources(diagnostics);
  for (const char* name : {"bbc.co.uk", "www.bbc.co.uk", "BBC.CO.UK", " bbc.co.uk ", "news.bbc.co.uk"}) {
    ASSERT_NE(sources.find(name), nullptr) << name;
    EXPECT_EQ(sources.find(name)->tz, "Europe/London");
  }
  for (const char* name : {"", "bbc", "co.uk", "notbbc.co.uk", "bbc.co.uk.example"}) EXPECT_EQ(sources.find(name), nullptr) << name;
}

TEST(Sources, ZonesOfCountryDomains) {
  config::Diagnostics diagnostics;
  const Sources sources = builtin_sources(diagnostics);
  const struct {
    const char *host, *zone;
  } rows[] = {
      {"chinawatch.cn", "Asia/Shanghai"}, {"news.example.de", "Europe/Berlin"}, {"example.co.uk", "Europe/London"},
      {"EXAMPLE.NO", "Europe/Oslo"},
      {"example.us", ""},   // six clocks
      {"example.io", ""},   // sold to everybody
      {"example.com", ""}, {"cn", ""}, {"", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(sources.zone_of_domain(row.host), row.zone) << row.host;
}

TEST(Sources, EveryFaultIsFoundInOnePassAndTheRestIsKept) {
  config::Diagnostics diagnostics;
  const Sources sources = Sources::read(config::Document::parse("sources.yaml",
      "country_domains:\n"
      "  cn: Asia/Shanghai\n"
      "  deu: Europe/Berlin\n"
      "  fr: Europe/Pariss\n"
      "sources:\n"
      "  Harbour Gazette: {language: english, tz: Europe/Berlin}\n"
      "  a.example: {tz: Berlin}\n"
      "  b.example: {country: uk}\n"
      "  c.example: {tier: 12}\n"
      "  d.example: {format: pdf}\n"
      "  e.example: {langage: en}\n", diagnostics), diagnostics);
  std::vector<std::string> findings;
  for (const config::Diagnostic& d : diagnostics.all()) findings.push_back(std::to_string(d.line) + " " + d.code);
  std::ranges::sort(findings, {}, [](const std::string& f) { return std::stoi(f); });
  EXPECT_EQ(findings, (std::vector<std::string>{"3 E202", "4 E201", "6 E203", "7 E201", "8 E204", "9 E103", "10 E104", "11 E101"}));
  EXPECT_EQ(sources.zone_of_domain("x.cn"), "Asia/Shanghai");
  ASSERT_NE(sources.find("harbour gazette"), nullptr);
  EXPECT_EQ(sources.find("harbour gazette")->tz, "Europe/Berlin");
  EXPECT_EQ(sources.find("harbour gazette")->language, "");
}

}  // namespace
}  // namespace newsmill
