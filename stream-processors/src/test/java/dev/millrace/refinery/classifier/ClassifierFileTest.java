package dev.millrace.refinery.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.classifier.Description.Label;
import dev.millrace.refinery.text.Words;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassifierFileTest {
  private static final LinearClassifier CLASSIFIER =
      Learnt.weighing(0.25f, Map.of("mill", 1.5f, "mill race", -3f));
  private static final String HEADER =
      """
      millrace-classifier 1
      ngrams folded-words-1-2.1
      positive 2 good
      negative 3 bad
      buckets 256
      epochs 1
      learning-rate 1.0
      l2 0.0
      seed 0

      """;

  @TempDir Path folder;

  /** Whoever changes a byte of the format makes another version of it. */
  @Test
  void hasTheseBytes() throws Exception {
    byte[] bytes = ClassifierFile.bytes(CLASSIFIER);
    int header = HEADER.length();
    assertEquals(HEADER, new String(bytes, 0, header, UTF_8));
    assertEquals(header + 4 * 257 + 32, bytes.length);
    assertEquals("0000803e", HexFormat.of().formatHex(bytes, header, header + 4));
    int mill = header + 4 * (1 + Learnt.bucket("mill"));
    assertEquals("0000c03f", HexFormat.of().formatHex(bytes, mill, mill + 4));
    assertArrayEquals(
        MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(bytes, bytes.length - 32)),
        Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length));
  }

  /** A file holds weights by bucket: the word's hash must stay what it is. */
  @Test
  void putsWordsIntoTheBucketsThatItsSchemeNames() {
    assertEquals("folded-words-1-2.1", Buckets.SCHEME);
    assertEquals(221, Learnt.bucket("mill"));
    assertEquals(226, Learnt.bucket("mill race"));
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = folder.resolve("new/mill.classifier");
    ClassifierFile.write(CLASSIFIER, file);
    LinearClassifier read = ClassifierFile.read(file);
    assertEquals(CLASSIFIER.description(), read.description());
    Words text = Words.of("A mill race.");
    assertEquals(CLASSIFIER.score(text), read.score(text));
    assertArrayEquals(ClassifierFile.bytes(CLASSIFIER), ClassifierFile.bytes(read));
    try (var files = Files.list(file.getParent())) {
      assertEquals(1, files.count(), "no temporary file stays");
    }
  }

  private void refused(byte[] bytes, String reason) throws IOException {
    Path file = Files.write(folder.resolve("broken.classifier"), bytes);
    InvalidClassifierException e =
        assertThrows(InvalidClassifierException.class, () -> ClassifierFile.read(file));
    assertTrue(e.getMessage().startsWith(file + " is no classifier"), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  /** With this header, and a digest that is right. */
  private static byte[] sealed(String header, int floatBytes) throws Exception {
    byte[] unsealed = Arrays.copyOf(header.getBytes(UTF_8), header.length() + floatBytes);
    return sealed(unsealed);
  }

  private static byte[] sealed(byte[] unsealed) throws Exception {
    byte[] bytes = Arrays.copyOf(unsealed, unsealed.length + 32);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(unsealed);
    System.arraycopy(digest, 0, bytes, unsealed.length, 32);
    return bytes;
  }

  @Test
  void refusesAnyBitThatIsAnother() throws IOException {
    byte[] right = ClassifierFile.bytes(CLASSIFIER);
    for (int i = 0; i < right.length; i += 7) {
      byte[] wrong = right.clone();
      wrong[i] ^= 4;
      refused(wrong, "");
    }
    byte[] wrong = right.clone();
    wrong[HEADER.length() + 9] ^= 1;
    refused(wrong, "its SHA-256 is another");
  }

  @Test
  void refusesWhatIsCutOffOrGoesOn() throws IOException {
    byte[] right = ClassifierFile.bytes(CLASSIFIER);
    for (int length : new int[] {0, 1, 19, 20, 21, 60, HEADER.length() - 1, HEADER.length()}) {
      refused(Arrays.copyOf(right, length), "");
    }
    refused(Arrays.copyOf(right, right.length - 1), "bytes and should have");
    refused(Arrays.copyOf(right, right.length + 1), "bytes and should have");
  }

  @Test
  void refusesAnotherVersionOrOtherNGrams() throws Exception {
    refused(sealed(HEADER.replace("ier 1", "ier 2"), 4 * 257), "its version is 2, not 1");
    refused(sealed(HEADER.replace("-2.1", "-3.1"), 4 * 257), "its n-grams are folded-words-1-3.1");
  }

  @Test
  void refusesHostileNumbers() throws Exception {
    for (String buckets : new String[] {"0", "-256", "255", "2147483648", "1073741824", "x", ""}) {
      refused(sealed(HEADER.replace("256", buckets), 4 * 257), "");
    }
    refused(sealed(HEADER.replace("256", "16777216"), 4 * 257), "should have 67,109,");
    refused(sealed(HEADER.replace("ve 2", "ve 0"), 4 * 257), "no documents of label good");
    refused(sealed(HEADER.replace("rate 1.0", "rate NaN"), 4 * 257), "learningRate");
    refused(sealed(HEADER.replace("seed 0", ""), 4 * 257), "line 9 should say seed");
    refused(sealed(HEADER.strip() + "x".repeat(5000), 0), "its description does not end");
  }

  @Test
  void refusesWeightsThatAreNoNumbers() throws Exception {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER.length() + 4 * 257).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(HEADER.getBytes(UTF_8)).putFloat(0).putFloat(Float.NaN);
    refused(sealed(bytes.array()), "it has a weight of NaN");
  }

  @Test
  void namesAFileThatIsNotThereOrNoFile() {
    for (Path file : new Path[] {folder.resolve("absent"), folder}) {
      InvalidClassifierException e =
          assertThrows(InvalidClassifierException.class, () -> ClassifierFile.read(file));
      assertTrue(e.getMessage().startsWith(file + " is no classifier"), e.getMessage());
    }
  }

  @Test
  void refusesALabelOfSeveralLines() {
    for (String name : new String[] {"", " ", "a\nb", "a\u0000", "a\u0085b", "x".repeat(501)}) {
      assertThrows(IllegalArgumentException.class, () -> new Label(name, 1), name);
    }
  }
}
