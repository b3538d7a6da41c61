package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.SignatureIndex;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict.Duplicate;
import dev.millrace.schemas.Origin;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The log of the index outlives versions of the program: these are bytes that version 0.1.0 left.
 */
class KeptDocumentsTest {
  private static final byte[] FIRST_KEY = hex("00000003 000000000000012c");
  private static final byte[] FIRST_VALUE =
      hex("ffffffffffffff9c 000000000000000a 7fffffffffffffff 8000000000000000");
  private static final byte[] SECOND_KEY = hex("00000000 0000000000000005");
  private static final byte[] SECOND_VALUE =
      hex("0000000000000065 0000000000000014 0000000000000015 0000000000000016");
  private static final byte[] FIRST_RELEASED = hex("00000000");

  private static final DedupSignature FIRST =
      new DedupSignature(new Origin(3, 300), -100, new long[] {10, Long.MAX_VALUE, Long.MIN_VALUE});

  private final SignatureIndex index = new SignatureIndex(new DedupConfig(2, 8, 5, 0, false, 1));

  private static byte[] hex(String bytes) {
    return HexFormat.of().parseHex(bytes.replace(" ", ""));
  }

  @Test
  void whatIsLoggedIsStillWritten() {
    assertArrayEquals(FIRST_KEY, KeptDocuments.key(FIRST).get());
    assertArrayEquals(FIRST_VALUE, KeptDocuments.value(FIRST));
    assertArrayEquals(FIRST_RELEASED, KeptDocuments.released(0));
  }

  @Test
  void anIndexIsMadeAgainOfItsLog() {
    KeptDocuments.take(index, FIRST_KEY, FIRST_VALUE);
    KeptDocuments.take(index, SECOND_KEY, SECOND_VALUE);
    assertEquals(
        Optional.of(Duplicate.ofContent(new Origin(3, 300), -100)),
        index.verdict(FIRST).duplicateOf());
    KeptDocuments.take(index, FIRST_KEY, FIRST_RELEASED);
    assertEquals(Optional.empty(), index.verdict(FIRST).duplicateOf());
    DedupSignature copy = new DedupSignature(new Origin(1, 1), 7, new long[] {20, 1, 2});
    assertEquals(
        Optional.of(Duplicate.ofBands(1, new Origin(0, 5), 0x65)),
        index.verdict(copy).duplicateOf());
  }
}
