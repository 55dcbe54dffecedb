#pragma once
#include <memory>
#include <string>

#include "processors/tag_entities/gazetteer.h"

namespace newsmill::bench {

/// A file of `newsmill gazetteer build`. Throws std::runtime_error when it is none.
std::shared_ptr<const tag_entities::Gazetteer> open_gazetteer(const std::string& path);

/// Builds the names of the development data (data/entities: gazetteer-merged and enwiki-qid) as
/// `newsmill gazetteer build` does, and keeps them beside the program; the path of the file.
std::string build_gazetteer(const std::string& data);

}  // namespace newsmill::bench
