#pragma once
#include "cli/progress.h"
#include "cli/stories.h"
#include "config/settings.h"
#include "consumer/files.h"
#include "processors/core/batch.h"
#include "processors/core/knowledge.h"

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace newsmill::cli {

/// What `process` is asked to do.
struct Processing {
  std::vector<std::string> files;  ///< "-" = standard input
  InputDefaults defaults;
  consumer::Split split = consumer::Split::automatic;
  StoryClock clock = StoryClock::none;
  std::size_t jobs = 0;            ///< threads; 0 = one per core
  std::FILE* records = nullptr;    ///< one line each
  std::FILE* dead_letters = nullptr;  ///< may be null: then they are counted only
};

struct Processed {
  std::uint64_t articles = 0, records = 0, bytes = 0;
  struct Failed {
    std::uint64_t count = 0;
    std::string first;  ///< place and reason of the first, for people
  };
  std::map<std::string, Failed> dead_letters;  ///< by code
  std::vector<std::string> unreadable;         ///< files that could not be read to their end, with the reason
  std::string write_failure;                   ///< why the output could not be written; empty = it was
  std::uint64_t dead() const { return articles - records; }
};

/// Reads the files one after the other, runs the chain on `jobs` threads and writes in input order,
/// so that the output is the same bytes whatever the number of threads. Memory is bounded by
/// kafka.buffer_bytes. Ends early only when the output cannot be written.
Processed process(const Processing& asked, const config::Settings& settings, std::shared_ptr<const Knowledge> knowledge,
                  Progress& progress);

/// A dead letter as one line of JSON: delivery, stage, code, found, expected, where, sha256, and value
/// (or value_base64 when it is not UTF-8); "truncated": true when only the start of it was kept.
std::string dead_letter_line(const Batch::Item& item);

}  // namespace newsmill::cli
