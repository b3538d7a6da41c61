package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.gzip;
import static dev.millrace.ingest.source.Reads.join;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class GzipInputTest {
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final List<DamageException> damage = new ArrayList<>();

  @Test
  void readsMembersOneAfterTheOther() throws IOException {
    read(join(gzip("one "), gzip(""), gzip("two")));
    assertEquals("one two", text());
    assertEquals(List.of(), damage);
  }

  @Test
  void readsWhatJavaReads() throws IOException {
    byte[] original = noise(3_000_000, 7);
    byte[] packed = gzip(original);
    read(packed);
    assertArrayEquals(original, text.toByteArray());
    assertArrayEquals(
        new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes(), text.toByteArray());
  }

  @Test
  void skipsEveryOptionalFieldOfAHeader() throws IOException {
    byte[] plain = gzip("body");
    byte[] header = Arrays.copyOf(plain, 10);
    header[3] = 2 | 4 | 8 | 16;
    byte[] fields = {3, 0, 'x', 'y', 'z', 'n', 'a', 0, 'c', 0, 1, 2};
    read(join(header, fields, Arrays.copyOfRange(plain, 10, plain.length)));
    assertEquals("body", text());
    assertEquals(List.of(), damage);
  }

  @Test
  void givesWhatATruncatedMemberHoldsAndReportsItOnce() throws IOException {
    byte[] packed = gzip(noise(500_000, 3));
    read(Arrays.copyOf(packed, packed.length / 2));
    assertTrue(text.size() > 200_000, "only " + text.size());
    assertEquals(1, damage.size());
    assertTrue(damage.get(0).getMessage().startsWith("ends in the middle"));
  }

  @Test
  void reportsAnEndWithinTheHeaderAndWithinTheTrailer() throws IOException {
    byte[] packed = gzip("text");
    read(Arrays.copyOf(packed, 7));
    read(Arrays.copyOf(packed, packed.length - 3));
    assertEquals(2, damage.size());
    assertEquals("text", text());
  }

  @Test
  void goesOnWithTheMemberAfterADamagedOne() throws IOException {
    byte[] second = gzip(noise(100_000, 5));
    Arrays.fill(second, 200, 400, (byte) 0xff);
    read(join(gzip("one "), second, gzip("three")));
    assertTrue(text().startsWith("one "));
    assertTrue(text().endsWith("three"));
    assertEquals(1, damage.size());
    assertFalse(damage.get(0).isBehind());
  }

  @Test
  void saysThatWhatWasReadFailsItsChecksum() throws IOException {
    byte[] first = gzip("one ");
    first[first.length - 6]++;
    read(join(first, gzip("two")));
    assertEquals("one two", text());
    assertEquals(1, damage.size());
    assertTrue(damage.get(0).isBehind());
  }

  @Test
  void takesZerosAfterTheLastMemberForPadding() throws IOException {
    read(join(gzip("one"), new byte[700]));
    assertEquals(List.of(), damage);
  }

  @Test
  void reportsBytesThatFollowTheLastMember() throws IOException {
    read(join(gzip("one"), "this is no gzip at all".getBytes(UTF_8)));
    assertEquals("one", text());
    assertEquals(1, damage.size());
  }

  /** Whatever byte is wrong, members that were not touched are read, and damage is never silent. */
  @Test
  void losesNoOtherMemberAndNoDamage() throws IOException {
    long seed = System.nanoTime();
    System.out.println("losesNoOtherMemberAndNoDamage: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      byte[] middle = gzip(("middle " + random.nextLong()).repeat(1 + random.nextInt(40)));
      byte[] original = middle.clone();
      int at = random.nextInt(middle.length);
      middle[at] ^= (byte) (1 << random.nextInt(8));
      text.reset();
      damage.clear();
      read(join(gzip("first|"), middle, gzip("|last")));
      String context = "seed %d round %d byte %d".formatted(seed, round, at);
      assertTrue(text().startsWith("first|"), context);
      assertTrue(text().endsWith("|last"), context);
      if (damage.isEmpty()) assertEquals(expected(original), text(), context);
    }
  }

  private static String expected(byte[] middle) throws IOException {
    byte[] bytes = new GZIPInputStream(new ByteArrayInputStream(middle)).readAllBytes();
    return "first|" + new String(bytes, UTF_8) + "|last";
  }

  private void read(byte[] packed) throws IOException {
    try (GzipInput in = new GzipInput(new ByteArrayInputStream(packed))) {
      byte[] buffer = new byte[8000];
      for (int count = 0; count >= 0; ) {
        try {
          count = in.read(buffer, 0, buffer.length);
          if (count > 0) text.write(buffer, 0, count);
        } catch (DamageException e) {
          damage.add(e);
        }
      }
    }
  }

  private String text() {
    return text.toString(UTF_8);
  }

  /** Compresses to about half. */
  private static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    Random random = new Random(seed);
    for (int i = 0; i < length; i++) bytes[i] = (byte) ('a' + random.nextInt(16));
    return bytes;
  }
}
