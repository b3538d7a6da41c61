package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.RetractedDocument;
import dev.millrace.schemas.Retraction;
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
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is in a file: it is read, or refused as is declared, within the memory that tests have.
 * {@code -Dmillrace.fuzz.seconds=100} goes on for so long in each test.
 */
class HostileFilesTest {
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

  @Test
  void recordsAreReadOrRefusedAsUndecodable() {
    List<Topic<?, ?>> topics = new ArrayList<>(new Topics("t.").all());
    topics.addAll(new Topics("t.").run("r").all(List.of("d")));
    Topic<String, Retraction> example = new Topics("t.").retracted();
    RetractedDocument released =
        new RetractedDocument(new LogPosition(1, 2L), "text", new Hash128(new byte[16]), true);
    byte[] good =
        example
            .values()
            .serializer()
            .serialize(example.name(), new Retraction("a", 1, 2L, List.of(released, released)));
    report(
        "records",
        Fuzz.rounds(20_000)
            .run(
                List.of(good),
                bytes -> {
                  for (Topic<?, ?> topic : topics) {
                    try {
                      topic.values().deserializer().deserialize(topic.name(), bytes);
                    } catch (SerializationException e) {
                      if (topic.name().equals(example.name())) throw e;
                    }
                  }
                },
                SerializationException.class::isInstance));
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
    byte[] zip = zip("../../etc/passwd", "/absolute", "plain.txt", "inner/more.jsonl");
    byte[] tar = tar("../up.txt");
    Path outside = Files.createDirectory(directory.resolve("outside"));
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
    report(
        "archives",
        Fuzz.rounds(3_000)
            .run(List.of(zip, tar, gzip(tar)), reader, e -> "told".equals(e.getMessage())));
    try (var files = Files.list(outside)) {
      assertEquals(0, files.count());
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
    ArtifactStore store = ArtifactStore.at(root);
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
