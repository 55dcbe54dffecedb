#include "config/secret.h"

#include <gtest/gtest.h>

namespace newsmill::config {
namespace {

TEST(Secret, IsKnownByTheNameOfItsKey) {
  for (const char* key : {"sasl.password", "ssl.key.password", "ssl.keystore.password", "sasl.jaas.config",
                          "client.secret", "Access.Token", "ssl.key.pem"})
    EXPECT_TRUE(secret_key(key)) << key;
  for (const char* key : {"sasl.username", "ssl.ca.location", "ssl.key.location", "ssl.ca.pem"})
    EXPECT_FALSE(secret_key(key)) << key;
}

TEST(Secret, IsMaskedInALineHoweverItIsWritten) {
  struct Row {
    const char *line, *expect;
  };
  const Row rows[] = {
      {"    sasl.password: hunter2", "    sasl.password: *******"},
      {"sasl.password:    a: b # c", "sasl.password:    ********"},
      {"  {a: 1, sasl.password: hunter2, b: {ssl.key.password: x}}",
       "  {a: 1, sasl.password: *******, b: {ssl.key.password: *}}"},
      {"{\"sasl.password\": \"a,b}\", c: 1}", "{\"sasl.password\": ******, c: 1}"},
      {"  'sasl.password': 'it''s'", "  'sasl.password': *******"},
      {"kafka.client.sasl.password=a b:c", "kafka.client.sasl.password=*****"},
      {"sasl.password: ключ", "sasl.password: ****"},
      {"sasl.password:", "sasl.password:"},
      {"sasl.username: password", "sasl.username: password"},
      {"kafka.group=password", "kafka.group=password"},
      {"", ""},
      {"a=b", "a=b"},
  };
  for (const auto& row : rows) EXPECT_EQ(masked_line(row.line), row.expect);
}

}  // namespace
}  // namespace newsmill::config
