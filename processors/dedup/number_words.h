#pragma once
#include "processors/text/tokens.h"

namespace newsmill::dedup {

/// Whether a token tells a figure or a day: it holds a digit, or is a number word or the name of a
/// month or weekday in one of the languages of number_words.cc. This is what differs between two
/// articles made from one template.
///   cost  one look into a small table. Any thread.
bool tells_number(const text::Token& token);

/// The same without weekdays, which an agency changes when it sends an article again the day after.
bool tells_figure(const text::Token& token);

}  // namespace newsmill::dedup
