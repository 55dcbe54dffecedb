#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "consumer/http/listen.h"

namespace newsmill::http {

/// What a running newsmill answered.
struct Answered {
  int status = 0;    ///< 0: nobody answered
  std::string body;  ///< or, with status 0, why in words
};

/// GET of one page of a newsmill that listens at `listen` ("0.0.0.0" and "::" mean this machine), for
/// `newsmill health`. Blocks for at most `limit`; bodies over 16 MiB are refused. Throws nothing.
Answered get(const Listen& listen, std::string_view path, std::string_view accept, std::chrono::milliseconds limit);

}  // namespace newsmill::http
