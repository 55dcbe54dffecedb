#include <gmock/gmock.h>

#include "cli/exit.h"
#include "tests/support/child.h"
#include "tests/support/program.h"

namespace newsmill::cli {
namespace {

using test::Ran;
using testing::HasSubstr;

/// What becomes of bad input, through the whole program: a dead letter with its code, or a record that
/// says what was wrong with it. Never anything else.
struct Row {
  const char* about;
  std::string line;
  const char* code;                    ///< of the dead letter; "" = a record
  std::vector<const char*> parts = {};  ///< what the record, or the dead letter, says
};

std::string article(const std::string& fields) {
  return "{\"source\":\"wire.example\"," + fields + "}";
}

const std::string kBody =
    "\"body\":\"The ferry between the two islands runs again from Monday, the harbour master said.\"";

const Row kRows[] = {
    {"cut JSON", "{\"title\": \"Ferry\", \"body\": ", "malformed-json", {"\"where\":\"byte 27\""}},
    {"JSON that is no object", "42", "unknown-format"},
    {"a text", "The ferry runs again from Monday.", "", {"\"format\":\"text\""}},
    {"a bad byte", article("\"title\":\"Ferry \xff\"," + kBody), "", {"Ferry \xEF\xBF\xBD"}},
    {"mostly bad bytes", "{\"title\":\"\xff\xfe\xfd\xfc\xff\xff\xff\"}", "encoding-damaged", {"\"value_base64\":"}},
    {"a lone surrogate",
     article("\"title\":\"Ferry \\udc00\\udc00\\udc00\"," + kBody),
     "",
     {"\"encoding-damaged\"", "Ferry \xEF\xBF\xBD\xEF\xBF\xBD"}},
    {"NUL", article("\"title\":\"Ferry\\u0000\\u0000\\u0000boat\"," + kBody), "", {"\"encoding-damaged\""}},
    {"neither title nor body", article("\"id\":\"a\""), "no-content", {"neither a title nor a body"}},
    {"blanks only", article("\"title\":\"  \",\"body\":\"\\n\""), "no-content"},
    {"words for nothing", article("\"title\":\"None\",\"body\":\"null\""), "no-content"},
    {"title only", article("\"title\":\"Ferry runs again\""), "", {"\"completeness\":\"none\"", "\"bodies\":[]"}},
    {"title and summary",
     article("\"title\":\"Ferry\",\"summary\":\"It runs again.\""),
     "",
     {"\"completeness\":\"summary\""}},
    {"a short body", article("\"title\":\"Ferry\",\"body\":\"It runs again.\""), "", {"\"short\""}},
    {"a number for an id",
     article("\"id\":5,\"title\":\"Ferry runs again\""),
     "",
     {"{\"role\":\"id\",\"value\":\"5\"}"}},
    {"an object for an id", article("\"id\":{\"a\":1},\"title\":\"Ferry\""), "wrong-type", {"\"where\":\"$.id\""}},
    {"a number for a title", article("\"title\":5," + kBody), "", {"\"field-dropped\"", "\"headlines\":[]"}},
    {"a key twice",
     article("\"title\":\"First\",\"title\":\"Second\"," + kBody),
     "",
     {"\"duplicate-keys\"", "\"value\":\"First\""}},
    {"70 levels", article("\"title\":\"Ferry\",\"x\":" + std::string(70, '[') + std::string(70, ']')), "too-deep"},
    {"100,000 levels", std::string(100'000, '['), ""},
    {"100,000 levels of objects",
     [] {
       std::string s;
       for (int i = 0; i < 100'000; ++i) s += "{\"a\":";
       return s;
     }(),
     "too-deep"},
    {"the year 1970",
     article("\"title\":\"Ferry\",\"published_at\":\"1970-01-01T00:00:00Z\""),
     "",
     {"\"date-implausible\"", "\"published\":null"}},
    {"no date",
     article("\"title\":\"Ferry\",\"published_at\":\"soon\""),
     "",
     {"\"published-unknown\"", "1970-01-01T00:00:00Z"}},
    {"an embargo",
     article("\"title\":\"Ferry\",\"embargoed_until\":\"2999-01-01T00:00:00Z\""),
     "",
     {"\"embargoedUntil\":\"2999-01-01T00:00:00Z\""}},
    {"a kill",
     article("\"id\":\"a\",\"title\":\"KILL: Ferry\",\"status\":\"canceled\"," + kBody),
     "",
     {"\"pubStatus\":\"canceled\""}},
    {"a page that is not there",
     article("\"title\":\"404 Not Found\",\"body\":\"The page you requested could not be found.\""),
     "",
     {"\"not-article\""}},
    {"a wall",
     article("\"title\":\"Just a moment...\",\"body\":\"Please enable JavaScript and cookies to continue.\""),
     "",
     {"\"not-article\""}},
    {"a body over its cap", article("\"title\":\"Ferry\",\"body\":\"" + std::string(2u << 20, 'x') + "\""),
     "too-large"},
    {"a message over its cap",
     article("\"title\":\"Ferry\",\"body\":\"" + std::string(9u << 20, 'x') + "\""),
     "too-large",
     {"\"truncated\":true"}},
};

TEST(BadInput, BecomesADeadLetterOrARecordThatSaysSo) {
  const test::TemporaryFolder folder;
  for (const Row& row : kRows) {
    const Ran ran = test::run({.command = {NEWSMILL_BINARY, "process", "--deadletters", "dead"},
                               .in = row.line + "\n" + article("\"title\":\"The one after it\"," + kBody) + "\n",
                               .folder = folder.path().string()});
    EXPECT_EQ(ran.code, kOk) << row.about << ": " << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("The one after it")) << row.about;
    const std::string dead = test::read_file(folder / "dead"), record = ran.out.substr(0, ran.out.find('\n'));
    if (*row.code != '\0')
      EXPECT_THAT(dead, HasSubstr("\"code\":\"" + std::string(row.code) + "\"")) << row.about;
    else
      EXPECT_EQ(dead, "") << row.about;
    for (const char* part : row.parts) EXPECT_THAT(*row.code != '\0' ? dead : record, HasSubstr(part)) << row.about;
  }
}

}  // namespace
}  // namespace newsmill::cli
