#pragma once
#include "processors/core/knowledge.h"

namespace newsmill::test {

/// The knowledge that is built into the program, read once. Any thread.
const Knowledge& builtin_knowledge();

}  // namespace newsmill::test
