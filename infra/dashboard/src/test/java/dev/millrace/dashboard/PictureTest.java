package dev.millrace.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.dashboard.Picture.Cursor;
import dev.millrace.dashboard.Picture.News;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PictureTest {
  private final Picture picture = new Picture();

  @Test
  void whoComesLateSeesAllAndThenOnlyWhatIsNew() {
    picture.add(Records.step(1, 5));
    picture.add(Records.checkpoint(1));
    picture.put("funnel", Json.object().put("a", 1));
    News first = picture.since(Cursor.NOTHING);
    assertTrue(first.json().get("stepsAnew").asBoolean());
    assertEquals("[1]", first.json().get("steps").get("step").toString());
    assertEquals(1, first.json().get("checkpoints").size());
    assertEquals(1, first.json().get("funnel").get("a").asInt());

    picture.add(Records.step(2, 4));
    picture.add(Records.evaluation(1, 50, "text"), 7);
    News second = picture.since(first.cursor());
    assertFalse(second.json().get("stepsAnew").asBoolean());
    assertEquals("[2]", second.json().get("steps").get("step").toString());
    assertFalse(second.json().has("checkpoints"));
    assertFalse(second.json().has("funnel"));
    assertEquals(1, second.json().get("evaluations").size());
    assertEquals(50, second.json().at("/evaluations/0/sets/0/tokenPerplexity").asDouble(), 1e-9);
    assertTrue(picture.since(second.cursor()).json().isEmpty());
  }

  @Test
  void theNewestStepIsToldEvenWhereItIsNotKept() {
    for (int step = 1; step <= 10_001; step++) picture.add(Records.step(step, 5));
    News news = picture.since(Cursor.NOTHING);
    JsonNode kept = news.json().at("/steps/step");
    assertEquals(10_000, kept.get(kept.size() - 1).asLong());
    assertEquals(10_001, news.json().at("/latest/step").asLong());
    assertEquals(80_008, news.json().at("/latest/nextOrdinal").asLong());
  }

  @Test
  void stepsThatWereTakenBackAreSentAnew() {
    for (int step = 1; step <= 5; step++) picture.add(Records.step(step, 5));
    Cursor cursor = picture.since(Cursor.NOTHING).cursor();
    picture.add(Records.step(3, 9));
    News news = picture.since(cursor);
    assertTrue(news.json().get("stepsAnew").asBoolean());
    assertEquals("[1,2,3]", news.json().get("steps").get("step").toString());
  }

  @Test
  void whatIsTheSameIsNoNews() {
    picture.put("funnel", Json.object().put("a", 1));
    Cursor cursor = picture.since(Cursor.NOTHING).cursor();
    picture.put("funnel", Json.object().put("a", 1));
    assertTrue(picture.since(cursor).json().isEmpty());
  }

  @Test
  void whoWaitsIsWokenByNewsAndNotWithoutAny() throws Exception {
    Cursor cursor = picture.since(Cursor.NOTHING).cursor();
    assertFalse(picture.await(cursor, 20));
    CompletableFuture<Boolean> woken =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return picture.await(cursor, 60_000);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    picture.add(Records.checkpoint(1));
    assertTrue(woken.get());
  }
}
