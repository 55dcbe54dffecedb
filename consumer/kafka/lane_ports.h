#pragma once
#include "config/settings.h"
#include "consumer/log.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// Opens lanes on a Kafka: looks at the topics (a broken contract is `stop`, a missing topic
/// `rebuild`), makes the producer, which fences an earlier owner of the name, and only then joins the
/// group and reads what that owner committed. `settings` are copied; `log` and the returned function
/// (or a copy of it) outlive the ports that it opened.
consumer::OpenPorts open_ports(const config::Settings& settings, consumer::Logger& log);

}  // namespace newsmill::kafka
