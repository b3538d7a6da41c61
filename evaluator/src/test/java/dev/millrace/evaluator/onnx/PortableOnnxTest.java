package dev.millrace.evaluator.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.millrace.model.Architecture;
import dev.millrace.model.Bart;
import dev.millrace.model.Graph;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.Objective;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Reference;
import dev.millrace.model.WeightSource;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What others get: optimum's names, and the reference's numbers under them. */
class PortableOnnxTest {
  private static final double RELATIVE = 1e-5;
  private static final int LENGTH = 13;
  private static final int PADDING = 5;
  private static final int VOCABULARY = 97;
  private final long[] ids = new Random(3).longs(LENGTH, 3, VOCABULARY).toArray();
  private final long[] written = new Random(4).longs(LENGTH, 3, VOCABULARY).toArray();

  @TempDir Path directory;

  /** Names and numbers as optimum's exporter configurations list them. */
  @ParameterizedTest
  @EnumSource
  void hasOptimumsInputsAndOutputsAndLabelsThatMayBeLeftOut(TinyModel tiny) throws Exception {
    try (OrtSession session = open(tiny)) {
      Set<String> inputs =
          switch (tiny) {
            case BERT -> Set.of("input_ids", "attention_mask", "token_type_ids");
            case BART -> Set.of("input_ids", "attention_mask", "decoder_input_ids");
            default -> Set.of("input_ids", "attention_mask", "position_ids");
          };
      assertEquals(inputs, session.getInputNames());
      Set<String> outputs =
          tiny == TinyModel.BERT ? Set.of("logits", "nll", "nsp_logits") : Set.of("logits", "nll");
      assertEquals(outputs, session.getOutputNames());
    }
  }

  @ParameterizedTest
  @EnumSource
  void logitsEqualTheReferences(TinyModel tiny) throws Exception {
    Architecture family = tiny.architecture();
    double[] expected = Reference.logits(family, TinyModel.weights(family), batch(), 1);
    try (OrtSession session = open(tiny)) {
      float[] logits = run(session, "logits", rows(session, 0, 0));
      assertEquals(expected.length, logits.length);
      for (int i = 0; i < logits.length; i++) assertEquals(expected[i], logits[i], 1e-4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutLabelsNllIsThatOfTheTokenThatFollows(TinyModel tiny) throws Exception {
    Architecture family = tiny.architecture();
    try (OrtSession session = open(tiny)) {
      float[] nll = run(session, "nll", rows(session, 0, 0));
      if (family.objective() == Objective.MASKED) {
        assertArrayEquals(new float[LENGTH], nll); // Nothing follows, nothing is scored.
        return;
      }
      double[] expected = Reference.nll(family, TinyModel.weights(family), batch(), 1);
      for (int i = 0; i < LENGTH; i++) assertEquals(expected[i], nll[i], RELATIVE * expected[i]);
      assertEquals(0f, nll[LENGTH - 1]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void paddingOnTheRightChangesNothing(TinyModel tiny) throws Exception {
    try (OrtSession session = open(tiny)) {
      for (String output : List.of("logits", "nll")) {
        float[] bare = run(session, output, rows(session, 0, 0));
        float[] padded = run(session, output, rows(session, 0, PADDING));
        assertArrayEquals(bare, Arrays.copyOf(padded, bare.length), 1e-4f, output);
      }
    }
  }

  /** As batches that are to be continued are padded. */
  @ParameterizedTest
  @EnumSource(
      names = {"BERT", "BART"},
      mode = EnumSource.Mode.EXCLUDE)
  void paddingOnTheLeftOfACausalModelChangesNothing(TinyModel tiny) throws Exception {
    try (OrtSession session = open(tiny)) {
      for (String output : List.of("logits", "nll")) {
        float[] bare = run(session, output, rows(session, 0, 0));
        float[] padded = run(session, output, rows(session, PADDING, 0));
        int from = padded.length - bare.length;
        assertArrayEquals(bare, Arrays.copyOfRange(padded, from, padded.length), 1e-4f, output);
        if (output.equals("nll")) assertEquals(0f, padded[from - 1]); // A pad foretells nothing.
      }
    }
  }

  /** The mask alone, over a token that is there all the same, whichever it is. */
  @ParameterizedTest
  @EnumSource
  void whatIsMaskedIsNotSeen(TinyModel tiny) throws Exception {
    try (OrtSession session = open(tiny)) {
      Map<String, long[]> seen = rows(session, 0, 0);
      Map<String, long[]> masked = rows(session, 0, 0);
      masked.get("attention_mask")[1] = 0;
      float[] with = last(run(session, "logits", seen));
      float[] without = last(run(session, "logits", masked));
      double largest = 0;
      for (int i = 0; i < VOCABULARY; i++) {
        largest = Math.max(largest, Math.abs(with[i] - without[i]));
      }
      assertTrue(largest > 1e-3, "by " + largest);
      Map<String, long[]> other = rows(session, 0, 0);
      other.get("attention_mask")[1] = 0;
      other.get("input_ids")[1] = ids[1] == 3 ? 4 : 3;
      float[] left = run(session, "logits", masked);
      float[] replaced = run(session, "logits", other);
      for (int place = 0; place < LENGTH; place++) {
        if (place == 1 && tiny != TinyModel.BART) continue; // Its own; BART's are the decoder's.
        int from = place * VOCABULARY;
        assertArrayEquals(
            Arrays.copyOfRange(left, from, from + VOCABULARY),
            Arrays.copyOfRange(replaced, from, from + VOCABULARY),
            1e-5f,
            "at " + place);
      }
    }
  }

  /** What the encoder says goes into the decoder, with the mask of its padding. */
  @Test
  void aBartInTwoModelsSaysWhatItSaysInOne() throws Exception {
    Architecture family = TinyModel.BART.architecture();
    Path encoder = directory.resolve("encoder_model.onnx");
    Path decoder = directory.resolve("decoder_model.onnx");
    OnnxModel.writePortableParts((Bart) family, TinyModel.weights(family), encoder, decoder);
    try (OrtSession whole = open(TinyModel.BART);
        OrtSession reading = open(encoder);
        OrtSession writing = open(decoder)) {
      assertEquals(Set.of("input_ids", "attention_mask"), reading.getInputNames());
      assertEquals(Set.of("last_hidden_state"), reading.getOutputNames());
      assertEquals(
          Set.of("input_ids", "encoder_hidden_states", "encoder_attention_mask"),
          writing.getInputNames());
      assertEquals(Set.of("logits", "nll"), writing.getOutputNames());
      Map<String, long[]> rows = rows(whole, 0, PADDING);
      Map<String, OnnxTensor> read = tensors(rows);
      try (OnnxTensor ids = read.remove("decoder_input_ids");
          OrtSession.Result memory = reading.run(read)) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        inputs.put("input_ids", ids);
        inputs.put("encoder_hidden_states", (OnnxTensor) memory.get(0));
        inputs.put("encoder_attention_mask", read.get("attention_mask"));
        for (String output : List.of("logits", "nll")) {
          try (OrtSession.Result said = writing.run(inputs, Set.of(output))) {
            assertArrayEquals(run(whole, output, rows), floats(said), 1e-5f, output);
          }
        }
      } finally {
        read.values().forEach(OnnxTensor::close);
      }
    }
  }

  @Test
  void weightsInTheModelOrBesideItAreTheSame() throws Exception {
    Path one = directory.resolve("one.onnx");
    Path two = directory.resolve("two.onnx");
    Architecture family = TinyModel.LLAMA.architecture();
    OnnxModel.writePortable(family, TinyModel.weights(family), one);
    OnnxModel.writePortable(family, TinyModel.weights(family), two, 0);
    assertTrue(Files.notExists(directory.resolve("one.onnx_data")));
    assertTrue(Files.exists(directory.resolve("two.onnx_data")));
    try (OrtSession a = open(one);
        OrtSession b = open(two)) {
      assertArrayEquals(run(a, "logits", rows(a, 0, 0)), run(b, "logits", rows(b, 0, 0)));
    }
  }

  private OrtSession open(TinyModel tiny) throws Exception {
    Architecture family = tiny.architecture();
    WeightSource weights = TinyModel.weights(family);
    Path file = directory.resolve("model.onnx");
    OnnxModel.writePortable(family, weights, file);
    return open(file);
  }

  private static OrtSession open(Path file) throws Exception {
    return OrtEnvironment.getEnvironment().createSession(file.toString());
  }

  /** What the reference wants, labels included. */
  private Map<Input, long[]> batch() {
    Map<Input, long[]> batch = new HashMap<>();
    batch.put(Input.INPUT_IDS, ids);
    batch.put(Input.ATTENTION_MASK, LongStream.generate(() -> 1).limit(LENGTH).toArray());
    batch.put(Input.TOKEN_TYPE_IDS, new long[LENGTH]);
    batch.put(Input.DECODER_INPUT_IDS, written);
    batch.put(Input.LABELS, next(ids));
    batch.put(Input.DECODER_LABELS, next(written));
    batch.put(Input.NEXT_SENTENCE_LABEL, new long[] {Graph.IGNORED});
    return batch;
  }

  private static long[] next(long[] row) {
    long[] next = Arrays.copyOfRange(row, 1, LENGTH + 1);
    next[LENGTH - 1] = Graph.IGNORED;
    return next;
  }

  /** One row by the model's names, with so many places of padding before and after it. */
  private Map<String, long[]> rows(OrtSession session, int before, int after) throws Exception {
    Map<String, long[]> rows = new LinkedHashMap<>();
    for (String input : session.getInputNames()) {
      rows.put(
          input,
          switch (input) {
            case "input_ids" -> padded(ids, before, after);
            case "attention_mask" ->
                padded(LongStream.generate(() -> 1).limit(LENGTH).toArray(), before, after);
            case "position_ids" -> padded(LongStream.range(0, LENGTH).toArray(), before, after);
            case "token_type_ids" -> padded(new long[LENGTH], before, after);
            case "decoder_input_ids" -> written;
            default -> throw new AssertionError(input);
          });
    }
    return rows;
  }

  private static long[] padded(long[] row, int before, int after) {
    long[] padded = new long[before + row.length + after];
    System.arraycopy(row, 0, padded, before, row.length);
    return padded;
  }

  private static float[] run(OrtSession session, String output, Map<String, long[]> rows)
      throws Exception {
    Map<String, OnnxTensor> inputs = tensors(rows);
    try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
      return floats(result);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static Map<String, OnnxTensor> tensors(Map<String, long[]> rows) throws Exception {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (Map.Entry<String, long[]> row : rows.entrySet()) {
      long[] shape = {1, row.getValue().length};
      tensors.put(
          row.getKey(),
          OnnxTensor.createTensor(
              OrtEnvironment.getEnvironment(), LongBuffer.wrap(row.getValue()), shape));
    }
    return tensors;
  }

  private static float[] floats(OrtSession.Result result) {
    FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
    float[] array = new float[values.remaining()];
    values.get(array);
    return array;
  }

  private static float[] last(float[] logits) {
    return Arrays.copyOfRange(logits, logits.length - VOCABULARY, logits.length);
  }
}
