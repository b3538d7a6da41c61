package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.cli.RunSettings;
import dev.millrace.evaluator.onnx.OnnxException;
import dev.millrace.evaluator.onnx.OnnxSession;
import dev.millrace.evaluator.onnx.Provider;
import dev.millrace.ingest.source.Item;
import dev.millrace.ingest.source.Items;
import dev.millrace.ingest.source.Meter;
import dev.millrace.ingest.source.Place;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.ingest.source.Sources;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Shapes;
import dev.millrace.runtime.artifacts.FolderStore;
import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.Safetensors;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import dev.millrace.testkit.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is in a file: it is read, or refused as is declared, within the memory that tests have.
 * {@code -Dmillrace.fuzz.seconds=100} goes on for so long in each test.
 */
class HostileFilesTest {
  private static final Path GOLDEN =
      Path.of("../../schemas/src/test/resources/dev/millrace/schemas/golden");

  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

  /** What a file of 20 kB may take at once, the heap of the tests, which may grow, included. */
  private static final long ONNX_MEGABYTES_MAX = 128;

  private static final String MARK = "millrace-hostile"; // The same each time, as rounds are.

  @TempDir Path directory;

  /** For the page of results. */
  private static void report(String reader, Fuzz.Count count) {
    System.out.printf("fuzz: %s: %,d of %,d refused%n", reader, count.refused(), count.rounds());
    assertTrue(count.refused() > 0 && count.refused() <= count.rounds());
  }

  @Test
  void safetensorsAreReadOrRefusedAsDamaged() throws Exception {
    Path file = directory.resolve("good.safetensors");
    Tensor a = Tensor.of("a", ElementType.F32, List.of(2L, 3L), ByteBuffer.allocate(24));
    Tensor b = Tensor.of("b", ElementType.I64, List.of(4L), ByteBuffer.allocate(32));
    SafetensorsWriter.write(file, List.of(a, b), SafetensorsWriter.PYTORCH);
    Path hostile = directory.resolve("hostile.safetensors");
    report(
        "safetensors",
        Fuzz.rounds(4_000)
            .run(
                List.of(Files.readAllBytes(file)),
                bytes -> {
                  Files.write(hostile, bytes);
                  try (Safetensors read = Safetensors.open(hostile)) {
                    long all = 0;
                    for (String name : read.names()) {
                      for (ByteBuffer chunk : read.chunks(name)) all += chunk.remaining();
                    }
                    assertTrue(all <= bytes.length, "more than there is");
                  }
                },
                DamagedCheckpointException.class::isInstance));
  }

  @Test
  void runFilesAreReadOrRefusedWithTheirProblems() {
    byte[] good =
        """
        name: tiny
        domains: [left, right]
        refinery: {stages: [normalisation, pii], domains: {left: {stages: [pii]}}}
        curriculum: {lead: 64, phases: [{mixture: {left: 2, right: 1}}]}
        model: {layers: 2, heads: 2, width: 32, contextLength: 64}
        training: {learningRate: 3e-3, maxSteps: 30, perDeviceTrainBatchSize: 8}
        evaluation: {heldOutTokens: 2_000, heldOutWait: 5s}
        """
            .getBytes(UTF_8);
    byte[] anchors =
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n? [k]\n: !!java.net.URL [u]".getBytes(UTF_8);
    report(
        "run files",
        Fuzz.rounds(3_000)
            .run(
                List.of(good, good, anchors),
                bytes -> RunFile.parse(new String(bytes, UTF_8), "hostile", RunSettings.class),
                InvalidRunFileException.class::isInstance));
  }

  /** Records of every published version, one that its own reader reads. */
  private static List<byte[]> published() throws IOException {
    List<byte[]> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(GOLDEN)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".hex")).sorted().toList()) {
        records.add(HexFormat.of().parseHex(Files.readString(file).strip()));
      }
    }
    Origin place = new Origin(1, 2);
    records.add(bytes(DedupSignature.serde(), new DedupSignature(place, 3, new long[] {4, 5, 6})));
    records.add(bytes(DedupSignature.serde(), DedupSignature.retraction(place, 3)));
    for (DedupVerdict.Answer answer :
        List.of(
            new DedupVerdict.Kept(),
            DedupVerdict.Duplicate.ofBands(4, place, 5),
            new DedupVerdict.Retracted(List.of(1L, 2L)))) {
      records.add(bytes(DedupVerdict.serde(), new DedupVerdict(place, answer)));
    }
    return records;
  }

  private static <T> byte[] bytes(Serde<T> serde, T value) {
    return serde.serializer().serialize("", value);
  }

  private static boolean isRead(Topic<?, ?> topic, byte[] bytes) {
    try {
      topic.values().deserializer().deserialize(topic.name(), bytes);
      return true;
    } catch (SerializationException e) {
      return false;
    }
  }

  /** Topics whose values are text or any bytes at all: their readers refuse nothing. */
  private static boolean isChecked(Topic<?, ?> topic) {
    return !isRead(topic, new byte[] {1});
  }

  @Test
  void recordsAreReadOrRefusedAsUndecodable() throws Exception {
    List<Topic<?, ?>> topics = new ArrayList<>(new Topics("t.").all());
    topics.addAll(new Topics("t.").run("r").all(List.of("d")));
    List<byte[]> published = published();
    List<Topic<?, ?>> checked = topics.stream().filter(HostileFilesTest::isChecked).toList();
    assertEquals(17, checked.size(), "topics of records: " + checked);
    Fuzz all = Fuzz.rounds(2_000);
    Fuzz each = new Fuzz(all.seed(), all.rounds(), all.seconds() / checked.size());
    for (Topic<?, ?> topic : checked) {
      List<byte[]> good = published.stream().filter(bytes -> isRead(topic, bytes)).toList();
      assertFalse(good.isEmpty(), topic.name());
      Fuzz.Count count =
          each.run(
              good,
              bytes -> topic.values().deserializer().deserialize(topic.name(), bytes),
              SerializationException.class::isInstance);
      report(topic.name(), count);
      assertTrue(count.refused() < count.rounds(), "nothing was read of " + topic.name());
    }
  }

  @Test
  void onnxFilesAreLoadedOrRefused() throws Exception {
    Architecture architecture = Architectures.of(new Gpt2Spec(20, 8, 16, 2, 1, 0, 0));
    Path file = directory.resolve("model.onnx");
    OnnxModel.write(
        architecture,
        name -> List.of(ByteBuffer.allocate((int) (Float.BYTES * elements(architecture, name)))),
        new OnnxModel.Options(OnnxModel.Attention.PRIMITIVES, false),
        file);
    byte[] good = Files.readAllBytes(file);
    OnnxSession.open(file, Provider.CPU, 1).close(); // The library is there from here on.
    long before = resetPeakMegabytes();
    report(
        "ONNX",
        Fuzz.rounds(200)
            .run(
                List.of(good),
                bytes -> {
                  Files.write(file, bytes);
                  OnnxSession.open(file, Provider.CPU, 1).close();
                },
                OnnxException.class::isInstance));
    long grown = megabytes("VmHWM:") - before;
    System.out.printf("fuzz: ONNX: at most %,d MB more in memory%n", grown);
    assertTrue(grown <= ONNX_MEGABYTES_MAX, grown + " MB more");
  }

  /**
   * From here on the kernel counts the peak anew.
   *
   * @return what is in memory now, that of native libraries included
   */
  private static long resetPeakMegabytes() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    return megabytes("VmRSS:");
  }

  private static long megabytes(String what) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(what))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
          .findFirst()
          .orElseThrow();
    }
  }

  private static long elements(Architecture architecture, String name) {
    return Shapes.of(architecture).parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow()
        .elements();
  }

  @Test
  void archivesAreReadToTheirDamageAndNothingIsWritten() throws Exception {
    List<String> names =
        List.of(MARK, "../" + MARK, "../../" + MARK, TEMPORARY + "/" + MARK, MARK + "/more.jsonl");
    byte[] zip = zip(names.toArray(String[]::new));
    List<byte[]> good = new ArrayList<>(List.of(zip));
    for (String name : names) good.add(tar(name));
    good.add(gzip(tar("../" + MARK)));
    List<Path> before = around();
    ReadOptions options = ReadOptions.of("web");
    Place place = Place.of("name", Optional.of("uri:x"), "x.zip", "x.zip");
    Fuzz.Reader reader =
        bytes -> {
          boolean damaged = false;
          try (Items items =
              Sources.open(
                      new ByteArrayInputStream(bytes),
                      place,
                      options,
                      Optional.empty(),
                      new Meter())
                  .items()) {
            for (Optional<Item> i = items.next(); i.isPresent(); i = items.next()) {
              damaged |= !(i.get() instanceof Item.Document);
            }
          }
          if (damaged) throw new IOException("told");
        };
    report("archives", Fuzz.rounds(3_000).run(good, reader, e -> "told".equals(e.getMessage())));
    assertEquals(before, around());
  }

  /** All that there is where the names of the archives point to. */
  private static List<Path> around() throws IOException {
    Path working = Path.of("").toAbsolutePath();
    List<Path> all = new ArrayList<>();
    for (Path folder : List.of(working, working.getParent(), working.getParent().getParent())) {
      all.addAll(list(folder));
    }
    for (Path path : list(TEMPORARY)) {
      if (path.getFileName().toString().contains(MARK)) all.add(path); // Others work there.
    }
    return all;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static byte[] zip(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write("{\"text\": \"A mill by the river.\"}\n".repeat(5).getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  /** POSIX.1-1988: a header of 512 bytes, the file, two empty blocks. */
  private static byte[] tar(String name) {
    ByteBuffer tar = ByteBuffer.allocate(4 * 512);
    byte[] text = "A mill by the river.\n".getBytes(UTF_8);
    tar.put(0, name.getBytes(UTF_8)).put(100, "0000644\0000000000\0000000000\000".getBytes(UTF_8));
    tar.put(124, "%011o\0%011o\0        0".formatted(text.length, 0).getBytes(UTF_8));
    tar.put(257, "ustar\00000".getBytes(UTF_8)).put(512, text);
    int sum = 0;
    for (int i = 0; i < 512; i++) sum += tar.get(i) & 0xff;
    return tar.put(148, "%06o\0 ".formatted(sum).getBytes(UTF_8)).array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void namesOfArtifactsNeverLeaveTheStore() {
    Path root = directory.resolve("store");
    FolderStore store = FolderStore.at(root);
    List<byte[]> good =
        List.of("run-step-100-attempt-2", "../../etc", "a/../../b", "..", "a\\..\\b", "/etc/passwd")
            .stream()
            .map(name -> name.getBytes(UTF_8))
            .toList();
    report(
        "names",
        Fuzz.rounds(20_000)
            .run(
                good,
                bytes -> {
                  Path found = store.directory(new String(bytes, UTF_8));
                  assertEquals(root, found.getParent());
                  assertEquals(found, found.normalize());
                },
                IllegalArgumentException.class::isInstance));
  }
}
