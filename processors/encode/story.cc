#include "processors/encode/story.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "processors/text/instant.h"

namespace newsmill::encode {
namespace {

constexpr std::string_view kGap = "null";  // what the encoder writes; legal as it stands

// RFC 3339 ends with the year 9999.
constexpr std::int64_t kLastMs = 253'402'300'799'999;

std::string instant(std::int64_t unix_ms) {
  const std::chrono::milliseconds since(std::clamp<std::int64_t>(unix_ms, 0, kLastMs));
  return text::rfc3339_utc(std::chrono::sys_time<std::chrono::milliseconds>(since));
}

}  // namespace

std::string story_json(const Verdict& verdict) {
  std::string json = fmt::format(R"({{"id":"{}","since":"{}","relation":"{}","canonical":)", uuid(verdict.story),
                                 instant(verdict.since_ms), relation_name(verdict.relation));
  json += verdict.canonical ? '"' + uuid(*verdict.canonical) + '"' : std::string(kGap);
  json += ",\"similarity\":";
  if (!(verdict.similarity >= 0)) json += kGap;  // also when it is no number at all
  else json += fmt::format("{}", std::round(std::min(1.0, static_cast<double>(verdict.similarity)) * 1e4) / 1e4);
  json += ",\"related\":[";
  for (std::size_t i = 0; i < std::min<std::size_t>(verdict.related_count, Verdict::kRelated); ++i)
    json += (i > 0 ? ",\"" : "\"") + uuid(verdict.related[i]) + '"';
  return json + "]}";
}

void fill_story(Output& output, const Verdict& verdict) {
  output.value.replace(output.story_at, kGap.size(), story_json(verdict));
  output.story_at = 0;
  output.headers.emplace_back("newsmill-story", uuid(verdict.story));
  output.headers.emplace_back("newsmill-relation", relation_name(verdict.relation));
}

}  // namespace newsmill::encode
