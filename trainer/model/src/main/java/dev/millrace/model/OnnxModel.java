package dev.millrace.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 * <p>A {@linkplain #writePortable portable} model is for others: it has the inputs and outputs that
 * optimum's exporter gives a model of its kind, and {@code nll} and {@code labels} beside them.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">external data</a>
 * @see <a href="https://github.com/huggingface/optimum-onnx">optimum, {@code TextEncoderOnnxConfig}
 *     and the classes beside it</a>
 */
public final class OnnxModel {
  private static final int IR_VERSION = 9;
  private static final int OPSET = 20;

  /** A message of Protocol Buffers has at most 2 GiB; some of it is the graph. */
  private static final long EMBEDDED_BYTES_MAX = 2_000_000_000;

  private static final Map<Graph.Input, String> DECODERS_NAMES =
      Map.of(
          Graph.Input.DECODER_INPUT_IDS, "input_ids",
          Graph.Input.ATTENTION_MASK, "encoder_attention_mask");

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
    Path data = data(file);
    OnnxGraph graph =
        new OnnxGraph(
            options.attention(), Optional.of(data.getFileName().toString()), Optional.empty());
    List<Architecture.Head<String>> heads = architecture.forward(graph);
    for (int i = 0; i < heads.size(); i++) {
      Architecture.Head<String> head = heads.get(i);
      String prefix = i == 0 ? "" : head.name() + "_";
      graph.output(prefix + "nll", head.nll(graph), graph.dimensions(head.targets().axis()));
      if (architecture.objective() != Objective.MASKED) {
        graph.output(prefix + "last_logits", graph.last(head.logits()), "batch_size", "vocabulary");
      }
      if (options.logits()) outputLogits(graph, prefix, head);
    }
    writeWeights(graph.placements(), weights, data);
    ModelProto.Builder model = model(graph);
    if (options.attention() == Attention.FUSED) {
      model.addOpsetImport(
          OperatorSetIdProto.newBuilder().setDomain(OnnxGraph.MICROSOFT).setVersion(1));
    }
    Files.write(file, model.build().toByteArray());
  }

  /**
   * Writes a model of standard operators as optimum's exporter names its inputs and outputs, in
   * FILE, or in FILE and FILE_data where the weights exceed 2 GB, which one file cannot hold.
   *
   * <p>Inputs: {@code input_ids} and {@code attention_mask} [batch_size, sequence_length]; with
   * them {@code position_ids} for a causal model, {@code token_type_ids} for BERT, and for BART
   * {@code decoder_input_ids} [batch_size, decoder_sequence_length]. Outputs: {@code logits} of
   * every position; {@code nll}, nats, of {@code labels}, shaped as they; {@code NAME_logits} of
   * further heads. {@code labels} may be left out (they have a default, and so are none of the
   * inputs that ONNX Runtime lists). Then a model that writes scores the tokens that it is given,
   * the one that follows at each place, 0 at the end and beside padding, and BERT scores nothing.
   *
   * @throws IllegalArgumentException where a parameter has more or fewer values than its shape says
   */
  public static void writePortable(Architecture architecture, WeightSource weights, Path file)
      throws IOException {
    writePortable(architecture, weights, file, EMBEDDED_BYTES_MAX);
  }

  /**
   * As {@link #writePortable(Architecture, WeightSource, Path)}.
   *
   * @param embeddedBytesMax weights beyond it are in a file of their own
   */
  public static void writePortable(
      Architecture architecture, WeightSource weights, Path file, long embeddedBytesMax)
      throws IOException {
    boolean embedded = Shapes.of(architecture).bytes() <= embeddedBytesMax;
    OnnxGraph graph = portable(file, embedded, architecture.objective(), Map.of());
    List<Architecture.Head<String>> heads = architecture.forward(graph);
    outputScores(graph, heads.get(0));
    for (Architecture.Head<String> head : heads.subList(1, heads.size())) {
      outputLogits(graph, head.name() + "_", head);
    }
    writePortable(graph, weights, file, embedded);
  }

  /**
   * Writes a BART as two models, each as {@link #writePortable} writes one, under the names that
   * optimum's exporter gives to inputs and outputs of an encoder and of a decoder without a cache.
   *
   * <p>The encoder's inputs: {@code input_ids} and {@code attention_mask} [batch_size,
   * encoder_sequence_length]; its output {@code last_hidden_state} [batch_size,
   * encoder_sequence_length, hidden_size]. The decoder's: {@code input_ids} [batch_size,
   * decoder_sequence_length], {@code encoder_hidden_states}, shaped as that, {@code
   * encoder_attention_mask}, and {@code labels}, which may be left out; its outputs {@code logits}
   * and {@code nll}. Both have the embedding table.
   *
   * @throws IllegalArgumentException where a parameter has more or fewer values than its shape says
   */
  public static void writePortableParts(Bart bart, WeightSource weights, Path encoder, Path decoder)
      throws IOException {
    boolean embedded = Shapes.of(bart).bytes() <= EMBEDDED_BYTES_MAX;
    String[] hidden = {"batch_size", "encoder_sequence_length", "hidden_size"};
    OnnxGraph reading = portable(encoder, embedded, bart.objective(), Map.of());
    reading.output("last_hidden_state", bart.encoder(reading), hidden);
    writePortable(reading, weights, encoder, embedded);
    OnnxGraph writing = portable(decoder, embedded, bart.objective(), DECODERS_NAMES);
    outputScores(writing, bart.decoder(writing, writing.input("encoder_hidden_states", hidden)));
    writePortable(writing, weights, decoder, embedded);
  }

  private static OnnxGraph portable(
      Path file, boolean embedded, Objective objective, Map<Graph.Input, String> names) {
    return new OnnxGraph(
        Attention.PRIMITIVES,
        embedded ? Optional.empty() : Optional.of(data(file).getFileName().toString()),
        Optional.of(objective),
        names);
  }

  private static void writePortable(
      OnnxGraph graph, WeightSource weights, Path file, boolean embedded) throws IOException {
    if (!embedded) writeWeights(graph.placements(), weights, data(file));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      model(graph).build().writeTo(out);
      if (embedded) append(graph.placements(), weights, out);
    }
  }

  private static Path data(Path file) {
    return file.resolveSibling(file.getFileName() + "_data");
  }

  private static void outputScores(OnnxGraph graph, Architecture.Head<String> head) {
    outputLogits(graph, "", head);
    graph.output("nll", head.nll(graph), graph.dimensions(head.targets().axis()));
  }

  private static void outputLogits(OnnxGraph graph, String prefix, Architecture.Head<String> head) {
    String[] dimensions = graph.dimensions(head.targets().axis());
    String[] wider = Arrays.copyOf(dimensions, dimensions.length + 1);
    wider[dimensions.length] = head.targets().axis() == Graph.Axis.ROW ? "classes" : "vocabulary";
    graph.output(prefix + "logits", head.logits(), wider);
  }

  private static ModelProto.Builder model(OnnxGraph graph) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("millrace")
        .setGraph(graph.proto())
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
  }

  /**
   * Adds weights to a model that is written already: a message that comes in pieces is one
   * (Protocol Buffers, "Encoding": last one wins, embedded messages merge, repeated fields add up).
   */
  private static void append(
      List<OnnxGraph.Placement> placements, WeightSource weights, OutputStream out)
      throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    for (OnnxGraph.Placement placement : placements) {
      Parameter parameter = placement.parameter();
      int length = Math.toIntExact(parameter.bytes());
      byte[] head = OnnxGraph.tensor(parameter).build().toByteArray();
      int tensor =
          head.length
              + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
              + CodedOutputStream.computeUInt32SizeNoTag(length)
              + length;
      int graph =
          CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
              + CodedOutputStream.computeUInt32SizeNoTag(tensor)
              + tensor;
      begin(coded, ModelProto.GRAPH_FIELD_NUMBER, graph);
      begin(coded, GraphProto.INITIALIZER_FIELD_NUMBER, tensor);
      coded.writeRawBytes(head);
      begin(coded, TensorProto.RAW_DATA_FIELD_NUMBER, length);
      long written = 0;
      for (ByteBuffer chunk : weights.chunks(parameter.name())) {
        written += chunk.remaining();
        coded.writeRawBytes(chunk.duplicate());
      }
      requireBytes(parameter, written);
    }
    coded.flush();
  }

  private static void begin(CodedOutputStream coded, int field, int length) throws IOException {
    coded.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    coded.writeUInt32NoTag(length);
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
    requireBytes(placement.parameter(), at - placement.offset());
  }

  private static void requireBytes(Parameter parameter, long written) {
    if (written == parameter.bytes()) return;
    throw new IllegalArgumentException(
        "%s has %d bytes and should have %d"
            .formatted(parameter.name(), written, parameter.bytes()));
  }
}
