package dev.millrace.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.Ran;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.trainer.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

  /** Chinchilla's budget by Epoch's fit: a Llama of 72.4 billion parameters. */
  @Test
  void plansALlamaInTheWordsOfARunFile() throws Exception {
    String[] asked = {"plan", "--flops", "5.76e23", "--family", "llama"};
    Ran ran = Ran.of(asked);
    assertEquals(0, ran.exit(), ran.err());
    String section = ran.out().substring(ran.out().indexOf("\nmodel:\n"));
    Planned planned = RunFile.parse(section, "plan", Planned.class).value();
    ModelConfig model = planned.model();
    assertEquals(ModelConfig.Family.LLAMA, model.family());
    assertEquals(8192, model.contextLength());
    assertEquals(Optional.of(8), model.keyValueHeads());
    assertEquals(Optional.of(500_000.0), model.ropeTheta());
    assertEquals(Optional.of(false), model.tieWordEmbeddings());

    Ran json = Ran.of(Stream.concat(Stream.of(asked), Stream.of("--json")).toArray(String[]::new));
    JsonNode plan = new ObjectMapper().readTree(json.out());
    assertEquals("llama", plan.at("/model/family").textValue());
    assertEquals(model.width(), plan.at("/model/width").intValue());
    assertEquals(
        model.intermediateSize().orElseThrow(), plan.at("/model/intermediateSize").asInt());
    assertEquals(128_256, plan.at("/model/vocabularySize").intValue());
    assertEquals(72.4e9, plan.at("/model/parameters").doubleValue(), 0.724e9);
  }

  /** What of a run file a plan proposes. */
  record Planned(ModelConfig model) {}

  @Test
  void vocabularyAndContextMayBeOthers() throws Exception {
    for (String family : List.of("gpt2", "llama")) {
      Ran ran =
          Ran.of(
              ("plan --params 1.3B --json --vocabulary 8192 --context 256 --family " + family)
                  .split(" "));
      JsonNode model = new ObjectMapper().readTree(ran.out()).get("model");
      assertEquals(256, model.get("contextLength").intValue());
      assertEquals(8192, model.get("vocabularySize").intValue());
      assertEquals(1.3e9, model.get("parameters").doubleValue(), 0.026e9);
    }
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
        "plan --flops 1e20 --family bert | --family is one of gpt2, llama, not bert",
        "plan --flops 1e20 --mfu 1.1 | --mfu must be more than 0 and at most 1: 1.1",
        "plan --flops 1e20 --count 0 | --count must be at least 1: 0"
      })
  void refusesInOneLine(String command, String line) {
    Ran ran = Ran.of(command.split(" "));
    assertEquals(2, ran.exit());
    assertEquals(List.of("millrace: " + line), ran.errors());
  }
}
