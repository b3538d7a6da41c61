package dev.millrace.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.cli.RunContext;
import dev.millrace.cli.UserError;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoRunTest {
  @Test
  void trainsNoLongerThanThereIsText() {
    DemoRun anHour = DemoRun.within(60);
    assertEquals(12_000, anHour.steps());
    assertEquals(100, anHour.cappedBy(1_615, 16).steps());
    assertEquals(12_000, anHour.cappedBy(16 * 12_000, 16).steps());
    assertEquals(11_999, anHour.cappedBy(16 * 12_000 - 1, 16).steps());
  }

  @Test
  void refusesACorpusThatIsTooSmallToTrainOn() {
    DemoRun run = DemoRun.within(3);
    assertEquals(60, run.cappedBy(960, 16).steps());
    assertThrows(UserError.class, () -> run.cappedBy(959, 16));
  }

  @Test
  void theRunFileSaysHowManySteps(@TempDir Path directory) throws Exception {
    Path file = DemoRun.within(60).cappedBy(1_600, 16).write(directory);
    RunContext run = RunContext.of(Optional.of(file), directory);
    assertEquals(100, run.settings().training().maxSteps());
    assertEquals(16, run.settings().training().saveSteps());
  }
}
