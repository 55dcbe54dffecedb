#include "processors/text/utf8.h"

#include <algorithm>
#include <cstring>

#include "processors/text/ascii.h"

namespace newsmill::text {
namespace {

struct Step {
  std::size_t length;  ///< bytes of the sequence, or of its maximal ill-formed part
  bool well_formed;
};

/// The sequence at `at` by Unicode 15 table 3-7: only the second byte has a range that depends on
/// the lead byte, which is where overlong forms, surrogates and values above U+10FFFF drop out.
Step step(const unsigned char* at, const unsigned char* end) {
  const unsigned char lead = at[0];
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (at + 1 == end || at[1] < low || at[1] > high) return {1, false};
  for (std::size_t i = 2; i < length; ++i)
    if (at + i == end || (at[i] & 0xC0) != 0x80) return {i, false};
  return {length, true};
}

/// Number of well-formed bytes at the start of `bytes`.
std::size_t well_formed_run(std::string_view bytes) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* const end = begin + bytes.size();
  const unsigned char* at = begin;
  while (at < end) {
    if (*at < 0x80) {
      at += ascii_run(reinterpret_cast<const char*>(at), reinterpret_cast<const char*>(end));
      continue;
    }
    // Most non-ASCII text comes in runs, so the ASCII test above is not paid per letter.
    while (at < end && *at >= 0x80) {
      const Step one = step(at, end);
      if (!one.well_formed) return static_cast<std::size_t>(at - begin);
      at += one.length;
    }
    // A single space or comma between words of another script is not worth a vector load.
    if (at < end && *at < 0x80) ++at;
  }
  return bytes.size();
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace

bool valid_utf8(std::string_view bytes) { return well_formed_run(bytes) == bytes.size(); }

Repaired repair_utf8(std::string_view bytes, std::pmr::memory_resource& arena) {
  const std::size_t first = well_formed_run(bytes);
  if (first == bytes.size()) return {bytes, 0};

  // Two passes: the first counts, so that the arena holds no more than the result.
  Repaired result;
  std::size_t size = first;
  const auto walk = [&](auto&& keep, auto&& replace) {
    std::size_t at = first;
    while (at < bytes.size()) {
      const std::size_t good = well_formed_run(bytes.substr(at));
      keep(bytes.substr(at, good));
      at += good;
      if (at == bytes.size()) break;
      const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
      at += step(data + at, data + bytes.size()).length;
      replace();
    }
  };
  walk([&](std::string_view good) { size += good.size(); },
       [&] { size += kReplacement.size(); ++result.damaged; });

  char* const out = static_cast<char*>(arena.allocate(size, 1));
  char* to = out;
  const auto put = [&](std::string_view part) {
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  };
  put(bytes.substr(0, first));
  walk(put, [&] { put(kReplacement); });
  result.text = {out, size};
  return result;
}

std::size_t code_points(std::string_view text) {
  // Every byte that is no continuation byte (10xxxxxx, as signed below -64) starts a code point.
  std::size_t count = 0;
  std::size_t at = 0;
#if defined(__SSE2__)
  const __m128i limit = _mm_set1_epi8(-65);
  while (text.size() - at >= 16) {
    // Up to 255 steps fit the byte-wide counters; _mm_sad_epu8 then adds them up.
    const std::size_t steps = std::min<std::size_t>((text.size() - at) / 16, 255);
    __m128i lanes = _mm_setzero_si128();
    for (std::size_t i = 0; i < steps; ++i, at += 16) {
      const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
      lanes = _mm_sub_epi8(lanes, _mm_cmpgt_epi8(chunk, limit));
    }
    const __m128i sums = _mm_sad_epu8(lanes, _mm_setzero_si128());
    count += static_cast<std::size_t>(_mm_cvtsi128_si64(sums)) +
             static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
  }
#endif
  for (; at < text.size(); ++at) count += static_cast<signed char>(text[at]) > -65;
  return count;
}

std::string_view prefix(std::string_view text, std::size_t count) {
  if (text.size() <= count) return text;
  std::size_t at = 0;
  while (count > 0 && at < text.size()) {
    const std::size_t ascii = std::min(ascii_run(text, at), count);
    at += ascii;
    count -= ascii;
    if (count == 0 || at == text.size()) break;
    next(text, at);
    --count;
  }
  return text.substr(0, at);
}

void append(std::string& text, char32_t code_point) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

}  // namespace newsmill::text
