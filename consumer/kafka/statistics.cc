#include "consumer/kafka/statistics.h"

#include <rapidjson/document.h>

namespace newsmill::kafka {
namespace {

using Value = rapidjson::Value;

const Value* member(const Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::int64_t number(const Value& object, const char* name, std::int64_t fallback) {
  const Value* const value = member(object, name);
  return value != nullptr && value->IsInt64() ? value->GetInt64() : fallback;
}

bool text_is(const Value& object, const char* name, std::string_view expected) {
  const Value* const value = member(object, name);
  return value != nullptr && value->IsString() &&
         std::string_view(value->GetString(), value->GetStringLength()) == expected;
}

}  // namespace

std::optional<Statistics> parse_statistics(std::string_view json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return std::nullopt;

  Statistics found;
  if (const Value* const topics = member(document, "topics"); topics != nullptr && topics->IsObject())
    for (const auto& [topic, body] : topics->GetObject()) {
      const Value* const partitions = member(body, "partitions");
      if (partitions == nullptr || !partitions->IsObject()) continue;
      for (const auto& [name, partition] : partitions->GetObject()) {
        // librdkafka goes on reporting what was revoked; only what it fetches has a living number.
        if (number(partition, "partition", -1) < 0 || !text_is(partition, "fetch_state", "active")) continue;
        found.partitions.push_back({{topic.GetString(), topic.GetStringLength()},
                                    static_cast<std::int32_t>(number(partition, "partition", -1)),
                                    number(partition, "ls_offset", -1)});
      }
    }
  return found;
}

}  // namespace newsmill::kafka
