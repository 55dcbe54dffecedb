#include "bench/gazetteer.h"

#include <stdexcept>

#include "bench/corpus.h"
#include "consumer/names.h"

namespace newsmill::bench {
namespace {

std::shared_ptr<const tag_entities::Gazetteer> opened(std::string bytes, const std::string& path) {
  std::string error;
  auto gazetteer = tag_entities::Gazetteer::from_bytes(std::move(bytes), error);
  if (gazetteer == nullptr) throw std::runtime_error(path + ": " + error);
  return gazetteer;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

}  // namespace

std::shared_ptr<const tag_entities::Gazetteer> open_gazetteer(const std::string& path) { return opened(read_file(path), path); }

std::shared_ptr<const tag_entities::Gazetteer> build_gazetteer(const std::string& data) {
  tag_entities::NameLists lists = consumer::starter_lists();
  consumer::add_kinds(lists);
  const std::string names = joined(read_lines(data + "/entities/gazetteer-merged.tsv.zst"));
  const std::string titles = joined(read_lines(data + "/entities/enwiki-qid.tsv.zst"));
  for (const std::string* text : {&names, &titles})
    if (const auto read = lists.read(*text, "data"); !read.error.empty()) throw std::runtime_error(read.error);
  tag_entities::BuildSum sum;
  return opened(lists.build(sum), "what was built");
}

}  // namespace newsmill::bench
