package dev.millrace.schemas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.DedupVerdict.Duplicate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private final Topics topics = new Topics("millrace.");

  @Test
  void everyTopicCarriesThePrefixAndTheBrokersTime() {
    List<Topic<?, ?>> all =
        Stream.concat(
                topics.all().stream(), topics.run("demo").all(List.of("code", "docs")).stream())
            .toList();
    assertEquals(23, all.size());
    for (Topic<?, ?> topic : all) {
      assertTrue(topic.name().startsWith("millrace."), topic.name());
      assertEquals("LogAppendTime", topic.settings().get("message.timestamp.type"), topic.name());
    }
  }

  @Test
  void topicsWhoseWholeOrderMattersHaveOnePartition() {
    assertEquals(1, topics.signatures().partitions(4));
    assertEquals(1, topics.run("demo").curriculum().partitions(4));
    assertEquals(4, topics.raw().partitions(4));
    assertEquals(4, topics.rawJson().partitions(4));
  }

  @Test
  void aRunsTopicsCarryItsName() {
    assertEquals("millrace.run.demo.sequences.code", topics.run("demo").sequences("code").name());
  }

  @Test
  void signaturesKeepTheirBytes() {
    DedupSignature signature =
        new DedupSignature(new Origin(3, 258), 0x1122334455667788L, new long[] {1, -1});
    assertGolden(
        DedupSignature.serde(),
        signature,
        "00000003"
            + "0000000000000102"
            + "1122334455667788"
            + "0000000000000001"
            + "ffffffffffffffff");
  }

  @Test
  void verdictsKeepTheirBytes() {
    assertGolden(
        DedupVerdict.serde(), DedupVerdict.kept(new Origin(1, 2)), "00000001" + "0000000000000002");
    assertGolden(
        DedupVerdict.serde(),
        new DedupVerdict(new Origin(1, 2), Duplicate.ofBands(3, new Origin(0, 9), 255)),
        "00000001"
            + "0000000000000002"
            + "03"
            + "00000000"
            + "0000000000000009"
            + "00000000000000ff");
    assertGolden(
        DedupVerdict.serde(),
        new DedupVerdict(new Origin(1, 2), Duplicate.ofContent(new Origin(0, 9), 255)),
        "00000001"
            + "0000000000000002"
            + "00"
            + "00000000"
            + "0000000000000009"
            + "00000000000000ff");
    assertGolden(
        DedupVerdict.serde(),
        new DedupVerdict(new Origin(1, 2), Duplicate.ofUri(new Origin(0, 9), 255)),
        "00000001"
            + "0000000000000002"
            + "ff"
            + "00000000"
            + "0000000000000009"
            + "00000000000000ff");
    assertGolden(
        DedupVerdict.serde(),
        new DedupVerdict(new Origin(1, 2), new DedupVerdict.Retracted(List.of(7L, 258L))),
        "00000001" + "0000000000000002" + "ff" + "0000000000000007" + "0000000000000102");
    assertGolden(
        DedupVerdict.serde(),
        new DedupVerdict(new Origin(1, 2), new DedupVerdict.Retracted(List.of())),
        "00000001" + "0000000000000002" + "ff");
  }

  @Test
  void aSignatureWithoutKeysIsARetraction() {
    DedupSignature retraction = DedupSignature.retraction(new Origin(3, 258), 1);
    assertTrue(retraction.isRetraction());
    assertGolden(
        DedupSignature.serde(), retraction, "00000003" + "0000000000000102" + "0000000000000001");
  }

  @Test
  void halfAVerdictIsRefused() {
    assertThrows(
        SerializationException.class,
        () -> DedupVerdict.serde().deserializer().deserialize("t", new byte[13]));
    assertThrows(
        SerializationException.class,
        () -> DedupSignature.serde().deserializer().deserialize("t", new byte[21]));
  }

  @Test
  void anOriginSurvivesItsHeader() {
    RecordHeaders headers = new RecordHeaders();
    new Origin(2, 77).writeTo(headers);
    new Origin(3, 12_345_678_901L).writeTo(headers);
    assertEquals(Optional.of(new Origin(3, 12_345_678_901L)), Origin.of(headers));
    assertEquals(Optional.empty(), Origin.of(new RecordHeaders()));
  }

  private static <T> void assertGolden(Serde<T> serde, T value, String hex) {
    byte[] golden = HexFormat.of().parseHex(hex);
    assertArrayEquals(golden, serde.serializer().serialize("t", value));
    assertEquals(value, serde.deserializer().deserialize("t", golden));
  }
}
