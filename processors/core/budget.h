#pragma once
#include <cstdint>

namespace newsmill {

/// Work units of one article. A unit is about a nanosecond of one core: a byte looked at costs
/// one, so the default is worth about 250 ms. Counted and not timed, so that two runs agree on
/// which article is too expensive. Every loop whose length the input decides spends from it.
class Budget {
 public:
  static constexpr std::uint64_t kUnits = 250'000'000;
  explicit Budget(std::uint64_t units = kUnits) : left_(units) {}

  /// False once the budget is used up; the caller then returns Error{Code::budget, …}.
  [[nodiscard]] bool spend(std::uint64_t units) {
    if (units > left_) { left_ = 0; return false; }
    left_ -= units;
    return true;
  }
  std::uint64_t left() const { return left_; }

 private:
  std::uint64_t left_;
};

}  // namespace newsmill
