package dev.millrace.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.ingest.source.Item;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FollowMetersTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Heard heard = new Heard();
  private final FollowMeters meters = new FollowMeters(registry, heard);

  private double count(String what) {
    return registry.counter("millrace.ingest." + what).count();
  }

  @Test
  void countsDocumentsBytesDamageAndFailures() {
    meters.pushed(2, 300);
    meters.pushed(1, 50);
    meters.damaged(new Item.Damaged("a.jsonl", 7, "no JSON"));
    meters.failed("b.gz", "no permission to read it");
    assertEquals(3, count("documents"));
    assertEquals(350, count("bytes"));
    assertEquals(1, count("damaged"));
    assertEquals(1, count("failures"));
  }

  @Test
  void passesOnAllButTheProgressOfOnePush() {
    Item.Damaged damage = new Item.Damaged("a.jsonl", 7, "no JSON");
    meters.damaged(damage);
    meters.unsupported(new Item.Unsupported("c.png", "image/png"));
    meters.failed("b.gz", "torn");
    meters.note("following");
    meters.progress(new IngestListener.Snapshot("a.jsonl", 1, OptionalLong.of(2), 1, 1));
    assertEquals(List.of(damage), heard.damage);
    assertEquals(List.of("c.png"), heard.unsupported);
    assertEquals(List.of("b.gz: torn"), heard.failures);
    assertEquals(List.of("following"), heard.notes);
    assertEquals(List.of(), heard.snapshots);
  }
}
