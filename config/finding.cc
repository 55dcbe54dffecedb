#include "config/finding.h"

#include <algorithm>

namespace newsmill::config {
namespace {

constexpr Finding kFindings[] = {
    {"E001", "file cannot be read",
     "The file does not exist, is a folder, or may not be read by this user. The message carries the words of the "
     "operating system."},
    {"E002", "not YAML",
     "The text breaks the rules of YAML at this place. Most often a value holds \": \" or begins with one of "
     "[ ] { } & * ! | > ' \" % @ and needs quotes, or a line is indented differently from its neighbours."},
    {"E003", "tab in the indentation", "YAML indents with spaces only. Replace the tab with spaces."},
    {"E004", "key given twice",
     "A map holds the same key two times. Many YAML readers take one of the two in silence; newsmill refuses, "
     "because the other one would be a setting that does nothing. Remove one of them."},
    {"E005", "tag not supported",
     "Tags such as !!binary or !include have no meaning here. Values are text until they are read as the type that "
     "the option has. Only !!str is accepted, which does nothing."},
    {"E006", "more than one document",
     "One file holds one document. Remove the second \"---\" line, or split the file."},
    {"E007", "alias not accepted",
     "Aliases (*name) may be used at most 100 times in a file, may not stand inside their own anchor and may not grow "
     "the file beyond 100,000 values. Merge keys (<<) are not supported: write the keys out."},
    {"E008", "nested too deep", "Lists and maps may be nested 64 levels deep."},
    {"E009", "file too large", "A configuration file may have 16 MiB. Large name lists are data files, not YAML."},
    {"E010", "not UTF-8",
     "Configuration files, and values that come from elsewhere, are UTF-8. Convert a file for example with iconv -t "
     "utf-8."},
    {"E011", "key is not text", "The keys of a map must be plain text, not lists, maps or nothing."},
    {"E101", "unknown key",
     "No option of this name exists at this place. Unknown keys are errors, so that a misspelt option is never "
     "ignored. docs/options.md lists all keys."},
    {"E102", "wrong value", "The value cannot be read as the type of the option, which the message names."},
    {"E103", "value out of range", "The value is of the right type but outside the bounds that the message names."},
    {"E104", "value not allowed", "The option takes one of a few words, which the message lists."},
    {"E105", "wrong shape", "A map, a list or a single value stands where another of the three is expected."},
    {"E106", "key missing",
     "The map has no value for a key that it cannot do without; the caret stands where the map begins."},
    {"E107", "unknown interpolation",
     "Only ${env:NAME} (an environment variable) and ${file:PATH} (the content of a file without its last line end) "
     "are replaced. Write $${ for the two characters ${ themselves."},
    {"E108", "environment variable not set",
     "The value asks for an environment variable that this process does not have. Set it (it may be empty), or "
     "write the value itself."},
    {"E109", "interpolated file not readable",
     "The value asks for the content of a file that cannot be read, is larger than 1 MiB or holds NUL bytes. A "
     "relative path starts at the folder of the configuration file; of --set, at the working folder."},
    {"E110", "--set not understood", "Write --set KEY=VALUE with the full key, for example --set kafka.workers=4."},
    {"E111", "unit missing or unknown",
     "Durations carry one of ms, s, m, h, d (72h, 100ms) and sizes one of B, KiB, MiB, GiB or kB, MB, GB (64MiB). "
     "A bare number is refused, because its unit would be a guess."},
    {"E112", "refused by librdkafka",
     "A key under kafka.client goes to librdkafka as it is, and librdkafka refused it; the message carries its words. "
     "Its keys: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md"},
    {"E113", "values contradict each other",
     "Each value is acceptable alone, but not together with another one that the message names."},
    {"E201", "unknown time zone",
     "Zones are IANA names such as Europe/Berlin, and the system's tz database must have them."},
    {"E202", "not a country domain", "country_domains maps two letters, as in `cn: Asia/Shanghai`, to a zone."},
    {"E203", "not a language tag", "Languages are BCP 47 tags in their canonical form: en, de, pt-BR, zh-Hant."},
    {"E204", "not a country code", "Countries are the two capital letters of ISO 3166-1."},
    {"E301", "id used twice",
     "The id of a row is the rule name that records show in `removed`, so it is used once in all lexicon files."},
    {"E302", "pattern cannot be read",
     "The message says what is wrong with it. The signs of a pattern are explained in the head of lexicons/en.yaml; a "
     "backslash takes the next sign as it is."},
    {"E401", "not an id of a topic",
     "Ids of topics are small letters and digits, with \".\", \"_\" and \"-\" between them, and each is used once in all "
     "files of the folder: records and headers carry them."},
    {"E402", "a topic that asks nothing",
     "A topic needs something to look for: a query (match), weighted terms (terms), or entities that must be there "
     "(entities: any, all)."},
    {"E403", "not an id of an entity",
     "Ids carry their scheme: wd:Q58217 (Wikidata), gn:5879400 (GeoNames), iso:CN, watch:acme."},
    {"E404", "not a media topic", "IPTC's Media Topics are written medtop: and eight digits, as in medtop:20000423."},
    {"E405", "query cannot be read",
     "The message says what was found and what was expected at this place of the query. docs/queries.md explains the "
     "language."},
    {"E406", "query is doubtful", "The query is used as it is, but probably does not say what was meant."},
    {"E407", "a test that tests nothing",
     "A document of NAME.test.yaml has a text (title, body) and says which topics it must have (topics), must not have "
     "(not), or what they score (scores)."},
    {"E408", "unknown topic", "A test names a topic that none of the files in the folder has."},
    {"E501", "not an id of a watchlist",
     "The id of a watchlist entity is 1 to 64 of the characters a-z, 0-9, '-', '_' and '.'; records show it as watch:ID."},
    {"E502", "id of an entity used twice", "Two entities of the watchlist have one id. Give all names of a thing to one entity."},
    {"E503", "not a Wikidata id", "Wikidata items are written as Q and digits without leading zeros: Q42."},
    {"E504", "no word in it",
     "Names and words are compared word by word. A text without a letter or digit has none, and one of more than 24 "
     "words is no name."},
    {"E505", "name used twice",
     "Two entities of the watchlist have a name in common (names are compared without case), so that a mention of it "
     "would mean both."},
    {"E506", "name is an ordinary word",
     "A warning: the name is also an ordinary word, which has a capital at the head of sentences. Say which words must "
     "be in the article (only_with), or spell it as only the name is spelled and add case: exact."},
    {"E510", "gazetteer cannot be used",
     "The file is none that `newsmill gazetteer build` made for this version, or it was cut or damaged after that. It "
     "is checked as a whole when it is opened; build it again, and replace a file in use by renaming a new one."},
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

}  // namespace

std::span<const Finding> findings() { return kFindings; }

const Finding* finding(std::string_view code) {
  const auto found = std::ranges::find_if(
      kFindings, [&](const Finding& row) { return std::ranges::equal(row.code, code, {}, {}, upper); });
  return found == std::end(kFindings) ? nullptr : found;
}

}  // namespace newsmill::config
