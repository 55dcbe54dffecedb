#pragma once
#include <string>
#include <string_view>

namespace newsmill::config {

/// True when the value of a librdkafka key, or of any key of that name, must not be shown.
bool secret_key(std::string_view key);

/// A line of a configuration file, or "KEY=VALUE", as it may be shown: the values of secret keys are
/// asterisks, as many as characters, so that a caret below still points right. Works on the text and
/// not on parsed values, because the line may be shown for being unreadable.
std::string masked_line(std::string line);

/// What is shown in a secret's place.
inline constexpr std::string_view kMasked = "********";

}  // namespace newsmill::config
