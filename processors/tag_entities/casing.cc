#include "processors/tag_entities/casing.h"

#include "processors/text/unicode.h"
#include "processors/text/utf8.h"

namespace newsmill::tag_entities {
namespace {

constexpr std::uint32_t kLongWord = 4;  // shorter words stay small in titles: of, the, in
// A sentence of the body is a title only when it is long enough not to be a list of two names.
constexpr std::uint32_t kHeadlineWords = 3, kBodyWords = 7;

struct Count {
  std::uint32_t words = 0, shouted = 0, long_words = 0, capitals = 0;
};

Casing casing_of(const Count& count, text::Field field) {
  const std::uint32_t least = field == text::Field::headline ? kHeadlineWords : kBodyWords;
  if (count.words >= kHeadlineWords && 10 * count.shouted >= 8 * count.words) return Casing::shouted;
  if (count.long_words >= least && 20 * count.capitals >= 17 * count.long_words) return Casing::titled;
  return Casing::normal;
}

}  // namespace

void read_casings(Reading& reading) {
  reading.casings.clear();
  if (reading.tokens.empty()) return;
  reading.casings.resize(reading.tokens.back().sentence + 1, Casing::normal);
  Count count;
  for (std::size_t i = 0; i < reading.tokens.size(); ++i) {
    const text::Token& token = reading.tokens[i];
    if ((token.flags & (text::kDigit | text::kIdeographic | text::kPossessive)) == 0) {
      ++count.words;
      count.shouted += (token.flags & text::kAllCaps) != 0;
      if (token.end - token.begin >= kLongWord) {
        ++count.long_words;
        count.capitals += (token.flags & text::kCapital) != 0;
      }
    }
    if (i + 1 == reading.tokens.size() || reading.tokens[i + 1].sentence != token.sentence) {
      reading.casings[token.sentence] = casing_of(count, token.field);
      count = {};
    }
  }
}

bool has_no_case(const Reading& reading, std::uint32_t token) {
  const text::Token& here = reading.tokens[token];
  if ((here.flags & (text::kCapital | text::kAllCaps | text::kCamel)) != 0) return false;
  if ((here.flags & text::kIdeographic) != 0) return true;
  const std::string_view field = reading.text(here.field);
  if (static_cast<unsigned char>(field[here.begin]) < 0x80) return false;
  std::size_t at = here.begin;
  return !text::is_lower(text::next(field, at));
}

}  // namespace newsmill::tag_entities
