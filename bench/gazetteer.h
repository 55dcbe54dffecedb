#pragma once
#include <memory>
#include <string>

#include "processors/tag_entities/gazetteer.h"

namespace newsmill::bench {

/// A file of `newsmill gazetteer build`. Throws std::runtime_error when it is none.
std::shared_ptr<const tag_entities::Gazetteer> open_gazetteer(const std::string& path);

/// The starter names and the lists of the development data (data/entities: gazetteer-merged, enwiki-qid), as
/// `newsmill gazetteer build` makes them. Some 6 s.
std::shared_ptr<const tag_entities::Gazetteer> build_gazetteer(const std::string& data);

}  // namespace newsmill::bench
