#include <fmt/core.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

#include "tests/chaos/drill.h"

namespace {

constexpr const char* kUsage =
    "chaos --binary FILE [--rounds 20] [--articles 2000 (a round)] [--instances 3] [--partitions 6]\n"
    "      [--kafka 3.9.2] [--seed 1] [--per-second 500]\n"
    "      [--stop-early 1: at the first breach]\n"
    "Kills and freezes instances of newsmill run and the broker, and looks whether anything was lost, doubled\n"
    "or put out of order, or a story told in two ways. Exit code 0: nothing; 1: something; 2: the drill itself failed; 64: usage.\n";

}  // namespace

int main(int argc, char** argv) {
  newsmill::chaos::Plan plan;
  const auto number = [](const char* text) {
    char* end = nullptr;
    const long value = std::strtol(text, &end, 10);
    if (end == text || *end != '\0' || value < 1 || value > 100'000'000) throw std::invalid_argument(text);
    return value;
  };
  try {
    for (int i = 1; i + 1 < argc; i += 2) {
      const std::string name = argv[i];
      const char* value = argv[i + 1];
      if (name == "--binary") plan.binary = value;
      else if (name == "--kafka") plan.kafka = value;
      else if (name == "--rounds") plan.rounds = static_cast<int>(number(value));
      else if (name == "--articles") plan.per_round = static_cast<std::size_t>(number(value));
      else if (name == "--instances") plan.instances = static_cast<int>(number(value));
      else if (name == "--partitions") plan.partitions = static_cast<int>(number(value));
      else if (name == "--per-second") plan.per_second = static_cast<int>(number(value));
      else if (name == "--stop-early") plan.stop_early = number(value) == 1;
      else if (name == "--seed") plan.seed = static_cast<std::uint32_t>(number(value));
      else throw std::invalid_argument(name);
    }
    if (argc % 2 == 0 || plan.binary.empty() || plan.instances > 20) throw std::invalid_argument("arguments");
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "chaos: cannot use \"{}\"\n{}", error.what(), kUsage);
    return 64;
  }
  if (const std::string missing = newsmill::test::why_no_kafka(plan.kafka); !missing.empty()) {
    const char* required = std::getenv("NEWSMILL_REQUIRE_SERVERS");
    fmt::print(stderr, "SKIPPED: chaos. {}\n", missing);
    return required != nullptr && std::strcmp(required, "1") == 0 ? 2 : 0;
  }
  try {
    return newsmill::chaos::Drill(plan).run() ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "chaos: the drill failed: {}\n", error.what());
    return 2;
  }
}
