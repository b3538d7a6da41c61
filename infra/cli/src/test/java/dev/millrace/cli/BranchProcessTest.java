package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class BranchProcessTest {
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
