package dev.millrace.ingest.source;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** How a file's bytes are packed. The first bytes decide, since names lie. */
enum Compression {
  GZIP("gzip data", List.of(".gz", ".gzip"), ".tgz") {
    @Override
    boolean isMagic(byte[] head) {
      return starts(head, 0x1f, 0x8b, 8);
    }

    @Override
    InputStream unpacked(InputStream in) {
      return new GzipInput(in);
    }
  },

  ZSTD("zstd data", List.of(".zst", ".zstd"), ".tzst") {
    @Override
    boolean isMagic(byte[] head) {
      boolean skippable = head.length > 0 && (head[0] & 0xf0) == 0x50;
      return starts(head, 0x28, 0xb5, 0x2f, 0xfd)
          || (skippable && starts(head, head[0] & 0xff, 0x2a, 0x4d, 0x18));
    }

    @Override
    InputStream unpacked(InputStream in) throws IOException {
      return new ZstdInputStreamNoFinalizer(in);
    }
  },

  BZIP2("bzip2 data", List.of(".bz2"), ".tbz2") {
    @Override
    boolean isMagic(byte[] head) {
      return starts(head, 'B', 'Z', 'h') && head.length > 9 && head[4] == 0x31 && head[5] == 0x41;
    }

    @Override
    InputStream unpacked(InputStream in) throws IOException {
      return new BZip2CompressorInputStream(in, true);
    }
  };

  private final String kind;

  @SuppressWarnings("ImmutableEnumChecker") // Only ever List.of.
  private final List<String> extensions;

  private final String tarExtension;

  Compression(String kind, List<String> extensions, String tarExtension) {
    this.kind = kind;
    this.extensions = extensions;
    this.tarExtension = tarExtension;
  }

  abstract boolean isMagic(byte[] head);

  abstract InputStream unpacked(InputStream in) throws IOException;

  /** The bytes within; damage is thrown as {@link DamageException}, also that of the beginning. */
  InputStream open(InputStream in) {
    return this == GZIP ? new GzipInput(in) : new EndsAtDamage(new Late(this, in), kind);
  }

  String kind() {
    return kind;
  }

  static Optional<Compression> ofMagic(byte[] head) {
    return Stream.of(values()).filter(c -> c.isMagic(head)).findFirst();
  }

  static Optional<Compression> ofName(String name) {
    return Stream.of(values()).filter(c -> !c.stripped(name).equals(name)).findFirst();
  }

  /** The name without the extension of this compression; the same name where it has none. */
  String stripped(String name) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    for (String extension : extensions) {
      if (lower.endsWith(extension)) return name.substring(0, name.length() - extension.length());
    }
    return lower.endsWith(tarExtension)
        ? name.substring(0, name.length() - tarExtension.length()) + ".tar"
        : name;
  }

  private static boolean starts(byte[] head, int... magic) {
    if (head.length < magic.length) return false;
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) return false;
    }
    return true;
  }

  /** Decoders read in their constructors; here they are made when they are first read. */
  private static final class Late extends InputStream {
    private final Compression compression;
    private final InputStream packed;
    private Optional<InputStream> in = Optional.empty();

    Late(Compression compression, InputStream packed) {
      this.compression = compression;
      this.packed = packed;
    }

    @Override
    public int read() throws IOException {
      return in().read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in().read(bytes, offset, length);
    }

    private InputStream in() throws IOException {
      if (in.isEmpty()) in = Optional.of(compression.unpacked(packed));
      return in.get();
    }

    @Override
    public void close() throws IOException {
      if (in.isPresent()) {
        in.get().close();
      } else {
        packed.close();
      }
    }
  }
}
