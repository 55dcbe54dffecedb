#pragma once
#include <string>
#include <string_view>
#include <vector>

/// The keys of librdkafka, as this build of it knows them. For client.cc only.
namespace newsmill::kafka {

/// Why `kafka.client` may not set `key` to `value`; empty when it may. `hint` gets what to write.
std::string_view reserved_reason(std::string_view key, std::string_view value, std::string_view* hint = nullptr);

/// True when `key` means something to a producer (or else to a consumer).
bool applies(const std::string& key, bool producer);

/// Every key that an operator can write, for "did you mean".
const std::vector<std::string>& known_keys();

/// librdkafka's words about a value that it refused, with a secret value masked.
std::string client_words(const std::string& key, const std::string& value, std::string text);

}  // namespace newsmill::kafka
