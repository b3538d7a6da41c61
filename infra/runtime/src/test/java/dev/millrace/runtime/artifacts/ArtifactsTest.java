package dev.millrace.runtime.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactsTest {
  private static final String NAME = "step-5-attempt-1";

  @TempDir Path directory;

  private Path publish(String place, String run) throws IOException {
    ArtifactStore store = Artifacts.in(directory.resolve(place)).checkpoints(run);
    store.publish(NAME, files -> Files.writeString(files.resolve("a.txt"), place));
    return store.fetch(NAME);
  }

  @Test
  void aCheckpointOfAMovedRunIsAmongItsArtifactsAndOtherwiseWhereItWasAnnounced()
      throws IOException {
    Path before = publish("before", "run");
    URI announced = before.toUri();
    Artifacts now = Artifacts.in(directory.resolve("now"));
    assertEquals(before, now.checkpoint("run", announced).fetch());
    publish("now", "other");
    assertEquals(before, now.checkpoint("run", announced).fetch());
    Path moved = publish("now", "run");
    assertEquals(moved, now.checkpoint("run", announced).fetch());
  }

  @Test
  void aCheckpointThatWasAnnouncedInAnObjectStoreMayBeInAFolderNow() throws IOException {
    URI announced = URI.create("s3://bucket/checkpoints/run/" + NAME + "/");
    Artifacts now = Artifacts.in(directory.resolve("now"));
    assertThrows(IllegalArgumentException.class, () -> now.checkpoint("run", announced));
    Path moved = publish("now", "run");
    assertEquals(moved, now.checkpoint("run", announced).fetch());
  }

  @Test
  void anAnnouncementWithoutANameLeadsNowhere() {
    Artifacts now = Artifacts.in(directory.resolve("now"));
    for (String uri : new String[] {"file:///", "file:///a/..", "s3://bucket", "mailto:a"}) {
      assertThrows(
          IllegalArgumentException.class, () -> now.checkpoint("run", URI.create(uri)), uri);
    }
  }

  @Test
  void aRunThatIsNoNameLeadsNowhere() throws IOException {
    URI announced = publish("before", "run").toUri();
    Artifacts now = Artifacts.in(directory.resolve("now"));
    assertThrows(
        IllegalArgumentException.class, () -> now.checkpoint("../before/checkpoints", announced));
  }
}
