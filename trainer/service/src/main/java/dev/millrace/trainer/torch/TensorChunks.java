package dev.millrace.trainer.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.ScriptCaller;
import dev.millrace.model.Parameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A tensor's bytes in pieces, since a buffer cannot reach further than 2 GiB. On the CPU a piece is
 * the tensor's own memory; from a GPU it is a copy. A piece holds until the next is asked for.
 */
final class TensorChunks implements Iterator<ByteBuffer> {
  static final long ELEMENTS_MAX = 1 << 26; // 256 MiB

  private final ScriptCaller script;
  private final PtNDManager root;
  private final PtNDArray tensor;
  private final long size;
  private final long elementsMax;
  private PtNDManager chunkManager;
  private long at;

  TensorChunks(ScriptCaller script, PtNDManager root, PtNDArray tensor, long elementsMax) {
    this.script = script;
    this.root = root;
    this.tensor = tensor;
    this.size = tensor.size();
    this.elementsMax = elementsMax;
    this.chunkManager = (PtNDManager) root.newSubManager();
  }

  @Override
  public boolean hasNext() {
    if (at < size) return true;
    chunkManager.close();
    return false;
  }

  @Override
  public ByteBuffer next() {
    if (at >= size) throw new NoSuchElementException();
    chunkManager.close();
    chunkManager = (PtNDManager) root.newSubManager();
    long count = Math.min(elementsMax, size - at);
    PtNDArray chunk =
        (PtNDArray) script.call(chunkManager, "get", List.of(tensor, at, count)).get(0);
    at += count;
    return chunk.toByteBuffer(true).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Copies chunks into a tensor. */
  static void write(
      ScriptCaller script,
      PtNDManager root,
      PtNDArray tensor,
      Parameter parameter,
      Iterable<ByteBuffer> chunks) {
    long at = 0;
    for (ByteBuffer chunk : chunks) {
      long count = chunk.remaining() / Float.BYTES;
      if (at + count > parameter.elements()) throw wrongSize(parameter, at + count);
      try (PtNDManager manager = (PtNDManager) root.newSubManager()) {
        ByteBuffer direct = direct(chunk);
        PtNDArray values = manager.create(direct, new Shape(count), DataType.FLOAT32);
        script.call(manager, "put", List.of(tensor, at, values));
      }
      at += count;
    }
    if (at != parameter.elements()) throw wrongSize(parameter, at);
  }

  private static ByteBuffer direct(ByteBuffer chunk) {
    if (chunk.isDirect()) return chunk.slice().order(ByteOrder.nativeOrder());
    ByteBuffer direct = ByteBuffer.allocateDirect(chunk.remaining());
    return direct.put(chunk.duplicate()).flip().order(ByteOrder.nativeOrder());
  }

  private static IllegalArgumentException wrongSize(Parameter parameter, long count) {
    return new IllegalArgumentException(
        "%s has %d values and should have %d"
            .formatted(parameter.name(), count, parameter.elements()));
  }
}
