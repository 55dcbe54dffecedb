#include "tests/referee/real_feed.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "processors/core/batch.h"
#include "processors/decode/decode.h"
#include "processors/dedup/dedup.h"
#include "processors/normalize/normalize.h"
#include "tests/support/data_folder.h"
#include "tests/support/knowledge.h"

namespace newsmill::test {
namespace {

constexpr const char* kFeed = "saudinewsnet";

/// The file's lines, unpacked.
std::string unpacked(const std::filesystem::path& path) {
  struct Close {
    void operator()(FILE* pipe) const { pclose(pipe); }
  };
  const std::unique_ptr<FILE, Close> pipe(popen(("zstd -dc '" + path.string() + "'").c_str(), "r"));
  if (!pipe) throw std::runtime_error("cannot start zstd");
  std::string all;
  char buffer[1 << 16];
  for (std::size_t read; (read = std::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) all.append(buffer, read);
  return all;
}

}  // namespace

std::optional<std::vector<Fingerprint>> read_real_feed() {
  const auto path = data_folder() / "news/reprints.jsonl.zst";
  if (!std::filesystem::exists(path)) return std::nullopt;
  const std::string lines = unpacked(path);

  const config::Settings settings;
  const Knowledge& knowledge = builtin_knowledge();
  const auto decode = decode::make(settings, knowledge), normalize = normalize::make(settings, knowledge),
             dedup = dedup::make(settings, knowledge);
  const InputDefaults defaults;
  const std::string mark = std::string("\"feed\": \"") + kFeed + '"';
  std::vector<Fingerprint> feed;
  std::int64_t number = 0;
  for (std::size_t begin = 0, end; begin < lines.size(); begin = end + 1) {
    end = std::min(lines.find('\n', begin), lines.size());
    const std::string_view line(lines.data() + begin, end - begin);
    if (line.find(mark) == std::string_view::npos) continue;
    Batch batch;
    Message message;
    message.topic = kFeed;
    message.offset = number++;
    message.value = line;
    message.defaults = &defaults;
    Article& article = batch.add(message).article;
    Budget budget;
    Scratch scratch{batch.arena(), budget};
    if (!decode->process(article, scratch) || !normalize->process(article, scratch) ||
        !dedup->process(article, scratch) || !article.fingerprint || !article.published)
      continue;
    feed.push_back(*article.fingerprint);
    feed.back().arrival_ms = article.published->instant.utc.time_since_epoch().count();
  }
  std::ranges::stable_sort(feed, {}, &Fingerprint::arrival_ms);
  return feed;
}

}  // namespace newsmill::test
