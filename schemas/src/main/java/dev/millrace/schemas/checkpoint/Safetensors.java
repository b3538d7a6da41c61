package dev.millrace.schemas.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A safetensors file of any size, read through memory maps: eight bytes of header length, a JSON
 * header, the tensors' bytes. What the header says is checked against the file before anything is
 * read, so that a torn or hostile file is refused and never believed.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class Safetensors implements AutoCloseable {
  /** The reference implementation's limit, so that a hostile length cannot take the memory. */
  static final int HEADER_BYTES_MAX = 100_000_000;

  /** One memory map's size: a ByteBuffer cannot reach further than 2 GiB. */
  static final int CHUNK_BYTES_MAX = 1 << 30;

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;

  private Safetensors(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    byte[] json = headerBytes();
    this.dataStart = (long) LENGTH_BYTES + json.length;
    try {
      this.header = SafetensorsHeader.parse(json, channel.size() - dataStart);
    } catch (IllegalArgumentException e) {
      throw new DamagedCheckpointException(file, e.getMessage(), e);
    }
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws DamagedCheckpointException where there is no such file or it is no sound safetensors
   */
  public static Safetensors open(Path file) throws IOException {
    FileChannel channel = channel(file);
    try {
      return new Safetensors(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    try {
      return FileChannel.open(file);
    } catch (NoSuchFileException e) {
      throw new DamagedCheckpointException(file, "no such file", e);
    }
  }

  private byte[] headerBytes() throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new DamagedCheckpointException(file, "too short for a safetensors file: " + size);
    }
    long length = read(0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > HEADER_BYTES_MAX || length > size - LENGTH_BYTES) {
      throw new DamagedCheckpointException(
          file,
          "header of %s bytes in a file of %d; at most %d are read"
              .formatted(Long.toUnsignedString(length), size, HEADER_BYTES_MAX));
    }
    return read(LENGTH_BYTES, (int) length).array();
  }

  private ByteBuffer read(long position, int bytes) throws IOException {
    return fill(ByteBuffer.allocate(bytes), position);
  }

  /** With all bytes from a position on that it has place for. */
  private ByteBuffer fill(ByteBuffer buffer, long position) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new DamagedCheckpointException(file, "ends early");
      }
    }
    return buffer.flip();
  }

  /** Names, in the order in which the tensors lie in the file. */
  public List<String> names() {
    return List.copyOf(header.tensors().keySet());
  }

  /** Free text that the writer left, for example {@code format: pt}. */
  public Map<String, String> metadata() {
    return Map.copyOf(header.metadata());
  }

  /** A tensor's type, shape and place; empty where there is none of that name. */
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(header.tensors().get(name));
  }

  /**
   * A tensor's type, shape and place.
   *
   * @throws DamagedCheckpointException where there is none of that name
   */
  public TensorInfo info(String name) throws IOException {
    return find(name).orElseThrow(() -> new DamagedCheckpointException(file, "no tensor " + name));
  }

  /**
   * A tensor's bytes, mapped, read only, little endian, row major; they stay readable after {@link
   * #close}.
   *
   * @throws IllegalArgumentException for a tensor beyond 1 GiB: use {@link #chunks}
   */
  public ByteBuffer tensor(String name) throws IOException {
    List<ByteBuffer> chunks = chunks(name);
    if (chunks.size() > 1) {
      throw new IllegalArgumentException(name + " in " + file + " has more than one chunk");
    }
    return chunks.get(0);
  }

  /** A tensor's bytes as {@link #tensor}, in pieces of 1 GiB and a last shorter one. */
  public List<ByteBuffer> chunks(String name) throws IOException {
    return chunks(info(name), CHUNK_BYTES_MAX);
  }

  List<ByteBuffer> chunks(TensorInfo tensor, int bytesMax) throws IOException {
    List<ByteBuffer> chunks = new ArrayList<>();
    long begin = tensor.begin();
    do {
      long bytes = Math.min(bytesMax, tensor.end() - begin);
      chunks.add(map(begin, bytes));
      begin += bytes;
    } while (begin < tensor.end());
    return chunks;
  }

  private ByteBuffer map(long begin, long bytes) throws IOException {
    ByteBuffer map =
        bytes == 0
            ? ByteBuffer.allocate(0).asReadOnlyBuffer()
            : channel.map(MapMode.READ_ONLY, dataStart + begin, bytes);
    return map.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * CRC-32C of each tensor's bytes, in hex, by name: cheap, and enough to say which of them is
   * another; that the file is the same is for its SHA-256 to say. Read and not mapped: a map keeps
   * the blocks of a file that is deleted until the collector comes by.
   */
  SortedMap<String, String> crc32c() throws IOException {
    SortedMap<String, String> sums = new TreeMap<>();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    for (TensorInfo tensor : header.tensors().values()) {
      sums.put(tensor.name(), crc32c(tensor, buffer));
    }
    return sums;
  }

  private String crc32c(TensorInfo tensor, ByteBuffer buffer) throws IOException {
    CRC32C sum = new CRC32C();
    for (long at = tensor.begin(); at < tensor.end(); at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, tensor.end() - at));
      sum.update(fill(buffer, dataStart + at));
    }
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
