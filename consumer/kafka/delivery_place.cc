#include "consumer/kafka/delivery_place.h"

#include <charconv>

namespace newsmill::kafka {

std::optional<consumer::Position> parse_delivery(std::string_view text) {
  const auto hash = text.rfind(':');
  if (hash == std::string_view::npos || text.size() - hash - 1 != 16) return std::nullopt;
  const auto offset = text.rfind(':', hash - 1);
  if (hash == 0 || offset == std::string_view::npos || offset == 0) return std::nullopt;
  const auto partition = text.rfind(':', offset - 1);
  if (partition == std::string_view::npos || partition == 0) return std::nullopt;
  consumer::Position position;
  const auto read = [text](std::size_t from, std::size_t to, auto& number) {
    const char* const end = text.data() + to;
    const auto [stop, error] = std::from_chars(text.data() + from, end, number);
    return error == std::errc() && stop == end && number >= 0;
  };
  if (!read(partition + 1, offset, position.first.number) || !read(offset + 1, hash, position.second))
    return std::nullopt;
  position.first.topic = text.substr(0, partition);
  return position;
}

}  // namespace newsmill::kafka
