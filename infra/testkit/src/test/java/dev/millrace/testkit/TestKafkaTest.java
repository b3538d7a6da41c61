package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

@WithKafka
class TestKafkaTest {
  @Test
  void serves(TestKafka kafka) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      assertEquals(1, admin.describeCluster().nodes().get().size());
    }
  }
}
