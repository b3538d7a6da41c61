package dev.millrace.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.Ran;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {

  @Test
  void plansForPeople() {
    Ran ran =
        Ran.of(
            "plan",
            "--params",
            "1.3B",
            "--fit",
            "20to1",
            "--gpu",
            "h100",
            "--mfu",
            "0.4",
            "--count",
            "8",
            "--price",
            "2");
    assertEquals(0, ran.exit(), ran.err());
    // 6 * 1.3e9 * 26e9 = 2.028e20; / (989.4e12 * 0.4) = 512,431 s = 142.34 h.
    for (String line :
        List.of(
            "fit         20to1",
            "compute     2.03e+20 FLOPs",
            "parameters  1.30 B",
            "tokens      26.0 B, 20.0 a parameter",
            "time        0.7 days on 8 x h100 at 40 % MFU, 142 GPU-hours",
            "cost        285",
            "model:",
            "  family: gpt2")) {
      assertTrue(ran.out().lines().toList().contains(line), ran.out());
    }
  }

  @Test
  void plansForPrograms() throws Exception {
    Ran ran = Ran.of("plan", "--flops", "1e24", "--gpu", "h200", "--json");
    assertEquals(0, ran.exit(), ran.err());
    JsonNode plan = new ObjectMapper().readTree(ran.out());
    assertEquals("epoch", plan.get("fit").textValue());
    assertEquals(96.0e9, plan.get("parameters").doubleValue(), 0.2e9);
    assertEquals(
        1, plan.at("/model/parameters").doubleValue() / plan.get("parameters").doubleValue(), 0.01);
    assertEquals(
        Math.exp(plan.get("loss").doubleValue()), plan.get("perplexity").doubleValue(), 1e-12);
    assertEquals(1e24 / (989.4e12 * 0.4) / 3600, plan.get("gpuHours").doubleValue(), 1);
    assertTrue(plan.get("cost") == null);
  }

  @Test
  void readsNumbersAsPeopleWriteThem() {
    assertEquals(1.4e12, Quantity.of("1.4T"));
    assertEquals(1.4e12, Quantity.of("1400 B"));
    assertEquals(1e24, Quantity.of("1e24"));
    assertEquals(1e24, Quantity.of("1E+24"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plan | plan wants one of --flops, --params and --tokens",
        "plan --flops 1e20 --tokens 1B | plan wants one of --flops, --params and --tokens",
        "plan --flops much | not a positive number, as 1e24, 70B or 1.4T: 'much'",
        "plan --tokens 0 | not a positive number, as 1e24, 70B or 1.4T: '0'",
        "plan --flops 1e20 --fit kaplan | --fit is one of epoch, hoffmann, 20to1, not kaplan",
        "plan --flops 1e20 --gpu v100 | --gpu is one of a100, h100, h100-pcie, h200, b200, l4,"
            + " l40s, rtx-4090, not v100",
        "plan --flops 1e20 --mfu 1.1 | --mfu must be more than 0 and at most 1: 1.1",
        "plan --flops 1e20 --count 0 | --count must be at least 1: 0"
      })
  void refusesInOneLine(String command, String line) {
    Ran ran = Ran.of(command.split(" "));
    assertEquals(2, ran.exit());
    assertEquals(List.of("millrace: " + line), ran.errors());
  }
}
