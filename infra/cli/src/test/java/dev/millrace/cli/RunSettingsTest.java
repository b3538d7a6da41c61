package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import org.junit.jupiter.api.Test;

class RunSettingsTest {
  private static RunFile<RunSettings> parse(String yaml) {
    return RunFile.parse(yaml, "run.yaml", RunSettings.class);
  }

  @Test
  void artifactsAreInAFolderOrInAnObjectStore() {
    assertEquals("artifacts", parse("").value().artifacts());
    RunFile<RunSettings> run = parse("artifacts: s3://mill/team\nartifactCacheBytes: 5G");
    assertEquals("s3://mill/team", run.value().artifacts());
    assertEquals(5_000_000_000L, run.value().artifactCacheBytes());
    assertEquals(run.value(), parse(run.toYaml()).value());
  }

  @Test
  void whatMayHoldASecretIsRefusedAndNotRepeated() {
    String yaml = "artifacts: s3://AKIA:not-for-any-log@mill/team";
    String message = assertThrows(InvalidRunFileException.class, () -> parse(yaml)).getMessage();
    assertTrue(message.contains("artifacts: not s3://BUCKET/PREFIX"), message);
    assertFalse(message.contains("not-for-any-log"), message);
  }

  @Test
  void theDashboardIsForThisMachineAloneUnlessItIsToldOtherwise() {
    assertEquals("127.0.0.1", parse("").value().dashboard().host());
    assertEquals("::", parse("dashboard: {host: \"::\"}").value().dashboard().host());
  }

  @Test
  void artifactsMustBeSomewhere() {
    assertThrows(InvalidRunFileException.class, () -> parse("artifacts: \"\""));
    assertThrows(InvalidRunFileException.class, () -> parse("artifacts: \"a\\0b\""));
    assertThrows(InvalidRunFileException.class, () -> parse("artifactCacheBytes: -1"));
  }
}
