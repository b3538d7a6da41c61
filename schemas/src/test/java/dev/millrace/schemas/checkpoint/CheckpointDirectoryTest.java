package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointDirectoryTest {
  private static final TrainerState STATE =
      new TrainerState(
          "demo",
          2,
          40,
          20_480,
          39,
          OptionalDouble.of(0.1 + 0.2),
          160,
          163,
          1,
          -7,
          "4x2",
          "bf16",
          "00ff",
          "topic",
          new TrainingFaults(
              List.of(1.5, 0.1 + 0.2),
              List.of(2.5, 1.0 / 3),
              1,
              List.of(new TrainingFaults.Skip(39, 152, 156, true, "loss"))));

  @TempDir Path directory;

  private static void assertDamaged(String message, Executable action) {
    DamagedCheckpointException e = assertThrows(DamagedCheckpointException.class, action::run);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private interface Executable {
    void run() throws IOException;
  }

  @Test
  void readsTheStateThatItWrote() throws IOException {
    STATE.write(directory.resolve(CheckpointDirectory.STATE));
    assertEquals(STATE, new CheckpointDirectory(directory).state());
  }

  /** As a trainer that knew of no faults has left it. */
  @Test
  void readsAStateWithoutFaults() throws IOException {
    Path file = directory.resolve(CheckpointDirectory.STATE);
    STATE.write(file);
    String json = Files.readString(file);
    Files.writeString(file, json.substring(0, json.indexOf(",\n  \"faults\"")) + "}");
    assertEquals(TrainingFaults.NONE, TrainerState.read(file).faults());
    assertEquals(STATE.curriculum(), TrainerState.read(file).curriculum());
  }

  @Test
  void remembersTheLastTrainedStepsAndEverySkip() {
    TrainingFaults faults = TrainingFaults.NONE.trained(3, 1, 2).trained(4, 2, 2).trained(5, 3, 2);
    assertEquals(List.of(4.0, 5.0), faults.losses());
    assertEquals(List.of(2.0, 3.0), faults.gradientNorms());
    TrainerState spiked = STATE.spiked(168, 170, true, "why");
    assertEquals(2, spiked.faults().spikes());
    assertEquals(STATE.nonFiniteSteps(), spiked.nonFiniteSteps());
    assertEquals(
        new TrainingFaults.Skip(41, 160, 168, true, "why"), spiked.faults().skips().get(1));
    assertEquals(0, spiked.faults().trained(1, 1, 9).spikes());
    assertEquals(List.of(), spiked.faults().levelled().losses());
    assertEquals(spiked.faults().skips(), spiked.faults().levelled().skips());
  }

  @Test
  void aStateBeforeTheFirstStepHasNoLoss() throws IOException {
    TrainerState start = TrainerState.start("demo", 1, 1, "4x2", "fp32", "", "topic");
    start.write(directory.resolve(CheckpointDirectory.STATE));
    assertEquals(start, new CheckpointDirectory(directory).state());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{}", "{\"run\":\"demo\",\"attempt\":1.5}"})
  void refusesWhatIsNoState(String json) throws IOException {
    Path file = Files.writeString(directory.resolve(CheckpointDirectory.STATE), json);
    assertDamaged("state.json: ", () -> TrainerState.read(file));
  }

  @Test
  void namesTheFieldThatIsWrong() throws IOException {
    Path file = directory.resolve(CheckpointDirectory.STATE);
    STATE.write(file);
    Files.writeString(file, Files.readString(file).replace("\"step\" : 40", "\"step\" : \"40\""));
    assertDamaged("state.json: step should be a whole number", () -> TrainerState.read(file));
  }

  @Test
  void readsTheProbeThatItWroteToTheLastBit() throws IOException {
    Probe probe =
        new Probe(
            List.of(List.of(1, 2, 3), List.of(4, 5, 6)),
            List.of(List.of(2, 3, Probe.IGNORED), List.of(5, 6, 7)),
            List.of(List.of(1.1f, Float.MIN_VALUE, 0f), List.of(0.33333334f, 9.81e-9f, 12f)));
    probe.write(directory.resolve(CheckpointDirectory.PROBE));
    assertEquals(probe, new CheckpointDirectory(directory).probe());
  }

  @Test
  void aProbeOfAnEncoderAndADecoderHasTwoLengthsAndWhatElseGoesIn() throws IOException {
    Probe probe =
        new Probe(
            "denoising",
            List.of(List.of(1, 2, 3), List.of(4, 5, 6)),
            List.of(List.of(2, Probe.IGNORED), List.of(5, 6)),
            List.of(List.of(1.1f, 0f), List.of(9.81e-9f, 12f)),
            Map.of(
                "attention_mask",
                List.of(List.of(1, 1, 1), List.of(1, 1, 0)),
                "decoder_input_ids",
                List.of(List.of(7, 8), List.of(9, 7))),
            Map.of());
    probe.write(directory.resolve(CheckpointDirectory.PROBE));
    assertEquals(probe, new CheckpointDirectory(directory).probe());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Probe(probe.inputs(), probe.labels(), probe.nll()));
    Map<String, List<List<Integer>>> oneRow = Map.of("attention_mask", List.of(List.of(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Probe("masked", probe.inputs(), probe.labels(), probe.nll(), oneRow, Map.of()));
  }

  @Test
  void aProbeMayHaveNumbersOfFurtherHeads() throws IOException {
    List<List<Integer>> tokens = List.of(List.of(1, 2), List.of(3, 4));
    List<List<Float>> nll = List.of(List.of(1.1f, 0f), List.of(9.81e-9f, 12f));
    Map<String, List<List<Integer>>> further =
        Map.of("next_sentence_label", List.of(List.of(0), List.of(1)));
    Map<String, List<List<Float>>> heads = Map.of("nsp", List.of(List.of(0.7f), List.of(0.6f)));
    Path file = directory.resolve(CheckpointDirectory.PROBE);
    Probe probe = new Probe("masked", tokens, tokens, nll, further, heads);
    probe.write(file);
    assertEquals(probe, Probe.read(file));
    Map<String, List<List<Float>>> oneRow = Map.of("nsp", List.of(List.of(0.7f)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Probe("masked", tokens, tokens, nll, further, oneRow));
    Files.delete(file);
    Probe without = new Probe("masked", tokens, tokens, nll, further, Map.of());
    without.write(file);
    assertFalse(Files.readString(file).contains("headNll"), "as it was before heads were written");
    assertEquals(without, Probe.read(file));
  }

  @Test
  void aProbesRowsHaveOneLength() {
    List<List<Integer>> ragged = List.of(List.of(1), List.of(1, 2));
    List<List<Float>> nll = List.of(List.of(1f), List.of(1f, 2f));
    assertThrows(IllegalArgumentException.class, () -> new Probe(ragged, ragged, nll));
  }

  @Test
  void aManifestNamesEveryFileWithItsHash() throws IOException {
    Files.writeString(directory.resolve("config.json"), "abc");
    Manifest manifest = Manifest.of(directory);
    manifest.write(directory);
    assertEquals(manifest, Manifest.read(directory));
    // FIPS 180-2, appendix B.1.
    String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertEquals(Map.of("config.json", abc), manifest.hashes());
    new CheckpointDirectory(directory).verify(Map.of("config.json", abc));
  }

  @Test
  void verifyFindsAFlippedByteAMissingFileAndAnotherLength() throws IOException {
    Path file = Files.writeString(directory.resolve("config.json"), "abc");
    Manifest manifest = Manifest.of(directory);
    Files.writeString(file, "abd");
    assertDamaged("config.json: SHA-256 ", () -> manifest.verify(directory));
    Files.writeString(file, "abcd");
    assertDamaged(
        "config.json: 4 bytes where the manifest says 3", () -> manifest.verify(directory));
    Files.delete(file);
    assertDamaged("config.json: no such file", () -> manifest.verify(directory));
  }

  @Test
  void verifyNamesTheTensorThatIsAnother() throws IOException {
    Path file = directory.resolve(CheckpointDirectory.MODEL);
    writeTwoTensors(file);
    Manifest.of(directory).write(directory);
    Manifest manifest = Manifest.read(directory);
    manifest.verify(directory);
    byte[] good = Files.readAllBytes(file);
    byte[] bytes = good.clone();
    bytes[bytes.length - 5] ^= 1;
    Files.write(file, bytes);
    assertDamaged(
        "model.safetensors: tensor first is not as it was written: SHA-256 ",
        () -> manifest.verify(directory));
    Files.write(file, Arrays.copyOf(good, good.length - 2));
    assertDamaged("tensor second ends at byte 8", () -> manifest.verify(directory));
  }

  /** Whoever has a file in memory keeps its place on the disk when it is deleted. */
  @Test
  void aManifestLeavesNoFileInMemory() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    assumeTrue(Files.isReadable(maps), "only Linux says what is mapped");
    Path file = directory.resolve(CheckpointDirectory.MODEL);
    writeTwoTensors(file);
    Manifest.of(directory).write(directory);
    Manifest.read(directory).verify(directory);
    assertFalse(Files.readString(maps).contains(file.toString()));
  }

  /** More than is read at once. */
  @Test
  void aChecksumIsOfAllOfATensor() throws IOException {
    Path file = directory.resolve(CheckpointDirectory.MODEL);
    byte[] bytes = new byte[3 << 20];
    new Random(7).nextBytes(bytes);
    ByteBuffer large = ByteBuffer.wrap(bytes);
    List<Long> shape = List.of((long) bytes.length / Float.BYTES);
    SafetensorsWriter.write(
        file, List.of(Tensor.of("large", ElementType.F32, shape, large)), Map.of());
    CRC32C expected = new CRC32C();
    expected.update(bytes);
    Manifest.Entry entry = Manifest.of(directory).files().get(CheckpointDirectory.MODEL);
    assertEquals(Map.of("large", "%08x".formatted(expected.getValue())), entry.crc32c());
  }

  @Test
  void aManifestOfBeforeNamesTheFile() throws IOException {
    Path file = directory.resolve(CheckpointDirectory.MODEL);
    writeTwoTensors(file);
    Manifest.Entry now = Manifest.of(directory).files().get(CheckpointDirectory.MODEL);
    Manifest.Entry before = new Manifest.Entry(now.bytes(), now.sha256(), new TreeMap<>());
    new Manifest(new TreeMap<>(Map.of(CheckpointDirectory.MODEL, before))).write(directory);
    assertFalse(Files.readString(directory.resolve(Manifest.FILE_NAME)).contains("crc32c"));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 5] ^= 1;
    Files.write(file, bytes);
    Manifest manifest = Manifest.read(directory);
    assertDamaged("model.safetensors: SHA-256 ", () -> manifest.verify(directory));
  }

  private static void writeTwoTensors(Path file) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(4).putInt(0, 7);
    SafetensorsWriter.write(
        file,
        List.of(
            Tensor.of("first", ElementType.F32, List.of(1L), one),
            Tensor.of("second", ElementType.F32, List.of(1L), one)),
        Map.of());
  }

  @Test
  void verifyTellsOfEveryByteThatItReads() throws IOException {
    Files.writeString(directory.resolve("config.json"), "abc");
    Files.write(directory.resolve("model.safetensors"), new byte[(1 << 20) + 7]);
    Manifest manifest = Manifest.of(directory);
    assertEquals((1 << 20) + 10, manifest.bytes());
    List<Long> told = new ArrayList<>();
    manifest.verify(directory, told::add);
    assertEquals(manifest.bytes(), told.stream().mapToLong(bytes -> bytes).sum());
    assertEquals(3, told.size()); // A large one comes in pieces.
  }

  @Test
  void verifyComparesWithWhatWasAnnounced() throws IOException {
    Files.writeString(directory.resolve("config.json"), "abc");
    CheckpointDirectory checkpoint = new CheckpointDirectory(directory);
    assertDamaged("was announced", () -> checkpoint.verify(Map.of("config.json", "0".repeat(64))));
    assertDamaged("no such file", () -> checkpoint.verify(Map.of("absent", "0".repeat(64))));
  }

  @Test
  void verifyReadsNoFileElsewhere() throws IOException {
    Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "abc");
    Path inside = Files.createDirectory(directory.resolve("inside"));
    assertDamaged(
        "no such file",
        () -> new CheckpointDirectory(inside).verify(Map.of("../elsewhere", Sha256.of(elsewhere))));
  }

  @Test
  void aSkippedStepMovesThePositionAndNothingElse() {
    TrainerState skipped = STATE.skipped(164, 168, "loss is NaN");
    assertEquals(
        new TrainerState(
            "demo",
            2,
            41,
            20_480,
            39,
            STATE.loss(),
            164,
            168,
            2,
            -7,
            "4x2",
            "bf16",
            "00ff",
            "topic",
            STATE.faults().skipped(new TrainingFaults.Skip(41, 160, 164, false, "loss is NaN"))),
        skipped);
    assertEquals(
        new TrainerState(
            "demo",
            2,
            42,
            20_992,
            40,
            OptionalDouble.of(3.5),
            168,
            173,
            0,
            -7,
            "4x2",
            "bf16",
            "00ff",
            "topic",
            TrainingFaults.NONE),
        skipped.trained(512, 3.5, 168, 173, TrainingFaults.NONE));
  }

  @Test
  void aDirectoryWithoutManifestIsDamaged() {
    assertDamaged("manifest.json: no such file", () -> Manifest.read(directory));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../escape", "/etc/passwd", "a/b", "manifest.json", ""})
  void aManifestCannotNameFilesElsewhere(String name) throws IOException {
    Files.writeString(
        directory.resolve(Manifest.FILE_NAME),
        "{\"version\":1,\"files\":{\"%s\":{\"bytes\":1,\"sha256\":\"%s\"}}}"
            .formatted(name, "0".repeat(64)));
    assertDamaged("no name of a checkpoint's file", () -> Manifest.read(directory));
  }

  @Test
  void refusesAManifestOfALaterFormat() throws IOException {
    Files.writeString(directory.resolve(Manifest.FILE_NAME), "{\"version\":2,\"files\":{}}");
    assertDamaged("format version 2 is not known", () -> Manifest.read(directory));
  }

  @Test
  void findsTheDirectoryOfAnAnnouncement() {
    assertEquals(
        new CheckpointDirectory(Path.of("/tmp/a b")), CheckpointDirectory.at("file:///tmp/a%20b/"));
    assertThrows(IllegalArgumentException.class, () -> CheckpointDirectory.at("s3://bucket/a"));
  }
}
