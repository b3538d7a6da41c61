package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.evaluator.onnx.OnnxSession;
import dev.millrace.evaluator.onnx.Provider;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Precision;
import dev.millrace.model.Reference;
import dev.millrace.model.Shapes;
import dev.millrace.model.StoredWeights;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.WeightFiles;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.Microbatch;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchDevice;
import dev.millrace.trainer.torch.TorchOptions;
import dev.millrace.trainer.torch.TrainedTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Law 4 on weights from elsewhere: directories that transformers saved, whose numbers the reference
 * is held to where they lie, and the graphs that are trained and exported to the reference here.
 */
class ImportedWeightsTest {
  private static final Path SAVED =
      Path.of("../..", "trainer/model/src/test/resources/dev/millrace/model");

  /** Law 4 allows 1e-4. */
  private static final double RELATIVE = 1e-5;

  private static final int ROWS = 2;
  private static final int LENGTH = 12;
  private static final int PADDING = 3; // At the end of the last row.

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt", "llama", "bert", "bart"})
  void whatIsTrainedAndWhatIsExportedSayWhatTheReferenceSays(String family) throws Exception {
    CheckpointDirectory imported = new CheckpointDirectory(SAVED.resolve(family + "-golden"));
    ModelSpec spec = imported.spec();
    Architecture architecture = Architectures.of(spec);
    Shapes shapes = Shapes.of(architecture);
    Map<Input, long[]> batch = batch(shapes, spec.vocabularySize());
    try (WeightFiles files = WeightFiles.open(imported)) {
      StoredWeights weights = StoredWeights.of(files, shapes);
      List<double[]> expected = Reference.nllOfHeads(architecture, weights, batch, ROWS);
      assertNll(expected, trained(architecture, weights, batch));
      assertNll(expected, exported(architecture, shapes, weights, batch));
    }
  }

  private static List<float[]> trained(
      Architecture architecture, WeightSource weights, Map<Input, long[]> batch) throws Exception {
    TorchOptions options = new TorchOptions(Precision.FP32, 0, false, TorchDevice.CPU, 1);
    AdamW adamW = new AdamW(0.9, 0.95, 1e-8, 0.1);
    try (ScriptedModel model = ScriptedModel.load(architecture, options, adamW)) {
      model.write(TrainedTensor.WEIGHT, weights);
      return model.nllOfHeads(new Microbatch(batch, ROWS));
    }
  }

  private List<float[]> exported(
      Architecture architecture, Shapes shapes, WeightSource weights, Map<Input, long[]> batch)
      throws Exception {
    Path file = directory.resolve("model.onnx");
    OnnxModel.Options options = new OnnxModel.Options(OnnxModel.Attention.FUSED, false);
    OnnxModel.write(architecture, weights, options, file);
    try (OnnxSession session = OnnxSession.open(file, Provider.CPU, 1)) {
      List<float[]> nll = new ArrayList<>();
      nll.add(session.nll(batch, ROWS));
      for (Shapes.Head head : shapes.heads().subList(1, shapes.heads().size())) {
        nll.add(session.nll(head.name(), batch, ROWS));
      }
      return nll;
    }
  }

  private static void assertNll(List<double[]> expected, List<float[]> found) {
    assertEquals(expected.size(), found.size());
    for (int head = 0; head < found.size(); head++) {
      double[] nll = expected.get(head);
      assertEquals(nll.length, found.get(head).length);
      for (int i = 0; i < nll.length; i++) {
        double most = RELATIVE * Math.max(1, nll[i]);
        assertEquals(nll[i], found.get(head)[i], most, "head " + head + ", at " + i);
      }
    }
  }

  private static Map<Input, long[]> batch(Shapes shapes, int vocabulary) {
    Random random = new Random(5);
    Map<Input, long[]> batch = new EnumMap<>(Input.class);
    for (Input input : shapes.inputs().stream().sorted().toList()) {
      batch.put(
          input,
          switch (input) {
            case INPUT_IDS, LABELS, DECODER_INPUT_IDS, DECODER_LABELS ->
                random.longs(ROWS * LENGTH, 0, vocabulary).toArray();
            case ATTENTION_MASK -> places(place -> place < ROWS * LENGTH - PADDING ? 1 : 0);
            case TOKEN_TYPE_IDS -> places(place -> place % LENGTH < 5 ? 0 : 1);
            case SEGMENT_IDS -> new long[ROWS * LENGTH];
            case NEXT_SENTENCE_LABEL -> new long[] {0, 1};
          });
    }
    return batch;
  }

  private static long[] places(IntUnaryOperator value) {
    return IntStream.range(0, ROWS * LENGTH).map(value).asLongStream().toArray();
  }
}
