package dev.millrace.ingest.source;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.brotli.dec.BrotliInputStream;

/**
 * Unpacks Parquet's pages; its own factory asks Hadoop for gzip and Brotli. A page claims how large
 * it is: no more than {@value #PAGE_BYTES_MAX} bytes are believed.
 */
final class ParquetCodecs implements CompressionCodecFactory {
  /** A page holds a megabyte by default, or one value that is larger. */
  static final int PAGE_BYTES_MAX = 256 << 20;

  /** Into {@code unpacked}, all of it. */
  private interface Codec {
    int unpack(byte[] packed, byte[] unpacked) throws IOException;
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
    return switch (name) {
      case UNCOMPRESSED -> new Pages((packed, unpacked) -> copy(packed, unpacked));
      case SNAPPY -> new Pages(ParquetCodecs::unsnap);
      case LZ4_RAW -> new Pages(ParquetCodecs::unlz4);
      case GZIP -> new Pages((p, u) -> read(new GZIPInputStream(bytes(p)), u));
      case ZSTD -> new Pages((p, u) -> read(new ZstdInputStreamNoFinalizer(bytes(p)), u));
      case BROTLI -> new Pages((p, u) -> read(new BrotliInputStream(bytes(p)), u));
      case LZO, LZ4 ->
          throw new IllegalArgumentException("its compression " + name + " is not supported");
    };
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName name) {
    throw new UnsupportedOperationException("nothing is written");
  }

  @Override
  public void release() {}

  private static InputStream bytes(byte[] packed) {
    return new ByteArrayInputStream(packed);
  }

  private static int copy(byte[] packed, byte[] unpacked) {
    System.arraycopy(packed, 0, unpacked, 0, Math.min(packed.length, unpacked.length));
    return packed.length;
  }

  private static int unsnap(byte[] packed, byte[] unpacked) {
    return new SnappyDecompressor()
        .decompress(packed, 0, packed.length, unpacked, 0, unpacked.length);
  }

  private static int unlz4(byte[] packed, byte[] unpacked) {
    return new Lz4Decompressor().decompress(packed, 0, packed.length, unpacked, 0, unpacked.length);
  }

  private static int read(InputStream in, byte[] unpacked) throws IOException {
    try (in) {
      return in.readNBytes(unpacked, 0, unpacked.length);
    }
  }

  private record Pages(Codec codec) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput packed, int size) throws IOException {
      return BytesInput.from(unpack(packed.toInputStream().readAllBytes(), size));
    }

    @Override
    public void decompress(ByteBuffer packed, int packedSize, ByteBuffer unpacked, int size)
        throws IOException {
      byte[] bytes = new byte[packedSize];
      packed.get(bytes);
      unpacked.put(unpack(bytes, size));
    }

    private byte[] unpack(byte[] packed, int size) throws IOException {
      if (size < 0 || size > PAGE_BYTES_MAX) {
        throw new IOException("a page of %,d bytes is too large".formatted(size));
      }
      byte[] unpacked = new byte[size];
      int length = codec.unpack(packed, unpacked);
      if (length != size) throw new IOException("a page is shorter than it claims");
      return unpacked;
    }

    @Override
    public void release() {}
  }
}
