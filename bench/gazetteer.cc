#include "bench/gazetteer.h"

#include <stdexcept>

#include "bench/corpus.h"

namespace newsmill::bench {

std::shared_ptr<const tag_entities::Gazetteer> open_gazetteer(const std::string& path) {
  std::string error;
  auto gazetteer = tag_entities::Gazetteer::from_bytes(read_file(path), error);
  if (gazetteer == nullptr) throw std::runtime_error(path + ": " + error);
  return gazetteer;
}
std::string build_gazetteer(const std::string&) { throw std::runtime_error("not yet"); }
}  // namespace newsmill::bench
