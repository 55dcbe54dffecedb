#pragma once
#include "config/options.h"

namespace newsmill::config {

extern const Form kBrokers;  ///< "a:9092,b:9092"
extern const Form kAddress;  ///< "127.0.0.1:9464", or nothing
extern const Form kTopic;    ///< a name that Kafka takes
extern const Form kName;     ///< letters, digits, ".", "_", "-"
extern const Form kGroup;    ///< visible characters

}  // namespace newsmill::config
