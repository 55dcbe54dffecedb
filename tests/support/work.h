#pragma once
#include <memory_resource>

#include "processors/core/processor.h"

namespace newsmill::test {

/// What a step gets to work with, for a test that calls one directly.
struct Work {
  std::pmr::monotonic_buffer_resource arena;
  Budget budget;
  Scratch scratch{arena, budget};
};

}  // namespace newsmill::test
