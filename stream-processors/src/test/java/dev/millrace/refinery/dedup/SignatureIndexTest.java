package dev.millrace.refinery.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.dedup.SignatureIndex.Held;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.DedupVerdict.Duplicate;
import dev.millrace.schemas.DedupVerdict.Shared;
import dev.millrace.schemas.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SignatureIndexTest {
  private final SignatureIndex index = index(2, 1);

  @Test
  void aDocumentThatSharesNothingIsKept() {
    index.register(signature(1, 10, 11, 12));
    assertEquals(Optional.empty(), index.verdict(signature(2, 20, 21, 22)).duplicateOf());
    assertEquals(1, index.documents());
  }

  @Test
  void aSharedBandNamesTheKeptCopyAndCountsBands() {
    index.register(signature(1, 10, 11, 12));
    DedupVerdict verdict = index.verdict(signature(2, 10, 11, 22));
    assertEquals(Optional.of(Duplicate.ofBands(2, place(1), 101)), verdict.duplicateOf());
    assertEquals(Shared.BAND, verdict.duplicateOf().orElseThrow().shared());
    assertEquals(place(2), verdict.candidate());
  }

  @Test
  void aSharedLastKeyIsSharedContent() {
    index.register(signature(1, 10, 11, 12));
    Duplicate duplicate = index.verdict(signature(2, 10, 11, 12)).duplicateOf().orElseThrow();
    assertEquals(Shared.CONTENT, duplicate.shared());
  }

  @Test
  void ofSeveralKeptCopiesTheFirstIsNamedAndOnlyItsBandsCount() {
    index.register(signature(1, 10, 11, 12));
    index.register(signature(2, 20, 21, 22));
    assertEquals(
        Optional.of(Duplicate.ofBands(1, place(1), 101)),
        index.verdict(signature(3, 20, 11, 32)).duplicateOf());
  }

  @Test
  void aKeyOfZeroIsAKeyLikeAnyOther() {
    assertEquals(Optional.empty(), index.verdict(signature(2, 0, 21, 22)).duplicateOf());
    index.register(signature(1, 0, 11, 12));
    assertEquals(
        Optional.of(Duplicate.ofBands(1, place(1), 101)),
        index.verdict(signature(2, 0, 21, 22)).duplicateOf());
  }

  @Test
  void placesKeepTheirWholePartitionAndOffset() {
    Origin far = new Origin(65_535, (1L << 48) - 1);
    index.register(new DedupSignature(far, -1, new long[] {7}));
    Duplicate duplicate = index.verdict(signature(2, 7)).duplicateOf().orElseThrow();
    assertEquals(far, duplicate.kept());
    assertEquals(-1, duplicate.idHash());
    for (Origin beyond : List.of(new Origin(65_536, 0), new Origin(0, 1L << 48))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> index.register(new DedupSignature(beyond, 0, new long[] {8})));
    }
  }

  @Test
  void aSharedUriIsADuplicateWhereUrisAreComparedAndTheWordsDiffer() {
    SignatureIndex uris = new SignatureIndex(new DedupConfig(2, 8, 5, 0, true, 1));
    uris.register(signature(1, 10, 11, 12, 13));
    assertEquals(
        Optional.of(Duplicate.ofUri(place(1), 101)),
        uris.verdict(signature(2, 20, 21, 22, 13)).duplicateOf());
    assertEquals(
        Optional.of(Duplicate.ofBands(1, place(1), 101)),
        uris.verdict(signature(2, 20, 11, 22, 23)).duplicateOf());
    assertEquals(
        Optional.of(Duplicate.ofContent(place(1), 101)),
        uris.verdict(signature(2, 10, 11, 12, 13)).duplicateOf());
    assertTrue(uris.verdict(signature(2, 20, 21, 22, 23)).isKept());
  }

  @Test
  void fewerSharedBandsThanTheSimilarityAsksForAreNoDuplicate() {
    // (2/4)^(1/1) = 0.5: two of four bands are enough, one is not.
    SignatureIndex verified = new SignatureIndex(new DedupConfig(4, 1, 5, 0.5, false, 1));
    verified.register(signature(1, 10, 11, 12, 13, 14));
    assertTrue(verified.verdict(signature(2, 10, 21, 22, 23, 24)).isKept());
    assertEquals(
        Optional.of(Duplicate.ofBands(2, place(1), 101)),
        verified.verdict(signature(2, 10, 11, 22, 23, 24)).duplicateOf());
    assertEquals(
        Optional.of(Duplicate.ofContent(place(1), 101)),
        verified.verdict(signature(2, 20, 21, 22, 23, 14)).duplicateOf());
  }

  @Test
  void ofTwoKeptDocumentsTheOneThatIsSimilarEnoughIsNamed() {
    SignatureIndex verified = new SignatureIndex(new DedupConfig(4, 1, 5, 0.5, false, 1));
    verified.register(signature(1, 10, 11, 12, 13, 14));
    verified.register(signature(2, 20, 21, 22, 23, 24));
    assertEquals(
        Optional.of(Duplicate.ofBands(2, place(2), 102)),
        verified.verdict(signature(3, 10, 21, 22, 33, 34)).duplicateOf());
  }

  @Test
  void aReleasedDocumentHoldsNothingAndACopyMayReturn() {
    index.register(signature(1, 10, 11, 12));
    index.register(signature(2, 20, 21, 22));
    index.release(0);
    assertEquals(1, index.documents());
    DedupSignature copy = signature(3, 10, 11, 12);
    assertTrue(index.verdict(copy).isKept());
    index.register(copy);
    assertEquals(
        Optional.of(Duplicate.ofContent(place(3), 103)),
        index.verdict(signature(4, 10, 11, 12)).duplicateOf());
    assertEquals(
        Optional.of(Duplicate.ofContent(place(2), 102)),
        index.verdict(signature(4, 20, 21, 22)).duplicateOf());
  }

  @Test
  void findsTheKeptDocumentsOfAnIdBeforeAPlaceOfTheirPartition() {
    index.register(new DedupSignature(new Origin(0, 3), 7, new long[] {1}));
    index.register(new DedupSignature(new Origin(0, 5), 7, new long[] {2}));
    index.register(new DedupSignature(new Origin(0, 4), 8, new long[] {3}));
    index.register(new DedupSignature(new Origin(1, 1), 7, new long[] {4}));
    index.register(new DedupSignature(new Origin(0, 9), 7, new long[] {5}));
    assertEquals(List.of(new Held(0, 3), new Held(1, 5)), index.kept(7, new Origin(0, 9)));
    index.release(0);
    assertEquals(List.of(new Held(1, 5)), index.kept(7, new Origin(0, 9)));
    assertThrows(IllegalStateException.class, () -> index.release(5));
  }

  /** Against the definition itself: compare with every kept document, one key after another. */
  @Test
  void decidesAsAPlainComparisonWithEveryKeptDocumentWhileItGrows() {
    SplittableRandom random = new SplittableRandom(3);
    List<DedupSignature> kept = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      long[] keys = new long[6];
      // Few values for some indices: many collisions, and most of them by one band only.
      for (int k = 0; k < keys.length; k++)
        keys[k] = SplitMix.mix(k * 10_000L + random.nextInt(6_000));
      DedupSignature candidate = new DedupSignature(new Origin(i % 4, i), i, keys);
      Optional<Duplicate> expected =
          kept.stream()
              .filter(k -> sharedKeys(k, candidate, 6) > 0)
              .findFirst()
              .map(k -> duplicate(k, candidate));
      assertEquals(expected, index.verdict(candidate).duplicateOf());
      if (expected.isEmpty()) {
        kept.add(candidate);
        index.register(candidate);
      }
    }
    assertEquals(kept.size(), index.documents());
    assertTrue(kept.size() > 1_000, "kept " + kept.size());
  }

  @Test
  void aKeptDocumentOfFifteenKeysTakesUnder270Bytes() {
    for (int expected : new int[] {100_000, 1_000}) {
      SignatureIndex full = index(14, expected);
      fill(full, 100_000);
      assertTrue(full.bytes() / 100_000 < 270, "bytes: " + full.bytes() / 100_000);
    }
  }

  @Test
  void takesItsMemoryAtOnceForTheDocumentsExpected() {
    int documents = 200_000;
    SignatureIndex full = index(14, documents);
    long keys = full.bytes();
    fill(full, documents);
    assertTrue(full.bytes() > keys + 16L * documents);
    assertTrue(full.bytes() < 1.01 * (keys + 16L * documents));
  }

  @Test
  void anIndexThatTheProcessHasNoMemoryForIsRefusedWithTheWayOut() {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> index(14, 10_000_000_000L));
    assertTrue(
        refused
            .getMessage()
            .startsWith("an index of refinery.dedup.expectedDocuments, 10,000,000,000"),
        refused.getMessage());
    assertTrue(refused.getMessage().contains("-Xmx"), refused.getMessage());
  }

  private static void fill(SignatureIndex index, int documents) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < documents; i++) {
      long[] keys = random.longs(15).toArray();
      index.register(new DedupSignature(new Origin(0, i), i, keys));
    }
  }

  private static Duplicate duplicate(DedupSignature kept, DedupSignature candidate) {
    boolean content = kept.keys()[5] == candidate.keys()[5];
    return content
        ? Duplicate.ofContent(kept.candidate(), kept.idHash())
        : Duplicate.ofBands(sharedKeys(kept, candidate, 5), kept.candidate(), kept.idHash());
  }

  private static int sharedKeys(DedupSignature one, DedupSignature other, int indices) {
    int shared = 0;
    for (int i = 0; i < indices; i++) if (one.keys()[i] == other.keys()[i]) shared++;
    return shared;
  }

  private static SignatureIndex index(int bands, long expected) {
    return new SignatureIndex(new DedupConfig(bands, 8, 5, 0, false, expected));
  }

  private static DedupSignature signature(long offset, long... keys) {
    return new DedupSignature(place(offset), 100 + offset, keys);
  }

  private static Origin place(long offset) {
    return new Origin(0, offset);
  }
}
