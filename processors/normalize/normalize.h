#pragma once
#include <memory>

#include "config/settings.h"
#include "processors/core/knowledge.h"
#include "processors/core/processor.h"

/// Delivered fields → published fields: the same article clean, once, and with what its lines said
/// about it in the fields where that belongs.
namespace newsmill::normalize {

/// The step `normalize`. Its order is the order of the calls in normalize.cc; each of them is a
/// file of this folder and pure. Fills every field of Article below "normalize", and the tokens.
/// Deterministic, and a fixed point: normalizing what it published gives that back.
/// Nothing is removed silently: what is in no published field is in `removed`.
/// A kill is passed on with its headline; its body is not looked at.
/// `settings` and `knowledge` (with lexicons and sources) must outlive it.
/// Errors: too_large (a body over normalize.max_text_bytes), budget.
std::unique_ptr<Processor> make(const config::Settings& settings, const Knowledge& knowledge);

}  // namespace newsmill::normalize
