package dev.millrace.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.TrainingProgress;
import org.junit.jupiter.api.Test;

class StepsTest {
  @Test
  void columnsAreInTheOrderOfTheSteps() {
    Steps steps = steps(100, 1, 4);
    ObjectNode columns = steps.from(1);
    assertEquals("[2,3]", columns.get("step").toString());
    assertEquals("[200,300]", columns.get("tokens").toString());
    assertEquals("[5,3.3333333]", columns.get("loss").toString());
    assertEquals("[2.5,1.6666666]", columns.get("domainLoss").get("right").toString());
    assertEquals("[75,75]", columns.get("domainTokens").get("left").toString());
  }

  @Test
  void whatIsNoNumberIsNull() {
    Steps steps = new Steps(10);
    steps.add(Records.step(1, Double.NaN));
    assertEquals("[null]", steps.from(0).get("loss").toString());
  }

  @Test
  void aStepThatChangedNothingHasNoLossToShow() {
    Steps steps = new Steps(10);
    TrainingProgress skipped = Records.step(1, 900);
    skipped.setSkipped("a spike");
    steps.add(skipped);
    assertEquals("[1]", steps.from(0).get("step").toString());
    assertEquals("[null]", steps.from(0).get("loss").toString());
    assertEquals("[null]", steps.from(0).get("learningRate").toString());
  }

  @Test
  void aResumedRunTakesThePlaceOfWhatItRepeats() {
    Steps steps = steps(100, 1, 6);
    int before = steps.generation();
    steps.add(Records.step(4, 7));
    assertEquals("[1,2,3,4]", steps.from(0).get("step").toString());
    assertEquals("[10,5,3.3333333,7]", steps.from(0).get("loss").toString());
    assertTrue(steps.generation() > before, "who saw the old ones must be told");
  }

  @Test
  void atItsLimitItForgetsEverySecondAndTakesEverySecondFromThenOn() {
    Steps steps = steps(8, 1, 8);
    assertEquals(7, steps.size());
    steps.add(Records.step(8, 1));
    assertEquals("[2,4,6,8]", steps.from(0).get("step").toString());
    for (int step = 9; step <= 12; step++) steps.add(Records.step(step, 1));
    assertEquals("[2,4,6,8,10,12]", steps.from(0).get("step").toString());
    for (int step = 13; step <= 100_000; step++) steps.add(Records.step(step, 1));
    assertTrue(steps.size() < 8 && steps.size() >= 3, "" + steps.size());
  }

  private static Steps steps(int rowsMax, int from, int to) {
    Steps steps = new Steps(rowsMax);
    for (int step = from; step < to; step++) steps.add(Records.step(step, 10.0 / step));
    return steps;
  }
}
