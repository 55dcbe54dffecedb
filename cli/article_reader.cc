#include "cli/article_reader.h"

#include "processors/catalogue.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace newsmill::cli {

ArticleReader::ArticleReader(const Configuration& configuration)
    : settings_(configuration.loaded.settings),
      pipeline_(make_pipeline(settings_, *configuration.knowledge.knowledge)) {}

Batch::Item* ArticleReader::next(const std::string& file, std::string& why) {
  struct stat about {};
  if (file != "-" && ::stat(file.c_str(), &about) == 0 && S_ISDIR(about.st_mode)) {
    why = fmt::format("cannot read \"{}\": {}", file, std::strerror(EISDIR));
    return nullptr;
  }
  auto& reader = readers_[file];
  if (!reader)
    reader = std::make_unique<consumer::FileReader>(file, defaults_, consumer::Split::automatic,
                                                    settings_.input.max_bytes);
  const auto message = reader->next();
  if (!message) {
    const std::string name = file == "-" ? "standard input" : '"' + file + '"';
    why = reader->bytes().failed() ? fmt::format("cannot read {}: {}", name, reader->bytes().failure())
                                   : fmt::format("no more article in {}", name);
    return nullptr;
  }
  Batch& batch = *batches_.emplace_back(std::make_unique<Batch>());
  Batch::Item& item = batch.add(message->message);
  if (message->error) {
    item.error = message->error;
    item.stage = "decode";
  }
  pipeline_.run(batch);
  return &item;
}

}  // namespace newsmill::cli
