#pragma once
#include <filesystem>
#include <string>
#include <thread>

namespace newsmill::test {

/// A terminal without a person: a program that writes to `device()` believes that somebody sits there.
/// What it writes is read and kept.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  const std::filesystem::path& device() const { return device_; }
  /// All that was written, once every writer is gone.
  std::string finish();

 private:
  int master_, slave_;  // the slave is held open, so that reading does not end before the program starts
  std::filesystem::path device_;
  std::string text_;
  std::thread reader_;
};

}  // namespace newsmill::test
