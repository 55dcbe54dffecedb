#include <fmt/format.h>

#include <iterator>

#include "consumer/metrics/table.h"

namespace newsmill::metrics {
namespace {

constexpr std::string_view kHead = R"(# Metrics

Generated from `consumer/metrics/table.cc` and compared with it by a test; to change this page, change the table and run
`NEWSMILL_WRITE_DOCS=1 ctest -R MetricsDocument` in the build directory.

`GET /metrics` answers in the Prometheus text format 0.0.4. Times are seconds, sizes bytes. Every label has a closed or
a configured set of values: nothing that stands in an article becomes a label. Series of revoked partitions end.
All numbers of one lane in one scrape belong to the same moment, so that this holds exactly in every scrape, summed over
labels:

    newsmill_input_records_total = newsmill_delivered_total + newsmill_dead_letter_total
                                 + newsmill_records_rewound_total + newsmill_records_in_flight

Histograms have classic buckets; Prometheus 3 may convert them to native ones at scrape time.
Alerts named in the last column stand in [operations.md](operations.md#what-to-alert-on).

)";

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::counter: return "counter";
    case Kind::gauge: return "gauge";
    case Kind::histogram: return "histogram";
  }
  return {};
}

/// Base unit by the end of the name, as Prometheus names them.
std::string_view unit(const Family& row) {
  std::string_view name = row.name;
  if (name.ends_with("_total")) name.remove_suffix(6);
  if (name.ends_with("_seconds")) return "seconds";
  if (name.ends_with("_bytes")) return "bytes";
  return "";
}

template <class Range, class Text>
std::string joined(const Range& range, Text&& text) {
  std::string all;
  for (const auto& item : range) {
    if (!all.empty()) all += ", ";
    all += text(item);
  }
  return all;
}

}  // namespace

std::string markdown() {
  std::string page(kHead);
  auto out = std::back_inserter(page);
  fmt::format_to(out, "| metric | type | unit | labels | meaning | alerts |\n| --- | --- | --- | --- | --- | --- |\n");
  for (const Family& row : families())
    fmt::format_to(out, "| `{}` | {} | {} | {} | {} | {} |\n", row.name, kind_name(row.kind), unit(row),
                   joined(row.labels, [](LabelSet set) { return fmt::format("`{}`", label_row(set).name); }), row.help,
                   joined(row.alerts, [](std::string_view alert) { return std::string(alert); }));

  page += "\n## Labels\n\n| label | of | meaning | values |\n| --- | --- | --- | --- |\n";
  for (std::size_t i = 0; i < static_cast<std::size_t>(LabelSet::count_); ++i) {
    const auto set = static_cast<LabelSet>(i);
    const LabelRow& label = label_row(set);
    std::string of;
    for (const Family& row : families())
      for (const LabelSet used : row.labels)
        if (used == set) of += fmt::format("{}`{}`", of.empty() ? "" : ", ", row.name);
    fmt::format_to(
        out, "| `{}` | {} | {} | {} |\n", label.name, of, label.meaning,
        label.values ? joined(label.values(), [](std::string_view value) { return fmt::format("`{}`", value); }) : "");
  }

  page += "\n## Buckets\n\n| histogram | upper bounds, beside +Inf |\n| --- | --- |\n";
  for (const Family& row : families())
    if (row.kind == Kind::histogram)
      fmt::format_to(out, "| `{}` | {} |\n", row.name,
                     joined(row.buckets, [](double bound) { return fmt::format("{}", bound); }));
  return page;
}

}  // namespace newsmill::metrics
