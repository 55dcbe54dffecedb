#pragma once
#include "config/settings.h"
#include "consumer/log.h"
#include "consumer/ports.h"

namespace newsmill::kafka {

/// Whether the topics are held against the contract before a lane is opened. The embedded broker of
/// the demo has no admin API.
enum class TopicCheck { contract, none };

/// Opens lanes on a Kafka: looks at the topics (a broken contract is `stop`, a missing topic
/// `rebuild`), makes the producer, which fences an earlier owner of the name, and only then joins the
/// group and reads what that owner committed. `settings` are copied; `log` and the returned function
/// (or a copy of it) outlive the ports that it opened.
consumer::OpenPorts open_ports(const config::Settings& settings, consumer::Logger& log,
                               TopicCheck check = TopicCheck::contract);

}  // namespace newsmill::kafka
