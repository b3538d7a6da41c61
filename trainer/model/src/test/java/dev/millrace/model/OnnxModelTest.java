package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.millrace.model.OnnxModel.Attention;
import dev.millrace.model.OnnxModel.Options;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file; what it computes is tested where ONNX Runtime is. */
class OnnxModelTest {
  private static final Options PORTABLE = new Options(Attention.PRIMITIVES, false);
  private static final Gpt2Spec SPEC = new Gpt2Spec(97, 16, 32, 4, 2, 0, 0);
  private static final Architecture ARCHITECTURE = Architectures.of(SPEC);
  private static final WeightSource WEIGHTS = Initialiser.weights(Shapes.of(ARCHITECTURE), 3);

  @TempDir Path directory;

  @Test
  void keepsEveryWeightOnceInThePlaceThatItSays() throws Exception {
    ModelProto model = write(ARCHITECTURE, PORTABLE);
    byte[] data = Files.readAllBytes(directory.resolve("model.onnx_data"));
    List<TensorProto> external =
        model.getGraph().getInitializerList().stream()
            .filter(t -> t.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
            .toList();
    List<Parameter> parameters = Shapes.of(ARCHITECTURE).parameters();
    assertEquals(
        parameters.stream().map(Parameter::name).sorted().toList(),
        external.stream().map(TensorProto::getName).sorted().toList());
    for (Parameter parameter : parameters) {
      TensorProto tensor =
          external.stream()
              .filter(t -> t.getName().equals(parameter.name()))
              .findAny()
              .orElseThrow();
      Map<String, String> place = place(tensor);
      int offset = Integer.parseInt(place.get("offset"));
      assertEquals("model.onnx_data", place.get("location"));
      assertEquals(parameter.bytes(), Long.parseLong(place.get("length")));
      assertEquals(0, offset % 4096, "not at a page's start: " + offset);
      assertEquals(parameter.shape(), tensor.getDimsList());
      float[] values = new float[(int) parameter.elements()];
      ByteBuffer.wrap(data, offset, values.length * Float.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      assertTrue(Arrays.equals(WEIGHTS.floats(parameter), values), parameter.name());
    }
  }

  @Test
  void hasTheInputsAndOutputsThatItPromises() throws Exception {
    ModelProto plain = write(ARCHITECTURE, PORTABLE);
    assertEquals(List.of("input_ids", "labels"), names(plain.getGraph().getInputList()));
    assertEquals(List.of("nll", "last_logits"), names(plain.getGraph().getOutputList()));
    ModelProto full = write(Architectures.of(SPEC, true), new Options(Attention.PRIMITIVES, true));
    assertEquals(
        List.of("input_ids", "segment_ids", "labels"), names(full.getGraph().getInputList()));
    assertEquals(List.of("nll", "last_logits", "logits"), names(full.getGraph().getOutputList()));
  }

  @Test
  void furtherHeadsCarryTheirNamesAndOnlyWritersOfTextHaveALastPosition() throws Exception {
    BertSpec spec = new BertSpec(97, 16, 32, 80, 4, 1, 2, 0, 0, 1e-12);
    GraphProto graph =
        write(Architectures.of(spec), new Options(Attention.PRIMITIVES, true)).getGraph();
    assertEquals(List.of("nll", "logits", "nsp_nll", "nsp_logits"), names(graph.getOutputList()));
    assertEquals(
        List.of(
            "input_ids[batch_size, sequence_length]",
            "token_type_ids[batch_size, sequence_length]",
            "attention_mask[batch_size, sequence_length]",
            "labels[batch_size, sequence_length]",
            "next_sentence_label[batch_size]"),
        graph.getInputList().stream()
            .sorted(Comparator.comparingInt(input -> ORDER.indexOf(input.getName())))
            .map(OnnxModelTest::typed)
            .toList());
    assertEquals("nsp_logits[batch_size, classes]", typed(graph.getOutput(3)));
  }

  @Test
  void aDecoderHasInputsOfItsOwnAndALastPosition() throws Exception {
    BartSpec.Side side = new BartSpec.Side(1, 4, 80);
    BartSpec spec = new BartSpec(97, 16, 32, side, side, 0, 0, 1, 2, 2);
    GraphProto graph =
        write(Architectures.of(spec), new Options(Attention.PRIMITIVES, false)).getGraph();
    assertEquals(List.of("nll", "last_logits"), names(graph.getOutputList()));
    assertEquals("nll[batch_size, decoder_sequence_length]", typed(graph.getOutput(0)));
    assertEquals(
        List.of("attention_mask", "decoder_input_ids", "input_ids", "labels"),
        names(graph.getInputList()).stream().sorted().toList());
  }

  private static final List<String> ORDER =
      List.of("input_ids", "token_type_ids", "attention_mask", "labels", "next_sentence_label");

  private static String typed(ValueInfoProto value) {
    return value.getName()
        + value.getType().getTensorType().getShape().getDimList().stream()
            .map(dimension -> dimension.getDimParam())
            .toList();
  }

  @Test
  void usesOnlyStandardOperatorsUnlessAskedForFusedOnes() throws Exception {
    assertFalse(domains(write(ARCHITECTURE, PORTABLE)).contains("com.microsoft"));
    Options fused = new Options(Attention.FUSED, false);
    assertTrue(domains(write(ARCHITECTURE, fused)).contains("com.microsoft"));
  }

  @Test
  void doesNotTransposeWeightsThatAreAlreadyTheRightWay() throws Exception {
    long transposes =
        write(ARCHITECTURE, new Options(Attention.FUSED, false)).getGraph().getNodeList().stream()
            .filter(node -> node.getOpType().equals("Transpose"))
            .count();
    assertEquals(1, transposes); // The output matrix, which is the embedding.
  }

  @Test
  void replacesALongerModelWhole() throws Exception {
    write(Architectures.of(new Gpt2Spec(97, 16, 32, 4, 5, 0, 0)), PORTABLE);
    long longer = Files.size(directory.resolve("model.onnx_data"));
    write(ARCHITECTURE, PORTABLE);
    assertTrue(Files.size(directory.resolve("model.onnx_data")) < longer);
  }

  @Test
  void refusesAParameterOfAnotherSize() {
    WeightSource wrong = name -> List.of(ByteBuffer.allocate(4));
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> OnnxModel.write(ARCHITECTURE, wrong, PORTABLE, directory.resolve("model.onnx")));
    assertEquals("transformer.wte.weight has 4 bytes and should have 12416", refusal.getMessage());
  }

  private ModelProto write(Architecture architecture, Options options) throws Exception {
    Path file = directory.resolve("model.onnx");
    OnnxModel.write(architecture, Initialiser.weights(Shapes.of(architecture), 3), options, file);
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  private static List<String> names(List<ValueInfoProto> values) {
    return values.stream().map(ValueInfoProto::getName).toList();
  }

  private static List<String> domains(ModelProto model) {
    return model.getGraph().getNodeList().stream().map(NodeProto::getDomain).distinct().toList();
  }

  private static Map<String, String> place(TensorProto tensor) {
    Map<String, String> place = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      place.put(entry.getKey(), entry.getValue());
    }
    return place;
  }
}
