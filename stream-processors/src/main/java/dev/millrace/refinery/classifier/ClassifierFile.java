package dev.millrace.refinery.classifier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A classifier as a file: lines of text that say what it is, in this order, and an empty one; the
 * bias and the weights as 32-bit floats, little endian; the SHA-256 of all that.
 *
 * <pre>
 * millrace-classifier 1
 * ngrams folded-words-1-2.1
 * positive 1200 encyclopedia.jsonl
 * negative 5000 crawl.jsonl
 * buckets 1048576
 * epochs 5
 * learning-rate 1.0
 * l2 1.0E-6
 * seed 0
 * </pre>
 */
public final class ClassifierFile {
  private static final String MAGIC = "millrace-classifier";
  private static final String VERSION = "1";
  private static final List<String> KEYS =
      List.of(
          MAGIC,
          "ngrams",
          "positive",
          "negative",
          "buckets",
          "epochs",
          "learning-rate",
          "l2",
          "seed");
  private static final int HEADER_MAX = 4 << 10;
  private static final int DIGEST_BYTES = 32;
  private static final int BYTES_MAX = HEADER_MAX + floats(Buckets.COUNT_MAX) + DIGEST_BYTES;

  private ClassifierFile() {}

  /** Bytes of the bias and so many weights. */
  private static int floats(int buckets) {
    return Float.BYTES * (buckets + 1);
  }

  /** Writes it whole or not at all. */
  public static void write(LinearClassifier classifier, Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    Path temporary = absolute.resolveSibling(absolute.getFileName() + ".tmp");
    Files.write(temporary, bytes(classifier));
    Files.move(
        temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static byte[] bytes(LinearClassifier classifier) {
    byte[] header = header(classifier.description()).getBytes(StandardCharsets.UTF_8);
    int buckets = classifier.description().training().buckets();
    ByteBuffer bytes =
        ByteBuffer.allocate(header.length + floats(buckets) + DIGEST_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header)
            .putFloat(classifier.bias());
    for (int i = 0; i < buckets; i++) bytes.putFloat(classifier.weight(i));
    return bytes.put(digest(bytes.array())).array();
  }

  private static String header(Description of) {
    Training training = of.training();
    List<Object> values =
        List.of(
            VERSION,
            Buckets.SCHEME,
            of.positive().documents() + " " + of.positive().name(),
            of.negative().documents() + " " + of.negative().name(),
            training.buckets(),
            training.epochs(),
            training.learningRate(),
            training.l2(),
            training.seed());
    StringBuilder header = new StringBuilder();
    for (int i = 0; i < KEYS.size(); i++) {
      header.append(KEYS.get(i)).append(' ').append(values.get(i)).append('\n');
    }
    return header.append('\n').toString();
  }

  /** Of everything but the digest at the end. */
  private static byte[] digest(byte[] file) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(file, 0, file.length - DIGEST_BYTES);
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a classifier.
   *
   * @throws InvalidClassifierException naming the file, where it is none, is damaged, or is of
   *     another version
   */
  public static LinearClassifier read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(BYTES_MAX + 1));
    } catch (NoSuchFileException e) {
      throw new InvalidClassifierException(file, "it does not exist", e);
    } catch (IOException e) {
      throw new InvalidClassifierException(file, "it cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidClassifierException(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static LinearClassifier parse(byte[] file) {
    if (!startsWithMagic(file)) throw new IllegalArgumentException("it does not begin as one");
    int headerBytes = headerBytes(file);
    Description description =
        description(new String(file, 0, headerBytes, StandardCharsets.UTF_8).lines().toList());
    int buckets = description.training().buckets();
    long expected = (long) headerBytes + floats(buckets) + DIGEST_BYTES;
    if (file.length != expected) {
      throw new IllegalArgumentException(
          "it has %s%,d bytes and should have %,d"
              .formatted(
                  file.length > BYTES_MAX ? "more than " : "",
                  Math.min(file.length, BYTES_MAX),
                  expected));
    }
    byte[] digest = Arrays.copyOfRange(file, file.length - DIGEST_BYTES, file.length);
    if (!Arrays.equals(digest, digest(file))) {
      throw new IllegalArgumentException("it is damaged: its SHA-256 is another");
    }
    ByteBuffer floats =
        ByteBuffer.wrap(file, headerBytes, floats(buckets)).order(ByteOrder.LITTLE_ENDIAN);
    float bias = finite(floats.getFloat());
    float[] weights = new float[buckets];
    for (int i = 0; i < buckets; i++) weights[i] = finite(floats.getFloat());
    return new LinearClassifier(description, bias, weights);
  }

  private static boolean startsWithMagic(byte[] file) {
    byte[] magic = (MAGIC + " ").getBytes(StandardCharsets.UTF_8);
    return file.length >= magic.length
        && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
  }

  /** The empty line included. */
  private static int headerBytes(byte[] file) {
    for (int i = 1; i < Math.min(file.length, HEADER_MAX); i++) {
      if (file[i] == '\n' && file[i - 1] == '\n') return i + 1;
    }
    throw new IllegalArgumentException("its description does not end");
  }

  private static Description description(List<String> lines) {
    String version = lines.get(0).substring(MAGIC.length() + 1);
    if (!version.equals(VERSION)) {
      throw new IllegalArgumentException("its version is %s, not 1".formatted(version));
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < KEYS.size(); i++) {
      String line = i < lines.size() ? lines.get(i) : "";
      String key = KEYS.get(i);
      if (!line.startsWith(key + " ")) {
        throw new IllegalArgumentException("line %d should say %s".formatted(i + 1, key));
      }
      values.put(key, line.substring(key.length() + 1));
    }
    if (!Buckets.SCHEME.equals(values.get("ngrams"))) {
      throw new IllegalArgumentException(
          "its n-grams are %s, not %s".formatted(values.get("ngrams"), Buckets.SCHEME));
    }
    return new Description(
        label(values.get("positive")), label(values.get("negative")), training(values));
  }

  private static Description.Label label(String value) {
    int space = value.indexOf(' ');
    if (space < 0) throw new IllegalArgumentException("a label is a number and a name: " + value);
    return new Description.Label(
        value.substring(space + 1), Integer.parseInt(value.substring(0, space)));
  }

  private static Training training(Map<String, String> values) {
    return new Training(
        Integer.parseInt(values.get("buckets")),
        Integer.parseInt(values.get("epochs")),
        Double.parseDouble(values.get("learning-rate")),
        Double.parseDouble(values.get("l2")),
        Long.parseLong(values.get("seed")));
  }

  private static float finite(float value) {
    if (!Float.isFinite(value)) throw new IllegalArgumentException("it has a weight of " + value);
    return value;
  }
}
