#pragma once
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

/// What one lane has counted and not yet shown. Plain numbers of the lane's thread; publish() adds
/// them to the shared series, under the lock that a scrape takes, so that a scrape never sees half
/// of a step. Owns nothing of prometheus-cpp: the series live as long as the Registry.
namespace newsmill::metrics {

class PendingCounter {
 public:
  explicit PendingCounter(prometheus::Counter& series) : series_(&series) {}
  void add(double value) { pending_ += value; }
  void publish() {
    if (pending_ > 0) series_->Increment(std::exchange(pending_, 0));
  }

 private:
  prometheus::Counter* series_;
  double pending_ = 0;
};

/// A gauge whose value is the sum over lanes: each adds the change of its own part.
class PendingGauge {
 public:
  explicit PendingGauge(prometheus::Gauge& series) : series_(&series) {}
  void set(double value) { value_ = value; }
  void publish() {
    if (value_ != shown_) series_->Increment(value_ - shown_);
    shown_ = value_;
  }

 private:
  prometheus::Gauge* series_;
  double value_ = 0, shown_ = 0;
};

/// A gauge whose value is the newest time over lanes.
class PendingTime {
 public:
  explicit PendingTime(prometheus::Gauge& series) : series_(&series) {}
  void set(double seconds) { seconds_ = seconds; }
  void publish() {
    if (seconds_ > series_->Value()) series_->Set(seconds_);
  }

 private:
  prometheus::Gauge* series_;
  double seconds_ = 0;
};

class PendingHistogram {
 public:
  PendingHistogram(prometheus::Histogram& series, const std::vector<double>& bounds)
      : series_(&series), bounds_(&bounds), counts_(bounds.size() + 1) {}
  void observe(double value) {
    // A bucket holds what is at most its bound.
    const auto bucket = std::ranges::lower_bound(*bounds_, value) - bounds_->begin();
    counts_[static_cast<std::size_t>(bucket)] += 1;
    sum_ += value;
    any_ = true;
  }
  void publish() {
    if (!std::exchange(any_, false)) return;
    series_->ObserveMultiple(counts_, std::exchange(sum_, 0));
    std::ranges::fill(counts_, 0);
  }

 private:
  prometheus::Histogram* series_;
  const std::vector<double>* bounds_;
  std::vector<double> counts_;
  double sum_ = 0;
  bool any_ = false;
};

}  // namespace newsmill::metrics
