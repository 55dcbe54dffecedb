#pragma once
#include <string>
#include <vector>

namespace newsmill::test {

/// One vector selector of an expression, as far as the checks need it: `rate(name{matchers}[range])`.
struct Selector {
  std::string name, matchers;  ///< matchers without their braces
  std::string range;           ///< "$__rate_interval"; empty = an instant vector
  std::string function;        ///< directly around it; empty = none
};

/// The selectors of newsmill_*, process_* and `up` metrics, in order. Reads names and brackets, not the
/// grammar: whether an expression is right says Prometheus.
std::vector<Selector> selectors(const std::string& expression);

/// The family of a metric: without _bucket, _sum or _count.
std::string family_of(const std::string& metric);

/// Grafana's variables replaced by what they may stand for.
std::string substituted(std::string expression);

/// An alert's expression without what makes it empty while all is well: comparisons give 0 or 1 instead
/// of filtering, and nothing looks into a past that a new Prometheus does not have.
std::string unconditional(std::string expression);

}  // namespace newsmill::test
