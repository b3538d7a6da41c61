package dev.millrace.model;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * An architecture and its weights as an ONNX model: the graph in one file, the weights beside it in
 * NAME_data, streamed, so that any size works.
 *
 * <p>Inputs are those of the architecture, int64, under {@link Graph.Input#id}, their dimensions
 * named as Hugging Face's exporter does: {@code batch_size}, {@code sequence_length}, {@code
 * decoder_sequence_length}. Outputs are float32: {@code nll} shaped as the labels, 0 where the
 * label is {@link Graph#IGNORED}; if asked for, {@code logits}, with one more dimension; and, where
 * a row is continued at its end, {@code last_logits} [batch_size, vocabulary], of the last
 * position. Further heads carry their name and an underscore before these.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">external data</a>
 */
public final class OnnxModel {
  private static final int IR_VERSION = 9;
  private static final int OPSET = 20;

  private OnnxModel() {}

  /** What attention is written with. */
  public enum Attention {
    /** Standard operators: runs anywhere. */
    PRIMITIVES,
    /** ONNX Runtime's own MultiHeadAttention: faster, and runs only there. */
    FUSED
  }

  /**
   * How to write a model.
   *
   * @param logits also output the logits of every position
   */
  public record Options(Attention attention, boolean logits) {}

  /**
   * Writes FILE and FILE_data, replacing what is there.
   *
   * @throws IllegalArgumentException where a parameter has more or fewer values than its shape says
   */
  public static void write(
      Architecture architecture, WeightSource weights, Options options, Path file)
      throws IOException {
    Path data = file.resolveSibling(file.getFileName() + "_data");
    OnnxGraph graph = new OnnxGraph(options.attention(), data.getFileName().toString());
    List<Architecture.Head<String>> heads = architecture.forward(graph);
    for (int i = 0; i < heads.size(); i++) {
      Architecture.Head<String> head = heads.get(i);
      String prefix = i == 0 ? "" : head.name() + "_";
      String[] dimensions = OnnxGraph.dimensions(head.targets().axis());
      graph.output(prefix + "nll", head.nll(graph), dimensions);
      if (architecture.objective() != Objective.MASKED) {
        graph.output(prefix + "last_logits", graph.last(head.logits()), "batch_size", "vocabulary");
      }
      if (!options.logits()) continue;
      String classes = head.targets().axis() == Graph.Axis.ROW ? "classes" : "vocabulary";
      String[] wider = Arrays.copyOf(dimensions, dimensions.length + 1);
      wider[dimensions.length] = classes;
      graph.output(prefix + "logits", head.logits(), wider);
    }
    writeWeights(graph.placements(), weights, data);
    Files.write(file, model(graph).toByteArray());
  }

  private static ModelProto model(OnnxGraph graph) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("millrace")
        .setGraph(graph.proto())
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .addOpsetImport(
            OperatorSetIdProto.newBuilder().setDomain(OnnxGraph.MICROSOFT).setVersion(1))
        .build();
  }

  private static void writeWeights(
      List<OnnxGraph.Placement> placements, WeightSource weights, Path data) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            data,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (OnnxGraph.Placement placement : placements) write(placement, weights, channel);
    }
  }

  private static void write(
      OnnxGraph.Placement placement, WeightSource weights, FileChannel channel) throws IOException {
    long at = placement.offset();
    for (ByteBuffer chunk : weights.chunks(placement.parameter().name())) {
      ByteBuffer left = chunk.duplicate();
      while (left.hasRemaining()) at += channel.write(left, at);
    }
    long written = at - placement.offset();
    if (written != placement.parameter().bytes()) {
      throw new IllegalArgumentException(
          "%s has %d bytes and should have %d"
              .formatted(placement.parameter().name(), written, placement.parameter().bytes()));
    }
  }
}
