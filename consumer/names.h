#pragma once
#include <memory>
#include <string>
#include <vector>

#include "config/diagnostic.h"
#include "config/load.h"
#include "processors/tag_entities/gazetteer.h"
#include "processors/tag_entities/name_lists.h"
#include "processors/tag_entities/names.h"

namespace newsmill::consumer {

/// A gazetteer's file, mapped and checked. Null with the reason in `error`: `unread` when the file
/// could not be read, else what is wrong with it.
std::shared_ptr<const tag_entities::Gazetteer> open_gazetteer(const std::string& path, std::string& error,
                                                              bool& unread);

/// Lists of names that know the ordinary words of config/default/entities and begin with the starter names.
tag_entities::NameLists starter_lists();
/// Behind them, what well-known items are (kinds.tsv): of use only where larger lists follow.
void add_kinds(tag_entities::NameLists& lists);
/// The same without starter names.
tag_entities::NameLists empty_lists();

/// The starter names, built in memory. Some 60 ms.
std::shared_ptr<const tag_entities::Gazetteer> builtin_gazetteer();

/// The words around names of config/default/entities/words.
tag_entities::Words builtin_words();

/// The names of a configuration: gazetteer, watchlist, words. A finding stands where the option does; then the starter names are
/// there instead, so that the rest can still be checked. Appends what was read to `files`.
std::shared_ptr<const tag_entities::Names> load_names(const config::Loaded& loaded, config::Diagnostics& diagnostics,
                                                      std::vector<std::string>& files);

}  // namespace newsmill::consumer
