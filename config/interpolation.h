#pragma once
#include <string>

#include "config/diagnostic.h"
#include "config/document.h"

namespace newsmill::config {

/// A scalar with its ${env:NAME} and ${file:PATH} replaced.
struct Expanded {
  std::string text;
  std::string through;  ///< the first of them as written; empty = there was none
  bool failed = false;  ///< a finding was added
};

/// `folder` is where relative paths start; "" is the working folder. Files lose one line end at
/// their end, and may have 1 MiB. "$${" gives "${". What was put in is not looked at again.
Expanded expand(const Document& document, const Node& node, const std::string& folder, Diagnostics& diagnostics);

}  // namespace newsmill::config
