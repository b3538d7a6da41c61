package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class RefineCommandTest {
  @Test
  void whatEndsAServiceIsOneLineWithoutClassNames(TestKafka broker, @TempDir Path directory)
      throws Exception {
    TestRun run = TestRun.in(directory, broker);
    run.createTopics();
    run.commit(Stream.of(run.topics().refinerySettings().record("settings", "other = 1\n")));
    Ran ran = run.command("refine", "--dir", directory.toString());
    assertEquals(1, ran.exit());
    List<String> errors = ran.errors();
    assertEquals(1, errors.size(), ran.err());
    assertTrue(
        errors
            .get(0)
            .startsWith(
                "millrace: refinery failed: topic prefix "
                    + run.topics().prefix()
                    + " was refined"),
        errors.get(0));
  }
}
