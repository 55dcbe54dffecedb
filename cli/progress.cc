#include "cli/progress.h"

#include <unistd.h>

#include <iostream>

namespace newsmill::cli {

Progress::Progress(bool shown) : shown_(shown) {}
Progress::Progress() : Progress(isatty(STDERR_FILENO) != 0) {}
Progress::~Progress() { wipe(); }

void Progress::tick(const std::function<std::string()>& text) {
  if (!shown_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  std::cerr << "\r\x1b[K" << text() << std::flush;
  written_ = true;
}

void Progress::wipe() {
  if (written_) std::cerr << "\r\x1b[K" << std::flush;
  written_ = false;
}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string rate(std::uint64_t number, double seconds) {
  if (seconds < 0.1) return "-";
  auto each = static_cast<std::uint64_t>(static_cast<double>(number) / seconds);
  for (std::uint64_t unit = 1; each / unit >= 1000; unit *= 10) each -= each % (unit * 10);  // three digits are real
  return grouped(each);
}

}  // namespace newsmill::cli
