#include "processors/text/instant.h"

#include <gtest/gtest.h>

#include <memory_resource>
#include <random>
#include <string>
#include <vector>

#include "tests/processors/text/data_file.h"

namespace newsmill::text {
namespace {

/// An instant as one line: RFC 3339, precision, where the zone comes from, "?" when ambiguous.
std::string shown(std::string_view raw, const InstantHints& hints = {}) {
  std::pmr::monotonic_buffer_resource arena;
  const auto instant = parse_instant(raw, hints, arena);
  if (!instant) return "none";
  constexpr const char* kPrecision[] = {"year", "month", "day", "minute", "second"};
  constexpr const char* kZone[] = {"given", "assumed", "unknown"};
  return rfc3339(*instant) + " " + kPrecision[static_cast<int>(instant->precision)] + " " +
         kZone[static_cast<int>(instant->zone)] + (instant->ambiguous ? " ?" : "");
}

struct Row {
  std::string raw, shown;
  InstantHints hints = {};
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(shown(row.raw, row.hints), row.shown) << row.raw;
    EXPECT_EQ(shown(" \t" + row.raw + " \r\n", row.hints), row.shown) << row.raw;
  }
}

// RFC 3339 and the shapes that real pages and feeds make of it.
TEST(Instant, Rfc3339AndItsSloppyRelatives) {
  check({{"2019-11-19T13:36:24+00:00", "2019-11-19T13:36:24Z second given"},
         {"2019-11-19T13:36:24Z", "2019-11-19T13:36:24Z second given"},
         {"2019-11-19T13:36:24.000Z", "2019-11-19T13:36:24Z second given"},
         {"2019-11-19t13:36:24z", "2019-11-19T13:36:24Z second given"},
         {"2019-11-19T13:36:24-05:00", "2019-11-19T13:36:24-05:00 second given"},
         {"2019-11-19T13:36:24+0000", "2019-11-19T13:36:24Z second given"},
         {"2019-11-19T13:36:24+08", "2019-11-19T13:36:24+08:00 second given"},
         {"2019-11-19T13:36:24,5+05:30", "2019-11-19T13:36:24+05:30 second given"},
         {"2019-11-19 13:36:24 -0400", "2019-11-19T13:36:24-04:00 second given"},
         {"2019-11-19 13:36:24.123456+00:00", "2019-11-19T13:36:24Z second given"},
         {"2019-11-19T13:36", "2019-11-19T13:36:00Z minute unknown"},
         {"2019-11-19T13:36Z", "2019-11-19T13:36:00Z minute given"},
         {"2019-11-19", "2019-11-19T00:00:00Z day unknown"},
         {"2019-11", "2019-11-01T00:00:00Z month unknown"},
         {"2019", "2019-01-01T00:00:00Z year unknown"},
         {"20191119", "2019-11-19T00:00:00Z day unknown"},
         {"201911", "2019-11-01T00:00:00Z month unknown"},
         {"201911191336", "2019-11-19T13:36:00Z minute unknown"},
         {"20191119133624", "2019-11-19T13:36:24Z second unknown"},
         {"20191119T133624Z", "2019-11-19T13:36:24Z second given"},
         {"20191119T1336+0100", "2019-11-19T13:36:00+01:00 minute given"},
         {"20201123T11:02:35Z", "2020-11-23T11:02:35Z second given"},
         {"2003-335", "2003-12-01T00:00:00Z day unknown"},
         {"2004-366", "2004-12-31T00:00:00Z day unknown"},
         {"2002-10-10+13:00", "2002-10-10T00:00:00+13:00 day given"},
         {"2022-5-3T23:57:00", "2022-05-03T23:57:00Z second unknown"},
         {"2022-05-11T4:10:00", "2022-05-11T04:10:00Z second unknown"},
         {"2020-12-05T23:15:0Z", "2020-12-05T23:15:00Z second given"},
         {"2020-01-10T00:59:47ZZ", "2020-01-10T00:59:47Z second given"},
         {"2018-11-28CET11:59:00+0100", "2018-11-28T11:59:00+01:00 second given"},
         {"2019-11-19T24:00:00Z", "2019-11-20T00:00:00Z second given"},
         {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z second given"},
         {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z second given"},
         {"2021-12-01T09:05+01:00[Europe/Berlin]", "2021-12-01T09:05:00+01:00 minute given"},
         {"2021-07-01T09:05[Europe/Berlin]", "2021-07-01T09:05:00+02:00 minute given"},
         {"2021-12-01 09:05 Asia/Ho_Chi_Minh", "2021-12-01T09:05:00+07:00 minute given"},
         {"2022-05-04T03:00:00 UTC", "2022-05-04T03:00:00Z second given"},
         {"\"2019-11-19T13:36:24Z\"", "2019-11-19T13:36:24Z second given"}});
}

TEST(Instant, MailTimeAndUnixDates) {
  check({{"Mon, 18 Nov 2019 16:07:38 -0600", "2019-11-18T16:07:38-06:00 second given"},
         {"Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z second given"},
         {"Thu, 01 Jan 04 19:48 EST", "2004-01-01T19:48:00-05:00 minute given"},
         {"01 Jan 98 19:48:21 GMT", "1998-01-01T19:48:21Z second given"},
         {"Tue, 1 Jan 2019 00:00:00 +0000 (UTC)", "2019-01-01T00:00:00Z second given"},
         {"Tue, 1 Jan 2019 00:00:00 (CET)", "2019-01-01T00:00:00+01:00 second given"},
         {"Tue Jan 28 15:28:56 CET 2020", "2020-01-28T15:28:56+01:00 second given"},
         {"Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z second unknown"},
         {"Tue Nov 19 2019 03:05:46 GMT+0000", "2019-11-19T03:05:46Z second given"},
         {"Tue Nov 19 2019 03:05:46 GMT+0530 (India Standard Time)", "2019-11-19T03:05:46+05:30 second given"},
         {"Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T08:19:53-04:00 second given"},
         {"2004-07-08 23:56:58.0", "2004-07-08T23:56:58Z second unknown"},
         {"29Jul2005", "2005-07-29T00:00:00Z day unknown"},
         {"18-JUN-1987 11:40:39.50", "1987-06-18T11:40:39Z second unknown"},
         {" 3-APR-1987 17:17:49.86", "1987-04-03T17:17:49Z second unknown"},
         {"20 Nov 2019 08:02 GMT", "2019-11-20T08:02:00Z minute given"}});
}

TEST(Instant, EpochBySize) {
  check({{"1474918718", "2016-09-26T19:38:38Z second given"},
         {"1474918718000", "2016-09-26T19:38:38Z second given"},
         {"1474918718000000", "2016-09-26T19:38:38Z second given"},
         {"1474918718.25", "2016-09-26T19:38:38Z second given"},
         {"999999999", "2001-09-09T01:46:39Z second given"},
         {"14749187180", "none"},
         {"{'$date': 1474918718000}", "2016-09-26T19:38:38Z second given"},
         {R"({"$date": "2016-09-26T19:38:38Z"})", "2016-09-26T19:38:38Z second given"},
         {"{1474918718}", "none"},
         {"12345", "none"},
         {"99999999", "none"},
         {"-1474918718", "none"}});
  std::pmr::monotonic_buffer_resource arena;
  EXPECT_EQ(parse_instant("1474918718123", {}, arena)->utc.time_since_epoch().count(), 1474918718123);
}

TEST(Instant, EnglishProse) {
  check({{"November 19, 2019", "2019-11-19T00:00:00Z day unknown"},
         {"Nov. 19, 2019 at 4:05 p.m.", "2019-11-19T16:05:00Z minute unknown"},
         {"Nov 19th, 2019", "2019-11-19T00:00:00Z day unknown"},
         {"Sept. 1, 2019 12:30 AM", "2019-09-01T00:30:00Z minute unknown"},
         {"the 1st of December 2021", "2021-12-01T00:00:00Z day unknown"},
         {"Wednesday, December 1, 2021", "2021-12-01T00:00:00Z day unknown"},
         {"Wednesday 1 December 2021 09.05 GMT", "2021-12-01T09:05:00Z minute given"},
         {"May 27, 2026 04:00 PM EST", "2026-05-27T16:00:00-05:00 minute given"},
         {"01:38:07 PM EST Nov 20, 2019", "2019-11-20T13:38:07-05:00 second given"},
         {"09:05, 1 December 2021", "2021-12-01T09:05:00Z minute unknown"},
         {"9am, Wed 1 Dec 2021", "2021-12-01T09:00:00Z minute unknown"},
         {"2021-12-01 | 09:05", "2021-12-01T09:05:00Z minute unknown"},
         {"09:05 - 01/12/2021", "2021-12-01T09:05:00Z minute unknown", {{}, "fr", {}}},
         {"December 2021", "2021-12-01T00:00:00Z month unknown"},
         {"2021 Dec 1", "2021-12-01T00:00:00Z day unknown"}});
}

TEST(Instant, MonthNamesOfManyLanguages) {
  check({{"1. Dezember 2021, 09:05 Uhr", "2021-12-01T09:05:00Z minute unknown"},
         {"Mi., 1. Dez. 2021 um 9.05 Uhr", "2021-12-01T09:05:00Z minute unknown"},
         {"5. Jänner 2021", "2021-01-05T00:00:00Z day unknown"},
         {"mercredi 1er décembre 2021 à 09h05", "2021-12-01T09:05:00Z minute unknown"},
         {"1 fevrier 2021", "2021-02-01T00:00:00Z day unknown"},
         {"miércoles, 1 de diciembre de 2021 a las 9:05 h", "2021-12-01T09:05:00Z minute unknown"},
         {"1º de março de 2018", "2018-03-01T00:00:00Z day unknown"},
         {"02 de dezembro de 2017 às 16h11", "2017-12-02T16:11:00Z minute unknown"},
         {"1 dicembre 2021 alle 9.05", "2021-12-01T09:05:00Z minute unknown"},
         {"1 december 2021 om 09:05", "none"},
         {"1 mrt. 2021", "2021-03-01T00:00:00Z day unknown"},
         {"1 december 2021 kl. 09.05", "2021-12-01T09:05:00Z minute unknown"},
         {"1. joulukuuta 2021 klo 9.05", "2021-12-01T09:05:00Z minute unknown"},
         {"1 grudnia 2021, godz. 9:05", "2021-12-01T09:05:00Z minute unknown"},
         {"1. prosince 2021", "2021-12-01T00:00:00Z day unknown"},
         {"14 februarie 2009", "2009-02-14T00:00:00Z day unknown"},
         {"2021. december 1. 9:05", "2021-12-01T09:05:00Z minute unknown"},
         {"2004-július-13T9:15-05:00", "2004-07-13T09:15:00-05:00 minute given"},
         {"1 декабря 2021 г. в 09:05", "2021-12-01T09:05:00Z minute unknown"},
         {"1 грудня 2021 року", "2021-12-01T00:00:00Z day unknown"},
         {"Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T12:00:00-05:00 second given"},
         {"1 Aralık 2021 Çarşamba", "2021-12-01T00:00:00Z day unknown"},
         {"1 Desember 2021", "2021-12-01T00:00:00Z day unknown"},
         {"١ ديسمبر ٢٠٢١", "2021-12-01T00:00:00Z day unknown"},
         {"1 كانون الأول 2021", "2021-12-01T00:00:00Z day unknown"},
         {"1 दिसंबर 2021", "2021-12-01T00:00:00Z day unknown"},
         {"ngày 1 tháng 12 năm 2021", "2021-12-01T00:00:00Z day unknown"},
         {"1 tháng 12, 2021", "2021-12-01T00:00:00Z day unknown"},
         {"1 ธันวาคม 2564", "2021-12-01T00:00:00Z day unknown", {{}, "th", {}}},
         {"2021年12月1日 09:05", "2021-12-01T09:05:00Z minute unknown"},
         {"2021年12月1日(水) 9時5分", "2021-12-01T09:05:00Z minute unknown"},
         {"2021年12月1日 星期三", "2021-12-01T00:00:00Z day unknown"},
         {"2004년 05월 28일  01:31:15", "2004-05-28T01:31:15Z second unknown"},
         {"2004-05-25 오후 11:23:17", "2004-05-25T23:23:17Z second unknown"},
         {"12 listopad 2021", "2021-11-12T00:00:00Z day unknown", {{}, "pl", {}}},
         {"12 listopad 2021", "2021-10-12T00:00:00Z day unknown", {{}, "hr-HR", {}}},
         {"12 listopad 2021", "none"}});
}

TEST(Instant, OrderOfDayAndMonthIsDecidedOrFlagged) {
  check({{"02/08/2017", "2017-08-02T00:00:00Z day unknown ?"},
         {"02/08/2017", "2017-08-02T00:00:00Z day unknown", {{}, "pt", {}}},
         {"02/08/2017", "2017-02-08T00:00:00Z day unknown ?", {{}, "en", {}}},
         {"02/08/2017", "2017-02-08T00:00:00Z day unknown", {{}, "en", "US"}},
         {"02/08/2017", "2017-08-02T00:00:00Z day unknown", {{}, "en", "GB"}},
         {"02/08/2017", "2017-08-02T00:00:00Z day unknown", {{}, {}, "AU"}},
         {"24/9/2017", "2017-09-24T00:00:00Z day unknown", {{}, "en", "US"}},
         {"9/24/2017", "2017-09-24T00:00:00Z day unknown", {{}, "pt", {}}},
         {"08/08/2017", "2017-08-08T00:00:00Z day unknown"},
         {"2.8.2017", "2017-08-02T00:00:00Z day unknown", {{}, "en", "US"}},
         {"1. 12. 2021 9:05", "2021-12-01T09:05:00Z minute unknown"},
         {"18/04/2017 16h11", "2017-04-18T16:11:00Z minute unknown"},
         {"8/11/18", "2018-11-08T00:00:00Z day unknown", {{}, "fr", {}}},
         {"18/11/08", "none", {{}, "ja", {}}}});
}

TEST(Instant, AbbreviationsAreDecidedByTheHintsOrLeftOpen) {
  check({{"01:38:07 PM IST Nov 20, 2019", "2019-11-20T13:38:07Z second unknown"},
         {"01:38:07 PM IST Nov 20, 2019", "2019-11-20T13:38:07+05:30 second given", {{}, {}, "IN"}},
         {"01:38:07 PM IST Nov 20, 2019", "2019-11-20T13:38:07+05:30 second given", {"Asia/Kolkata", {}, {}}},
         {"01:38:07 PM IST Jul 20, 2019", "2019-07-20T13:38:07+01:00 second given", {"Europe/Dublin", {}, {}}},
         {"01:38:07 PM IST Nov 20, 2019", "2019-11-20T13:38:07+02:00 second given", {{}, "he-IL", {}}},
         {"2019-11-20 09:00 CST", "2019-11-20T09:00:00-06:00 minute given"},
         {"2019-11-20 09:00 CST", "2019-11-20T09:00:00+08:00 minute given", {{}, "zh-Hans", {}}},
         {"2019-11-20 09:00 CST", "2019-11-20T09:00:00+08:00 minute given", {{}, "en", "CN"}},
         {"2019-07-20 09:00 ET", "2019-07-20T09:00:00-04:00 minute given"},
         {"2019-11-20 09:00 ET", "2019-11-20T09:00:00-05:00 minute given"},
         {"2019-11-20 09:00 MEZ", "2019-11-20T09:00:00+01:00 minute given"},
         {"2019-11-20 09:00 XYZ", "2019-11-20T09:00:00Z minute unknown"},
         {"2019-11-20 09:00 XYZ", "2019-11-20T09:00:00+08:00 minute assumed", {"Asia/Shanghai", {}, {}}}});
}

TEST(Instant, AssumedZoneFollowsItsCalendar) {
  const InstantHints berlin{"Europe/Berlin", {}, {}};
  check({{"2021-12-01 09:05", "2021-12-01T09:05:00+08:00 minute assumed", {"Asia/Shanghai", {}, {}}},
         {"2021-12-01", "2021-12-01T00:00:00+08:00 day assumed", {"Asia/Shanghai", {}, {}}},
         {"2021-07-01 09:05", "2021-07-01T09:05:00+02:00 minute assumed", berlin},
         {"2021-12-01 09:05", "2021-12-01T09:05:00+01:00 minute assumed", berlin},
         {"2021-10-31 02:30", "2021-10-31T02:30:00+02:00 minute assumed", berlin},  // occurs twice: the earlier
         {"2021-03-28 02:30", "2021-03-28T02:30:00+01:00 minute assumed", berlin},  // does not occur
         {"2021-12-01 09:05 +0100", "2021-12-01T09:05:00+01:00 minute given", {"Asia/Shanghai", {}, {}}},
         {"2021-12-01 09:05", "2021-12-01T09:05:00Z minute unknown", {"Nowhere/Atall", {}, {}}}});
  std::pmr::monotonic_buffer_resource arena;
  const auto instant = parse_instant("2021-12-01 09:05", {"Asia/Shanghai", {}, {}}, arena);
  EXPECT_EQ(instant->tz, "Asia/Shanghai");
  EXPECT_EQ(rfc3339_utc(instant->utc), "2021-12-01T01:05:00Z");
  EXPECT_EQ(instant->offset_minutes, 480);
}

TEST(Instant, ZoneIsNamedAsItIsShown) {
  std::pmr::monotonic_buffer_resource arena;
  EXPECT_EQ(parse_instant("2021-12-01T09:05:00+08:00", {}, arena)->tz, "+08:00");
  EXPECT_EQ(parse_instant("2021-12-01T09:05:00-03:30", {}, arena)->tz, "-03:30");
  EXPECT_EQ(parse_instant("2021-12-01T09:05:00Z", {}, arena)->tz, "UTC");
  EXPECT_EQ(parse_instant("2021-12-01T09:05:00", {}, arena)->tz, "");
  EXPECT_EQ(parse_instant(" 2021-12-01 \r", {}, arena)->raw, "2021-12-01");
}

TEST(Instant, NeverGuesses) {
  for (const std::string raw :
       {"", " ", "--", "NA", "None", "yesterday", "2 hours ago", "Updated: 2021-12-01", "2021-13-01", "2021-00-10",
        "2021-12-00", "2021-02-30", "2003-02-29", "2021-12-01T25:00:00Z", "2021-12-01T12:60:00Z", "12:30", "1 Dec",
        "2021-12-01 foo", "2021-12-01T09:05:00+99:00", "31/31/2017", "0000-00-00", "0000-00-00T00:00:00Z",
        "2021-12-01 2021-12-02", "12-16", "accepted 2022-12-16", "May", "32 May 2021", "13:30 AM 1 May 2021",
        "27-MAR-1987 13:13:43.85F", "Monday", "2021/12-01", "1 Foo 2021", "3.14", "031231", "\xFF\xFE"})
    EXPECT_EQ(shown(raw), "none") << raw;
  EXPECT_EQ(shown("1400-01-01", {{}, "fa", {}}), "none");  // the Persian year 1400 is no year 1400
  EXPECT_EQ(shown(std::string(101, '1')), "none");
}

TEST(Instant, AnyTextIsSurvived) {
  std::mt19937 random(4);
  const std::vector<std::string> parts = {"2021", "12", "1", "9", ":", "-", "/", ".", ",", "T", "Z", "+", " ", "(", ")",
                                          "[", "]", "May", "Mon", "am", "年", "月", "日", "h", "de", "CET", "tháng", "'",
                                          "Europe/Berlin", "٣", "99999999999999999999"};
  for (int round = 0; round < 50000; ++round) {
    std::string raw;
    for (std::size_t n = random() % 14; n > 0; --n) raw += parts[random() % parts.size()];
    const std::string once = shown(raw);
    // Whatever is read is a date that reads back as itself.
    if (once == "none") continue;
    ASSERT_EQ(shown(once.substr(0, once.find(' '))).substr(0, 19), once.substr(0, 19)) << raw;
  }
}

/// The dates of the development news as delivered. What is not read is none: 21 are "NA" or "--", 22
/// of Reuters' have a letter or more of the next field behind them, one has a comment.
TEST(Instant, DatesOfTheDevelopmentNews) {
  std::size_t dates = 0, missed = 0;
  for (const std::string name : {"mix-open", "bench-20k", "reprints"}) {
    const std::string file = data_file("news/" + name + ".jsonl.zst");
    if (file.empty()) GTEST_SKIP() << "the development data is not here";
    const std::string lines =
        output_of("zstd -dc '" + file + R"x(' | grep -oE '"published_at": ?"[^"]*"' | sed -E 's/.*: ?"(.*)"/\1/')x");
    for (std::size_t begin = 0, end; (end = lines.find('\n', begin)) != std::string::npos; begin = end + 1) {
      std::string raw = lines.substr(begin, end - begin);
      if (raw.ends_with("\\r")) raw.resize(raw.size() - 2);  // the escape of JSON
      ++dates;
      missed += shown(raw) == "none";
    }
  }
  EXPECT_GT(dates, 26000U);
  EXPECT_LE(missed, 44U);
}

TEST(Instant, KnowsTheZonesOfTheSystem) {
  EXPECT_TRUE(known_zone("Europe/Berlin"));
  EXPECT_TRUE(known_zone("Asia/Calcutta"));  // a link
  EXPECT_TRUE(known_zone("UTC"));
  EXPECT_FALSE(known_zone("Europe/Nowhere"));
  EXPECT_FALSE(known_zone(""));
  EXPECT_FALSE(known_zone("../../etc/passwd"));
}

}  // namespace
}  // namespace newsmill::text
