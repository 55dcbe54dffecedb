#include "consumer/dead_letter_log.h"

#include <string>

#include "processors/core/delivery.h"

namespace newsmill::consumer {

void log_dead_letter(const Batch::Item& item, Logger& log) {
  const Error& error = *item.error;
  const std::string delivery = delivery_text(item.article.delivery);
  const auto fields = {Field{"delivery", delivery}, Field{"stage", item.stage}, Field{"code", code_name(error.code)},
                       Field{"found", error.found}, Field{"expected", error.expected}, Field{"where", error.where}};
  if (error.code == Code::internal || error.code == Code::crashed)
    log.error("defect", "an article met a defect of newsmill and is a dead letter; please report it", fields);
  else
    log.warning("dead-letter", "an article is a dead letter", fields);
}

}  // namespace newsmill::consumer
