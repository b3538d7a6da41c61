package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.DocumentSigner;
import dev.millrace.refinery.dedup.SignatureIndex;
import dev.millrace.refinery.stream.CandidateLog.Candidate;
import dev.millrace.refinery.stream.CandidateLog.Encoded;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.DedupVerdict.Duplicate;
import dev.millrace.schemas.DedupVerdict.Retracted;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.RetractedDocument;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DedupStagesTest {
  private static final Topics TOPICS = Driver.TOPICS;
  private static final DedupConfig CONFIG = new DedupConfig(14, 8, 5, 0, false, 1_000);

  private final List<Driver> drivers = new ArrayList<>();
  private final Map<Long, Candidate> candidates = new HashMap<>();

  @AfterEach
  void close() {
    drivers.forEach(Driver::close);
  }

  @Test
  void everyCandidateIsSignedWithItsPlaceAndItsKeys() {
    Driver driver = driver(topology -> new SignStage(TOPICS, CONFIG).addTo(topology));
    TestInputTopic<String, RefinedDocument> input = driver.input(TOPICS.candidates());
    RefinedDocument document = document("a", "one two three four five six seven");
    input.pipeInput("x", document("x", "something else"));
    input.pipeInput("a", document);
    TestRecord<byte[], DedupSignature> signature = driver.output(TOPICS.signatures()).get(1);
    assertEquals(new DocumentSigner(CONFIG).sign(new Origin(0, 1), document), signature.value());
    assertNull(signature.key());
  }

  @Test
  void keysThatComeWithACandidateAreItsKeys() {
    Driver driver = driver(topology -> new SignStage(TOPICS, CONFIG).addTo(topology));
    TestRecord<String, RefinedDocument> candidate = Driver.record("a", document("a", "some text"));
    long[] keys = LongStream.range(0, 15).map(i -> Long.MAX_VALUE + i).toArray();
    KeysHeader.write(candidate.headers(), keys);
    driver.input(TOPICS.candidates()).pipeInput(candidate);
    assertEquals(
        new DedupSignature(new Origin(0, 0), DocumentSigner.idHash("a"), keys),
        driver.output(TOPICS.signatures()).get(0).value());
  }

  /**
   * A signature is in the order of the index for good: nothing may get there that it cannot read.
   */
  @Test
  void keysThatAreNoneStopTheStream() {
    for (int bytes : new int[] {0, 12, 2 * Long.BYTES, 14 * Long.BYTES, 16 * Long.BYTES}) {
      Driver driver = driver(topology -> new SignStage(TOPICS, CONFIG).addTo(topology));
      TestRecord<String, RefinedDocument> candidate =
          Driver.record("a", document("a", "some text"));
      candidate.headers().add(KeysHeader.NAME, new byte[bytes]);
      TestInputTopic<String, RefinedDocument> input = driver.input(TOPICS.candidates());
      StreamsException failure =
          assertThrows(StreamsException.class, () -> input.pipeInput(candidate));
      assertEquals(
          bytes + " bytes are not the dedup keys of a document", failure.getCause().getMessage());
    }
  }

  @Test
  void theIndexKeepsTheFirstOfThoseThatShareAKey() {
    Driver driver = driver(topology -> new IndexStage(TOPICS, CONFIG).addTo(topology));
    TestInputTopic<byte[], DedupSignature> input = driver.input(TOPICS.signatures());
    DedupSignature first = signature(0, 1, 2, 3);
    input.pipeInput(first);
    input.pipeInput(signature(1, 1, 12, 13));
    input.pipeInput(signature(2, 1, 2, 3));
    input.pipeInput(signature(3, 21, 12, 23)); // Shares with the second only, which is not kept.
    assertEquals(
        List.of(
            kept(0),
            duplicate(1, Duplicate.ofBands(1, new Origin(0, 0), 100)),
            duplicate(2, Duplicate.ofContent(new Origin(0, 0), 100)),
            kept(3)),
        driver.output(TOPICS.verdicts()).stream().map(TestRecord::value).toList());
  }

  @Test
  void aKeptDocumentIsReleasedUnderItsContentHashWithItsOrigin() {
    Driver driver = release();
    RefinedDocument document = candidate(5, "a", "kept text");
    driver.input(TOPICS.verdicts()).pipeInput(kept(5));
    TestRecord<String, RefinedDocument> refined = driver.output(TOPICS.refined()).get(0);
    assertEquals(ContentHash.of(Words.of("kept text")).toString(), refined.key());
    assertEquals(document, refined.value());
    assertEquals(Optional.of(Origin.of(document.getOrigin())), Origin.of(refined.headers()));
    assertEquals(1, driver.count(Counts.RELEASE, Counts.REFINED, "speeches"));
  }

  @Test
  void aKeptDocumentIsReleasedInTheBytesOfItsCandidate() {
    Driver driver = release();
    RefinedDocument document = candidate(5, "a", "kept text");
    Map<String, Double> signals = new LinkedHashMap<>();
    for (String rule : List.of("z", "b", "a", "y")) signals.put("family." + rule, 1.0);
    document.setSignals(signals); // In an order that no decoder keeps.
    Encoded encoded = encoded(document);
    candidates.put(5L, new Candidate("a", new Origin(2, 40), Optional.of(encoded)));
    driver.input(TOPICS.verdicts()).pipeInput(kept(5));
    assertArrayEquals(
        encoded.bytes(),
        driver.output(TOPICS.refined().withValues(Serdes.ByteArray())).get(0).value());
  }

  @Test
  void theSplitHoldsDocumentsOut() {
    Driver driver = release();
    candidate(5, "held-out-1", "some text");
    driver.input(TOPICS.verdicts()).pipeInput(kept(5));
    TestRecord<String, RefinedDocument> heldOut = driver.output(TOPICS.heldOut()).get(0);
    assertEquals(ContentHash.of(Words.of("some text")).toString(), heldOut.key());
    assertEquals("held-out-1", heldOut.value().getId());
    assertTrue(driver.output(TOPICS.refined()).isEmpty());
    assertEquals(1, driver.count(Counts.RELEASE, Counts.HELD_OUT, "speeches"));
  }

  @Test
  void aNearDuplicateIsDroppedWithItsLikelySimilarityAndItsKeptCopy() {
    Driver driver = release();
    RefinedDocument document = candidate(5, "a", "text");
    driver
        .input(TOPICS.verdicts())
        .pipeInput(duplicate(5, Duplicate.ofBands(7, new Origin(3, 77), 123)));
    TestRecord<String, DroppedDocument> record = driver.output(TOPICS.dropped()).get(0);
    DroppedDocument dropped = record.value();
    assertEquals("a", record.key());
    assertEquals("near-duplicate", dropped.getStage());
    assertEquals("near-duplicate.minhash", dropped.getRule());
    assertEquals(Math.pow(7 / 14.0, 1 / 8.0), dropped.getMeasured(), 1e-12);
    assertEquals(Math.pow(1 / 14.0, 1 / 8.0), dropped.getThreshold(), 1e-12);
    assertEquals(new Origin(3, 77), Origin.of(dropped.getDuplicateOf().getCandidate()));
    assertEquals(123, dropped.getDuplicateOf().getIdHash());
    assertEquals(document.getOrigin(), dropped.getOrigin());
    assertEquals(Optional.of(Origin.of(document.getOrigin())), Origin.of(record.headers()));
    assertEquals(1, driver.count(Counts.RELEASE, "dropped:near-duplicate.minhash", "speeches"));
  }

  @Test
  void anExactDuplicateIsDroppedUnderItsOwnRule() {
    Driver driver = release();
    candidate(5, "a", "text");
    driver
        .input(TOPICS.verdicts())
        .pipeInput(duplicate(5, Duplicate.ofContent(new Origin(3, 77), 123)));
    DroppedDocument dropped = driver.output(TOPICS.dropped()).get(0).value();
    assertEquals("exact-duplicate.document", dropped.getRule());
    assertEquals(1, dropped.getMeasured());
    assertEquals(1, dropped.getThreshold());
  }

  @Test
  void aVerdictForAnotherPartitionIsRefused() {
    Driver driver = release();
    candidate(5, "a", "text");
    StreamsException refused =
        assertThrows(
            StreamsException.class,
            () -> driver.input(TOPICS.verdicts()).pipeInput(DedupVerdict.kept(new Origin(1, 5))));
    assertEquals("verdict for candidate 1:5 in partition 0", refused.getCause().getMessage());
  }

  @Test
  void aSilentBrokerIsToldToStreamsAsATaskToBeginAgain() {
    Driver driver = release();
    StreamsException failure =
        assertThrows(
            StreamsException.class, () -> driver.input(TOPICS.verdicts()).pipeInput(kept(9)));
    assertEquals(TaskCorruptedException.class, failure.getClass());
    assertEquals(TimeoutException.class, failure.getCause().getClass());
  }

  @Test
  void aCandidateWithoutATextBecomesARetractionOfItsId() {
    Driver driver = driver(topology -> new SignStage(TOPICS, CONFIG).addTo(topology));
    TestInputTopic<String, RefinedDocument> input = driver.input(TOPICS.candidates());
    input.pipeInput("a", null);
    assertEquals(
        DedupSignature.retraction(new Origin(0, 0), DocumentSigner.idHash("a")),
        driver.output(TOPICS.signatures()).get(0).value());
  }

  @Test
  void theIndexLetsGoOfWhatARetractionTakesBack() {
    Driver driver = driver(topology -> new IndexStage(TOPICS, CONFIG).addTo(topology));
    TestInputTopic<byte[], DedupSignature> input = driver.input(TOPICS.signatures());
    input.pipeInput(new DedupSignature(new Origin(0, 0), 7, new long[] {1, 2, 3}));
    input.pipeInput(new DedupSignature(new Origin(0, 1), 8, new long[] {4, 5, 6}));
    input.pipeInput(DedupSignature.retraction(new Origin(0, 2), 7));
    input.pipeInput(DedupSignature.retraction(new Origin(0, 3), 7));
    input.pipeInput(new DedupSignature(new Origin(0, 4), 7, new long[] {1, 2, 3}));
    assertEquals(
        List.of(
            kept(0),
            kept(1),
            new DedupVerdict(new Origin(0, 2), new Retracted(List.of(0L))),
            new DedupVerdict(new Origin(0, 3), new Retracted(List.of())),
            kept(4)),
        driver.output(TOPICS.verdicts()).stream().map(TestRecord::value).toList());
  }

  @Test
  void anIndexThatIsReadBackFromItsLogKnowsWhatWasTakenBack() {
    Driver driver = driver(topology -> new IndexStage(TOPICS, CONFIG).addTo(topology));
    TestInputTopic<byte[], DedupSignature> input = driver.input(TOPICS.signatures());
    input.pipeInput(new DedupSignature(new Origin(0, 0), 7, new long[] {1, 2, 3}));
    input.pipeInput(new DedupSignature(new Origin(0, 1), 8, new long[] {4, 5, 6}));
    input.pipeInput(new DedupSignature(new Origin(0, 2), 7, new long[] {7, 8, 9}));
    input.pipeInput(DedupSignature.retraction(new Origin(0, 3), 7));
    input.pipeInput(new DedupSignature(new Origin(0, 4), 7, new long[] {1, 2, 3}));
    SignatureIndex index = readBack(driver.log(IndexStore.NAME));
    assertEquals(2, index.documents());
    assertEquals(
        Optional.of(Duplicate.ofContent(new Origin(0, 4), 7)),
        index.verdict(signature(9, 1, 2, 3)).duplicateOf());
    assertEquals(
        Optional.of(Duplicate.ofContent(new Origin(0, 1), 8)),
        index.verdict(signature(9, 4, 5, 6)).duplicateOf());
    assertTrue(index.verdict(signature(9, 7, 8, 9)).isKept());
  }

  private static SignatureIndex readBack(List<TestRecord<byte[], byte[]>> log) {
    SignatureIndex index = new SignatureIndex(CONFIG);
    log.forEach(record -> KeptDocuments.take(index, record.key(), record.value()));
    return index;
  }

  @Test
  void aRetractedDocumentIsTakenBackUnderItsContentHashAndToldToEveryReader() {
    Driver driver = release();
    RefinedDocument refined = candidate(5, "a", "kept text");
    RefinedDocument heldOut = candidate(6, "held-out-1", "some text");
    candidates.put(9L, new Candidate("a", new Origin(2, 50), Optional.empty()));
    candidates.put(10L, new Candidate("held-out-1", new Origin(2, 51), Optional.empty()));
    TestInputTopic<byte[], DedupVerdict> verdicts = driver.input(TOPICS.verdicts());
    verdicts.pipeInput(kept(5));
    verdicts.pipeInput(kept(6));
    // The log has the document of offset 4 no more, and that of 6 has but the hash of the id.
    verdicts.pipeInput(new DedupVerdict(new Origin(0, 9), new Retracted(List.of(4L, 5L, 6L))));
    assertEquals(1, driver.count(Counts.RELEASE, Counts.HELD_OUT, "speeches"));
    verdicts.pipeInput(new DedupVerdict(new Origin(0, 10), new Retracted(List.of(6L))));
    TestRecord<String, RefinedDocument> tombstone = driver.output(TOPICS.refined()).get(1);
    assertEquals(ContentHash.of(Words.of("kept text")).toString(), tombstone.key());
    assertNull(tombstone.value());
    assertEquals(Optional.of(Origin.of(refined.getOrigin())), Origin.of(tombstone.headers()));
    assertNull(driver.output(TOPICS.heldOut()).get(1).value());
    List<TestRecord<String, Retraction>> retractions = driver.output(TOPICS.retracted());
    assertEquals("2/a", retractions.get(0).key());
    assertEquals(
        new Retraction("a", 2, 50L, List.of(retracted(refined, false))),
        retractions.get(0).value());
    assertEquals(
        new Retraction("held-out-1", 2, 51L, List.of(retracted(heldOut, true))),
        retractions.get(1).value());
    assertEquals(0, driver.count(Counts.RELEASE, Counts.REFINED, "speeches"));
    assertEquals(0, driver.count(Counts.RELEASE, Counts.HELD_OUT, "speeches"));
    assertEquals(2, driver.count(Counts.RELEASE, Counts.RETRACTED, "speeches"));
  }

  private static RetractedDocument retracted(RefinedDocument document, boolean heldOut) {
    return new RetractedDocument(
        document.getOrigin(), document.getDomain(), document.getContentHash(), heldOut);
  }

  @Test
  void idHashesNeverChange() {
    assertEquals(970_730_967_732_026_843L, DocumentSigner.idHash("a"));
    assertNotEquals(DocumentSigner.idHash("a"), DocumentSigner.idHash("b"));
  }

  private Driver release() {
    return driver(
        topology ->
            new ReleaseStage(
                    TOPICS, CONFIG, d -> d.getId().startsWith("held-out"), partition -> log())
                .addTo(topology));
  }

  /** Candidates in memory; one that is not there never arrives. */
  private CandidateLog log() {
    return new CandidateLog() {
      @Override
      public Candidate at(long offset) {
        if (!candidates.containsKey(offset)) throw new TimeoutException("silence");
        return candidates.get(offset);
      }

      @Override
      public Optional<RefinedDocument> find(long offset) {
        return Optional.ofNullable(candidates.get(offset))
            .flatMap(Candidate::document)
            .map(Encoded::document);
      }

      @Override
      public void close() {}
    };
  }

  private Driver driver(Consumer<Topology> stage) {
    Topology topology = new Topology();
    stage.accept(topology);
    Driver driver = new Driver(topology);
    drivers.add(driver);
    return driver;
  }

  private RefinedDocument candidate(long offset, String id, String text) {
    RefinedDocument document = document(id, text);
    Origin origin = Origin.of(document.getOrigin());
    candidates.put(offset, new Candidate(id, origin, Optional.of(encoded(document))));
    return document;
  }

  private static Encoded encoded(RefinedDocument document) {
    Topic<String, RefinedDocument> topic = TOPICS.candidates();
    byte[] bytes = topic.values().serializer().serialize(topic.name(), document);
    return new Encoded(topic.values().deserializer().deserialize(topic.name(), bytes), bytes);
  }

  private static RefinedDocument document(String id, String text) {
    return PlainRules.refined(PlainRules.raw(id, "speeches", text), text, new Origin(2, 40));
  }

  private static DedupSignature signature(long offset, long... keys) {
    return new DedupSignature(new Origin(0, offset), 100 + offset, keys);
  }

  private static DedupVerdict kept(long offset) {
    return DedupVerdict.kept(new Origin(0, offset));
  }

  private static DedupVerdict duplicate(long offset, Duplicate of) {
    return new DedupVerdict(new Origin(0, offset), of);
  }
}
