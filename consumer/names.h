#pragma once
#include <memory>
#include <string>
#include <vector>

#include "config/diagnostic.h"
#include "config/load.h"
#include "processors/tag_entities/gazetteer.h"
#include "processors/tag_entities/names.h"

namespace newsmill::consumer {

/// A gazetteer's file, mapped and checked. Null with the reason in `error`: `unread` when the file
/// could not be read, else what is wrong with it.
std::shared_ptr<const tag_entities::Gazetteer> open_gazetteer(const std::string& path, std::string& error,
                                                              bool& unread);

/// The starter names of config/default/entities, built in memory. Some 60 ms.
std::shared_ptr<const tag_entities::Gazetteer> builtin_gazetteer();

/// The names of a configuration. A finding stands where the option does; then the starter names are
/// there instead, so that the rest can still be checked. Appends what was read to `files`.
std::shared_ptr<const tag_entities::Names> load_names(const config::Loaded& loaded, config::Diagnostics& diagnostics,
                                                      std::vector<std::string>& files);

}  // namespace newsmill::consumer
