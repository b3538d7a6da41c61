package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.evaluator.EvaluationConfig.Device;
import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationConfigTest {
  private static EvaluationConfig read(String yaml) {
    return RunFile.parse(yaml, "test", EvaluationConfig.class).value();
  }

  @Test
  void anEmptySectionIsADefault() {
    EvaluationConfig config = read("");
    assertEquals(20_000, config.heldOutTokens());
    assertEquals(Duration.ofSeconds(30), config.heldOutWait());
    assertEquals(Optional.empty(), config.stride());
    assertEquals(16, config.maskedEvery());
    assertEquals(1e-4, config.parityMax());
    assertEquals(Device.AUTO, config.provider());
    assertEquals(Map.of(), config.files());
    assertEquals(List.of("The"), config.prompts());
  }

  @Test
  void readsWhatIsSaid() {
    EvaluationConfig config =
        read("stride: 128\nprovider: cuda\nfiles: {wiki: wiki.txt}\nprompts: []\nnewestOnly: true");
    assertEquals(Optional.of(128), config.stride());
    assertEquals(Device.CUDA, config.provider());
    assertEquals(Map.of("wiki", Path.of("wiki.txt")), config.files());
    assertEquals(List.of(), config.prompts());
    assertTrue(config.newestOnly());
  }

  @Test
  void filesAreFoundFromTheRunFile() {
    EvaluationConfig config = read("files: {a: a.txt, b: /data/b.txt}\nstride: 7");
    EvaluationConfig found = config.relativeTo(Path.of("/runs"));
    assertEquals(Map.of("a", Path.of("/runs/a.txt"), "b", Path.of("/data/b.txt")), found.files());
    assertEquals(config, found.relativeTo(Path.of("x")).withFiles(config.files()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "heldOutTokens: 0",
        "heldOutWait: PT-1S",
        "files: {\" \": a.txt}",
        "stride: 0",
        "maskedEvery: 0",
        "batchTokens: 0",
        "sampleTokens: -1",
        "temperature: -0.1",
        "topK: -1",
        "parityMax: 0",
        "threads: -1"
      })
  void refusesWhatMakesNoSenseAndNamesTheKey(String line) {
    String key = line.substring(0, line.indexOf(':'));
    InvalidRunFileException refusal = assertThrows(InvalidRunFileException.class, () -> read(line));
    assertTrue(refusal.getMessage().contains(key + ": " + key), refusal.getMessage());
  }
}
