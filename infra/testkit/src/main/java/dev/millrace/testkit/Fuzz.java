package dev.millrace.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.opentest4j.AssertionFailedError;

/**
 * Hostile bytes from a seed: good ones with bits turned over, pieces cut out, doubled, moved or
 * replaced by numbers at the edge, and now and then nothing but noise. Each round is known by its
 * number: what breaks in one breaks again.
 *
 * @param seed of the first round
 * @param rounds that are made at least
 * @param seconds that it goes on for at least
 */
public record Fuzz(long seed, int rounds, int seconds) {
  private static final List<Integer> EDGES = List.of(0, 1, 0x7f, 0x80, 0xff);

  /** Something that reads bytes. */
  @FunctionalInterface
  public interface Reader {
    void read(byte[] bytes) throws Exception;
  }

  /** So many rounds; under {@code -Dmillrace.fuzz.seconds} as many as fit into that time. */
  public static Fuzz rounds(int rounds) {
    return new Fuzz(1, rounds, Integer.getInteger("millrace.fuzz.seconds", 0));
  }

  /**
   * Reads hostile bytes for as long as it takes.
   *
   * @param good which the hostile ones are made of
   * @param declared what a reader may throw; anything else fails, an error of the JVM too
   * @return how many were refused, of how many
   */
  public Count run(List<byte[]> good, Reader reader, Predicate<Throwable> declared) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long refused = 0;
    long round = 0;
    while (round < rounds || System.nanoTime() < end) {
      byte[] bytes = hostile(good, new Random(seed + round));
      try {
        reader.read(bytes);
      } catch (Throwable e) { // An OutOfMemoryError or StackOverflowError is what is looked for.
        if (!declared.test(e)) {
          throw new AssertionFailedError(
              "round %d, %d bytes: %s".formatted(round, bytes.length, e), e);
        }
        refused++;
      }
      round++;
    }
    return new Count(refused, round);
  }

  /** How it went. */
  public record Count(long refused, long rounds) {}

  private static byte[] hostile(List<byte[]> good, Random random) {
    if (random.nextInt(50) == 0) return noise(random, 1 + random.nextInt(400));
    byte[] bytes = good.get(random.nextInt(good.size())).clone();
    for (int n = 1 + random.nextInt(4); n > 0 && bytes.length > 0; n--)
      bytes = changed(bytes, random);
    return bytes;
  }

  private static byte[] noise(Random random, int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] changed(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
    return switch (random.nextInt(6)) {
      case 0 -> flipped(bytes, at, random);
      case 1 -> Arrays.copyOf(bytes, at);
      case 2 -> spliced(bytes, at, at + length, new byte[0]);
      case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
      case 4 -> spliced(bytes, at, at + length, filled(length, random));
      default -> {
        int other = random.nextInt(bytes.length - length + 1);
        yield spliced(bytes, at, at + length, Arrays.copyOfRange(bytes, other, other + length));
      }
    };
  }

  private static byte[] flipped(byte[] bytes, int at, Random random) {
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private static byte[] filled(int length, Random random) {
    byte[] filled = new byte[length];
    Arrays.fill(filled, EDGES.get(random.nextInt(EDGES.size())).byteValue());
    return filled;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    byte[] spliced = new byte[bytes.length - (to - from) + between.length];
    System.arraycopy(bytes, 0, spliced, 0, from);
    System.arraycopy(between, 0, spliced, from, between.length);
    System.arraycopy(bytes, to, spliced, from + between.length, bytes.length - to);
    return spliced;
  }
}
