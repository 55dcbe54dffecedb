#include "cli/processing.h"

#include "cli/hosting.h"
#include "cli/printable.h"
#include "config/json_text.h"
#include "consumer/ring.h"
#include "consumer/suspects.h"
#include "consumer/workers.h"
#include "processors/catalogue.h"
#include "processors/core/delivery.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

namespace newsmill::cli {
namespace {

using consumer::Ring;

constexpr std::size_t kReasons = 5;
constexpr std::string_view kReadingStage = "decode";  // whose caps the reader of files applies for it

class Run {
 public:
  Run(const Processing& asked, const config::Settings& settings, std::shared_ptr<const Knowledge> knowledge,
      Progress& progress)
      : asked_(asked),
        settings_(settings),
        progress_(progress),
        threads_(asked.jobs > 0 ? asked.jobs : cores()),
        suspects_(threads_),
        workers_(threads_, chain_of(settings, knowledge), suspects_),
        ring_(settings.kafka.buffer_bytes, workers_),
        stories_(settings.dedup, asked.clock),
        batch_(std::make_unique<Batch>()) {
    for (const auto& file : asked.files) {
      struct stat about {};
      if (file != "-" && ::stat(file.c_str(), &about) == 0 && S_ISREG(about.st_mode))
        total_ += static_cast<std::uint64_t>(about.st_size);
      else sized_ = false;
    }
  }

  Processed run() {
    for (const auto& file : asked_.files) {
      if (!read(file)) break;
    }
    if (!batch_->items().empty()) hand_over();
    while (!ring_.empty() && sound()) drain(std::chrono::milliseconds(100));
    flush(asked_.records);
    if (asked_.dead_letters) flush(asked_.dead_letters);
    return std::move(done_);
  }

 private:
  static std::size_t cores() { return std::max(1u, std::thread::hardware_concurrency()); }
  bool sound() const { return done_.write_failure.empty(); }

  /// False when there is no sense in going on.
  bool read(const std::string& file) {
    consumer::FileReader reader(file, asked_.defaults, asked_.split, settings_.input.max_bytes);
    while (auto message = reader.next()) {
      Batch::Item& item = batch_->add(message->message);
      if (message->error) {
        item.error = std::move(message->error);
        item.stage = kReadingStage;
        item.article.delivery.sha256 = message->sha256;
      }
      done_.bytes += message->bytes;
      position_ = finished_bytes_ + reader.bytes().position();
      if (batch_->full()) hand_over();
      if (!sound()) return false;
    }
    finished_bytes_ += reader.bytes().position();
    if (reader.bytes().failed()) done_.unreadable.push_back(fmt::format("{}: {}", file, reader.bytes().failure()));
    return sound();
  }

  void hand_over() {
    while (!ring_.fits(*batch_)) drain(std::chrono::milliseconds(100));
    ring_.push(std::move(batch_), Ring::Clock::now());
    batch_ = std::make_unique<Batch>();
    drain(std::chrono::milliseconds(0));
  }

  void drain(std::chrono::milliseconds limit) {
    if (limit.count() > 0) ring_.wait(limit);
    while (auto held = ring_.pop())
      for (Batch::Item& item : held->batch().items()) {
        stories_.tell(item);
        put(item);
      }
    progress_.tick([this] { return progress_line(); });
  }

  void put(const Batch::Item& item) {
    ++done_.articles;
    if (!item.error) {
      ++done_.records;
      write(asked_.records, item.article.output.value);
      return;
    }
    const Error& error = *item.error;
    Processed::Failed& failed = done_.dead_letters[std::string(code_name(error.code))];
    if (failed.count++ == 0)
      failed.first = printable(fmt::format("{}: found {}, expected {}{}", place(item.message), error.found,
                                           error.expected, error.where.empty() ? "" : ", at " + error.where));
    if (asked_.dead_letters) write(asked_.dead_letters, dead_letter_line(item));
  }

  std::string place(const Message& message) const {
    return fmt::format("{}:{}", message.topic == "-" ? "standard input" : message.topic, message.offset + 1);
  }

  void write(std::FILE* to, std::string_view line) {
    if (!sound()) return;
    if (std::fwrite(line.data(), 1, line.size(), to) != line.size() || std::fputc('\n', to) == EOF)
      done_.write_failure = std::strerror(errno);
  }
  void flush(std::FILE* to) {
    if (sound() && std::fflush(to) != 0) done_.write_failure = std::strerror(errno);
  }

  std::string progress_line() const {
    std::string line = fmt::format("{} articles, {} dead letters, {}/s", grouped(done_.articles), grouped(done_.dead()),
                                   rate(done_.articles, progress_.seconds()));
    if (!sized_ || total_ == 0) return line;
    const double share = std::min(1.0, static_cast<double>(position_) / static_cast<double>(total_));
    const auto filled = static_cast<std::size_t>(share * 20);
    return fmt::format("[{:#<{}}{:.<{}}] {:.0f} % · {}", "", filled, "", 20 - filled, share * 100, line);
  }

  const Processing& asked_;
  const config::Settings& settings_;
  Progress& progress_;
  const std::size_t threads_;
  consumer::Suspects suspects_;
  consumer::Workers workers_;
  Ring ring_;  // after workers_
  Stories stories_;
  std::unique_ptr<Batch> batch_;
  Processed done_;
  std::uint64_t total_ = 0, position_ = 0, finished_bytes_ = 0;
  bool sized_ = true;
};

}  // namespace

std::string dead_letter_line(const Batch::Item& item) {
  const Error& error = *item.error;
  const Delivery& delivery = item.article.delivery;
  const std::string_view value = item.message.value.value_or(std::string_view{});
  std::string line = fmt::format(
      R"({{"delivery":{},"stage":{},"code":{},"found":{},"expected":{},"where":{},"sha256":{},)",
      config::json_text(delivery_text(delivery)), config::json_text(item.stage),
      config::json_text(code_name(error.code)), config::json_text(error.found), config::json_text(error.expected),
      config::json_text(error.where), config::json_text(hex(delivery.sha256.data(), delivery.sha256.size())));
  if (sha256(value) != delivery.sha256) line += "\"truncated\":true,";
  return line + bytes_as_json("value", value) + "}";
}

Processed process(const Processing& asked, const config::Settings& settings, std::shared_ptr<const Knowledge> knowledge,
                  Progress& progress) {
  make_pipeline(settings, *knowledge);  // what cannot be made throws here and not on a worker's thread
  return Run(asked, settings, std::move(knowledge), progress).run();
}

}  // namespace newsmill::cli
