package dev.millrace.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive, as {@code torch.jit.load} reads it, around one module {@code Ops} without
 * parameters whose methods are given as source. The format: an uncompressed zip of a version, a
 * pickled object, pickled constants and the code of its class. Equal sources give equal bytes.
 *
 * @see <a
 *     href="https://github.com/pytorch/pytorch/blob/v2.7.1/torch/csrc/jit/docs/serialization.md">the
 *     format</a>
 */
public final class TorchArchive {
  private static final String ROOT = "ops/";
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 2, 0, 0); // Any will do.

  private TorchArchive() {}

  /** The archive's bytes. */
  public static byte[] of(String methods) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "version", ascii("10\n")); // With 3, the schemas of old operators apply.
      put(zip, "data.pkl", module());
      put(zip, "byteorder", ascii("little"));
      put(zip, "code/__torch__.py", source(methods).getBytes(StandardCharsets.UTF_8));
      put(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // PROTO 2, an empty tuple.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String source(String methods) {
    String head =
        "class Ops(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";
    return head + methods.indent(2);
  }

  /** The object, pickled: {@code __torch__.Ops} with {@code training = True}. */
  private static byte[] module() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
    pickle.writeBytes(ascii("c__torch__\nOps\n)")); // GLOBAL, EMPTY_TUPLE
    pickle.writeBytes(new byte[] {(byte) 0x81, '}', '('}); // NEWOBJ, EMPTY_DICT, MARK
    pickle.writeBytes(new byte[] {'X', 8, 0, 0, 0}); // BINUNICODE of eight bytes
    pickle.writeBytes(ascii("training"));
    pickle.writeBytes(new byte[] {(byte) 0x88, 'u', 'b', '.'}); // NEWTRUE, SETITEMS, BUILD, STOP
    return pickle.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(ROOT + name);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
