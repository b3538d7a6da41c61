package dev.millrace.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.Signal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleasedTest {
  private static Released of(int blocksMax) {
    return new Released(List.of(Signal.UNIGRAM_SURPRISAL, Signal.QUALITY), blocksMax);
  }

  private static void add(Released released, long ordinal, int phase) {
    released.add(Records.released(ordinal, phase, Map.of("unigram-surprisal", (double) ordinal)));
  }

  @Test
  void eachOrdinalIsItsOwnBlockWhileThereAreFew() {
    Released released = of(8);
    for (long i = 0; i < 3; i++) add(released, i, 0);
    assertEquals(
        "{\"width\":1,\"ordinal\":[0,1,2],\"signals\":{\"unigram-surprisal\":[0,1,2],"
            + "\"quality\":[null,null,null]},\"phases\":[{\"phase\":0,\"ordinal\":0,\"exact\":true}]}",
        released.json().toString());
  }

  @Test
  void atItsLimitNeighboursBecomeOneWithTheMeanOfAll() {
    Released released = of(4);
    for (long i = 0; i < 5; i++) add(released, i, 0);
    assertEquals("[0,2,4]", released.json().get("ordinal").toString());
    assertEquals("[0.5,2.5,4]", released.json().at("/signals/unigram-surprisal").toString());
    add(released, 5, 0);
    assertEquals("[0.5,2.5,4.5]", released.json().at("/signals/unigram-surprisal").toString());
    for (long i = 6; i < 100_000; i++) add(released, i, 0);
    int blocks = released.json().get("ordinal").size();
    assertTrue(blocks <= 4 && blocks > 1, "" + blocks);
  }

  @Test
  void whereAPhaseBeginsIsKeptAndWhetherThatWasSeen() {
    Released released = of(4);
    for (long i = 0; i < 50; i++) add(released, i, i < 10 ? 0 : 1);
    add(released, 900, 2);
    assertEquals(
        "[{\"phase\":0,\"ordinal\":0,\"exact\":true},{\"phase\":1,\"ordinal\":10,\"exact\":true},"
            + "{\"phase\":2,\"ordinal\":900,\"exact\":false}]",
        released.json().get("phases").toString());
  }

  @Test
  void whatIsNoNumberCountsNot() {
    Released released = of(4);
    released.add(Records.released(0, 0, Map.of("quality", Double.NaN)));
    assertEquals("[null]", released.json().at("/signals/quality").toString());
  }
}
