package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.evaluator.PortableModel;
import dev.millrace.model.Architectures;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Parameter;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the file is tested where ONNX Runtime is, and by infra/bench/peers/interop. */
class CheckpointExportTest {
  private static final int KIBIBYTES = 64;
  private static final Gpt2Spec SPEC = new Gpt2Spec(300, 16, 32, 2, 2, 0, 0);
  private static final Shapes SHAPES = Shapes.of(Architectures.of(SPEC));
  private static final BartSpec.Side SIDE = new BartSpec.Side(1, 2, 64);
  private static final BartSpec BART = new BartSpec(300, 16, 32, SIDE, SIDE, 0, 0, 1, 2, 2);

  @TempDir Path directory;
  private Path model = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void writeModel() throws IOException {
    model = directory.resolve("model");
    out = directory.resolve("exported");
    write(SPEC, model);
  }

  static void write(ModelSpec spec, Path model) throws IOException {
    CheckpointDirectory files = new CheckpointDirectory(Files.createDirectory(model));
    Shapes shapes = Shapes.of(Architectures.of(spec));
    WeightSource weights = Initialiser.weights(shapes, 1);
    List<Tensor> tensors = new ArrayList<>();
    for (Parameter p : shapes.parameters()) {
      tensors.add(new Tensor(p.name(), ElementType.F32, p.shape(), weights.chunks(p.name())));
    }
    Files.writeString(files.file(CheckpointDirectory.CONFIG), spec.toConfigJson());
    Files.writeString(files.file(CheckpointDirectory.TOKENIZER), "{}");
    SafetensorsWriter.write(
        files.file(CheckpointDirectory.MODEL), tensors, SafetensorsWriter.PYTORCH);
  }

  private Ran export(Path from) {
    return Ran.of("checkpoint", "export", from.toString(), "--out", out.toString());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesTheModelBesideWhatSaysHowToReadIt() throws IOException {
    Ran ran = export(model);
    assertEquals(0, ran.exit(), ran.err());
    assertEquals(List.of("config.json", "model.onnx", "tokenizer.json"), names(out));
    assertEquals(List.of("exported", "model"), names(directory)); // Nothing beside it.
    assertEquals(-1, Files.mismatch(model.resolve("config.json"), out.resolve("config.json")));
  }

  @Test
  void aBartMayBeTwoModels() throws IOException {
    Path bart = directory.resolve("bart");
    write(BART, bart);
    Ran ran = Ran.of("checkpoint", "export", bart.toString(), "--out", out.toString(), "--split");
    assertEquals(0, ran.exit(), ran.err());
    assertEquals(
        List.of("config.json", "decoder_model.onnx", "encoder_model.onnx", "tokenizer.json"),
        names(out));
    assertEquals(
        List.of(
            out.resolve("encoder_model.onnx") + ": this bart as ONNX",
            out.resolve("decoder_model.onnx") + ": this bart as ONNX"),
        ran.out().lines().toList());
  }

  @Test
  void whatHasOnePartIsNotSplit() {
    Ran ran = Ran.of("checkpoint", "export", model.toString(), "--out", out.toString(), "--split");
    assertEquals(1, ran.exit());
    assertEquals(
        List.of("millrace: a model of model_type \"gpt2\" has no encoder and decoder to split"),
        ran.errors());
    assertFalse(Files.exists(out));
  }

  @Test
  void whoLooksOnSeesEveryByteOfTheWeights() throws IOException {
    List<Long> seen = seen(model, PortableModel.Layout.WHOLE);
    assertEquals(0, seen.get(0));
    assertEquals(SHAPES.bytes(), seen.get(seen.size() - 1));
  }

  @Test
  void ofTwoModelsToo() throws IOException {
    Path bart = directory.resolve("bart");
    write(BART, bart);
    List<Long> seen = seen(bart, PortableModel.Layout.SPLIT);
    long both = Files.size(out.resolve("encoder_model.onnx"));
    both += Files.size(out.resolve("decoder_model.onnx"));
    double graphs = both - seen.get(seen.size() - 1);
    assertTrue(graphs > 0 && graphs < 0.2 * both, graphs + " of " + both);
  }

  /** What was told of the work; it ends with the whole. */
  private List<Long> seen(Path source, PortableModel.Layout layout) throws IOException {
    List<Long> seen = new ArrayList<>();
    long[] all = new long[1];
    PortableModel.write(
        new CheckpointDirectory(source),
        out,
        layout,
        (done, total) -> {
          seen.add(done);
          all[0] = total;
        });
    assertEquals(all[0], seen.get(seen.size() - 1));
    return seen;
  }

  @Test
  void aDirectoryThatIsNoModelIsOneLine() throws IOException {
    Files.delete(model.resolve("model.safetensors"));
    Ran without = export(model);
    assertEquals(1, without.exit());
    assertEquals(1, without.errors().size(), without.err());
    assertTrue(without.errors().get(0).contains("model.safetensors"), without.err());
    assertFalse(Files.exists(out));
    Ran nowhere = export(directory.resolve("nowhere"));
    assertEquals(1, nowhere.exit());
    assertEquals(
        List.of("millrace: " + directory.resolve("nowhere") + " is no directory"),
        nowhere.errors());
  }

  @Test
  void whatIsThereAlreadyStays() throws IOException {
    Files.createDirectory(out);
    Ran ran = export(model);
    assertEquals(1, ran.exit());
    assertEquals(List.of("millrace: " + out + " exists already"), ran.errors());
    assertEquals(List.of(), names(out));
  }

  @Test
  void aFullDiskIsOneLine() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Optional<String> unavailable = TinyDisk.unavailable(disk);
    assumeTrue(unavailable.isEmpty(), () -> "no tiny disk here: " + unavailable.orElse(""));
    String target = disk.resolve("exported").toString();
    ChildJvm.Command command =
        ChildJvm.of(Millrace.class)
            .arguments("checkpoint", "export", model.toString(), "--out", target)
            .launcher(TinyDisk.launcher(disk, KIBIBYTES));
    try (ChildJvm child = command.start(directory.resolve("output"))) {
      assertEquals(1, child.awaitExit(Duration.ofMinutes(1)), child.output());
      assertEquals(
          List.of("millrace: cannot export to " + target + ": No space left on device"),
          child.output().lines().filter(line -> line.startsWith("millrace: ")).toList());
    }
  }
}
