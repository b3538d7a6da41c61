package dev.millrace.schemas.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes safetensors files, byte for byte as the format's reference implementation would: tensors
 * by falling element size and then by name, which keeps each aligned to its elements, and data that
 * begins at a multiple of eight.
 */
public final class SafetensorsWriter {
  /** What Hugging Face's libraries expect in the files that they load into PyTorch. */
  public static final Map<String, String> PYTORCH = Map.of("format", "pt");

  /** Channels copy what is on the heap through memory of this size, which they keep. */
  private static final int PIECE_BYTES = 8 << 20;

  private static final Comparator<Tensor> ORDER =
      Comparator.comparing(Tensor::type).reversed().thenComparing(Tensor::name);

  private SafetensorsWriter() {}

  /**
   * Writes a new file and forces it to the disk. Tensors are asked for their bytes one after the
   * other.
   *
   * @throws java.nio.file.FileAlreadyExistsException rather than overwriting anything
   * @throws IllegalArgumentException where a name is there twice, or a tensor has more or fewer
   *     bytes than its shape says
   */
  public static void write(Path file, List<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Tensor> ordered = tensors.stream().sorted(ORDER).toList();
    byte[] header = SafetensorsHeader.of(ordered, metadata).format();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      write(channel, length.putLong(header.length).flip());
      write(channel, ByteBuffer.wrap(header));
      for (Tensor tensor : ordered) write(channel, tensor);
      channel.force(true);
    }
  }

  private static void write(FileChannel channel, Tensor tensor) throws IOException {
    long written = 0;
    for (ByteBuffer chunk : tensor.chunks()) {
      written += write(channel, chunk);
    }
    if (written != tensor.bytes()) {
      throw new IllegalArgumentException(
          "tensor %s has %d bytes and should have %d"
              .formatted(tensor.name(), written, tensor.bytes()));
    }
  }

  private static long write(FileChannel channel, ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    for (int begin = 0; begin < count; begin += PIECE_BYTES) {
      ByteBuffer piece =
          bytes.slice(bytes.position() + begin, Math.min(PIECE_BYTES, count - begin));
      while (piece.hasRemaining()) channel.write(piece);
    }
    return count;
  }
}
