#include "tests/support/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>

namespace newsmill::test {

Terminal::Terminal() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0)
    throw std::runtime_error("no pseudo-terminal can be had");
  device_ = ptsname(master_);
  slave_ = open(device_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  reader_ = std::thread([this] {
    char block[4096];
    for (;;) {
      const ssize_t got = read(master_, block, sizeof block);
      if (got <= 0) return;  // EIO: the last writer closed
      text_.append(block, static_cast<std::size_t>(got));
    }
  });
}

Terminal::~Terminal() {
  finish();
  close(master_);
}

std::string Terminal::finish() {
  if (slave_ >= 0) close(slave_);
  slave_ = -1;
  if (reader_.joinable()) reader_.join();
  return text_;
}

}  // namespace newsmill::test
