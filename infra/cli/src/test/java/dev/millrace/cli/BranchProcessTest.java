package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BranchProcessTest {
  @Test
  void aBranchLogsAsItsParentDoesAndSaysWhoseLogItIs(@TempDir Path directory) throws Exception {
    Path runFile = directory.resolve("cooled.yaml");
    Files.writeString(runFile, "name: cooled\nkafka: {bootstrap.servers: \"nowhere.invalid:1\"}\n");
    Path log = directory.resolve("cooled.log");
    Logs.configure(false, Logs.Format.JSON);
    try (BranchProcess process = BranchProcess.start(runFile, directory, log)) {
      Await.until("its end", Duration.ofMinutes(1), () -> process.exit().isPresent());
    } finally {
      Logs.configure(false, Logs.Format.TEXT);
    }
    List<String> lines = Files.readAllLines(log);
    assertFalse(lines.isEmpty());
    for (String line : lines) {
      JsonNode whose = new ObjectMapper().readTree(line).at("/context/properties");
      assertEquals("trainer", whose.path("service").asText(), line);
      assertEquals("cooled", whose.path("run").asText(), line);
    }
  }

  @Test
  void aBranchHasTheParentsOptionsButForThoseOfOneProcess() {
    assertEquals(
        List.of(
            "-Djavax.net.ssl.trustStore=trust.p12",
            "-Dhttps.proxyHost=proxy",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Xss2m"),
        BranchProcess.shared(
            List.of(
                "-Xmx2g",
                "-Xms1g",
                "-Djavax.net.ssl.trustStore=trust.p12",
                "-javaagent:jmx.jar=9000",
                "-agentlib:jdwp=transport=dt_socket,server=y,address=5005",
                "-Xdebug",
                "-Xrunjdwp:transport=dt_socket,server=y,address=5005",
                "-Dhttps.proxyHost=proxy",
                "-Dcom.sun.management.jmxremote.port=9010",
                "-Xlog:gc:file=gc.log",
                "-XX:StartFlightRecording=filename=all.jfr",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Xss2m")));
  }
}
