#include "processors/encode/dead_letter.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "processors/core/delivery.h"

namespace newsmill::encode {
namespace {

// A person reads them; an error that quotes its input must not fill the message.
constexpr std::size_t kMaxHeaderBytes = 1024;
constexpr std::size_t kMinBytes = 16 * 1024;
// Kafka's record and batch heads (KIP-98: 61 bytes a batch, about 21 a record), rounded up.
constexpr std::size_t kMessageOverhead = 256;
constexpr std::size_t kHeaderOverhead = 10;  // two varints
constexpr std::size_t kCutNoteBytes = 512;   // the two headers that tell of a cut

std::string clipped(std::string_view text) {
  if (text.size() <= kMaxHeaderBytes) return std::string(text);
  std::size_t end = kMaxHeaderBytes;
  // Not in the middle of a character, which has three continuation bytes at most.
  while (end + 3 > kMaxHeaderBytes && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

bool is_ours(std::string_view name) { return name.starts_with(kErrorPrefix) || name == kDeliveryHeader; }

std::size_t bytes_of(std::string_view name, std::size_t value) { return name.size() + value + kHeaderOverhead; }

using Headers = std::vector<std::pair<std::string, std::optional<std::string>>>;

std::size_t bytes_of(const Headers& headers) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : headers) bytes += bytes_of(name, value.value_or("").size());
  return bytes;
}

Headers explanation(const Batch::Item& item) {
  const Error& error = *item.error;
  Headers headers;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) headers.emplace_back(std::string(kErrorPrefix).append(name), clipped(value));
  };
  add("stage", item.stage);
  add("code", code_name(error.code));
  add("found", error.found);
  add("expected", error.expected);
  add("where", error.where);
  headers.emplace_back(kDeliveryHeader, delivery_text(item.article.delivery));
  return headers;
}

std::string kept_of(std::string_view what, std::size_t kept, std::size_t all) {
  return std::string(what) + " " + std::to_string(kept) + " of " + std::to_string(all);
}

}  // namespace

DeadLetter dead_letter(const Batch::Item& item, std::size_t max_bytes) {
  assert(item.error);
  const Message& message = item.message;
  DeadLetter letter{message.key, message.value, {}};
  Headers explaining = explanation(item);

  std::vector<const Header*> given;
  std::size_t given_bytes = 0;
  for (const Header& header : message.headers) {
    if (is_ours(header.name)) continue;
    given.push_back(&header);
    given_bytes += bytes_of(header.name, header.value.value_or("").size());
  }
  const std::size_t key_bytes = message.key.value_or("").size(), value_bytes = message.value.value_or("").size();
  std::size_t room = std::max(max_bytes, kMinBytes) - kMessageOverhead - bytes_of(explaining);
  std::size_t headers_kept = given.size();
  if (key_bytes + given_bytes + value_bytes > room) {
    room -= kCutNoteBytes;
    std::string cut;
    const auto note = [&](std::string_view what, std::size_t kept, std::size_t all) {
      if (kept != all) cut += (cut.empty() ? "" : "; ") + kept_of(what, kept, all);
    };
    if (key_bytes + given_bytes > room / 2) {
      const std::size_t key_kept = std::min(key_bytes, room / 4);
      if (letter.key) letter.key = letter.key->substr(0, key_kept);
      std::size_t used = key_kept;
      headers_kept = 0;
      for (; headers_kept < given.size(); ++headers_kept) {
        used += bytes_of(given[headers_kept]->name, given[headers_kept]->value.value_or("").size());
        if (used > room / 2) break;
      }
      room /= 2;
    } else {
      room -= key_bytes + given_bytes;
    }
    if (letter.value) letter.value = letter.value->substr(0, std::min(value_bytes, room));
    note("value bytes", letter.value.value_or("").size(), value_bytes);
    note("headers", headers_kept, given.size());
    note("key bytes", letter.key.value_or("").size(), key_bytes);
    explaining.emplace_back(std::string(kErrorPrefix) + "truncated", cut);
    const Sha256& digest = item.article.delivery.sha256;
    explaining.emplace_back(std::string(kErrorPrefix) + "sha256", hex(digest.data(), digest.size()));
  }
  for (std::size_t i = 0; i < headers_kept; ++i) {
    std::optional<std::string> value;
    if (given[i]->value) value = std::string(*given[i]->value);
    letter.headers.emplace_back(given[i]->name, std::move(value));
  }
  std::ranges::move(explaining, std::back_inserter(letter.headers));
  return letter;
}

}  // namespace newsmill::encode
