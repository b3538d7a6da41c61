package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators may change of a topic, and what would break a law. */
@WithKafka
class TopicsCommandTest {
  private final TestKafka broker;
  private TestRun run;
  private Topics topics;

  TopicsCommandTest(TestKafka broker) {
    this.broker = broker;
  }

  @BeforeEach
  void createTopics(@TempDir Path directory) throws Exception {
    run = TestRun.in(directory, broker);
    topics = run.topics();
    run.createTopics();
  }

  private void set(Topic<?, ?> topic, String key, String value) throws Exception {
    try (Admin admin = run.kafka().admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                  List.of(
                      new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
      Await.until(key + " is known", Duration.ofSeconds(30), () -> value.equals(get(topic, key)));
    }
  }

  private String get(Topic<?, ?> topic, String key) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    try (Admin admin = run.kafka().admin()) {
      return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(key).value();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertAccepted() {
    Ran ran = run.command("topics", "create");
    assertEquals(List.of(), ran.errors());
    assertEquals(0, ran.exit());
  }

  private void assertRefused(String... problems) {
    Ran ran = run.command("topics", "create");
    assertEquals(1, ran.exit());
    assertEquals(
        List.of(problems).stream().map(p -> "millrace: topic " + p).toList(), ran.errors());
  }

  @Test
  void rawDocumentsDeadLettersAndDroppedOnesMayExpire() throws Exception {
    for (Topic<?, ?> topic :
        List.of(topics.rawJson(), topics.raw(), topics.deadLetters(), topics.dropped())) {
      set(topic, "retention.ms", "86400000");
      set(topic, "retention.bytes", "1000000000");
    }
    assertAccepted();
  }

  @Test
  void everyProblemOfTopicsThatMustNotExpireIsALine() throws Exception {
    set(topics.refined(), "retention.ms", "86400000");
    set(topics.run("run").curriculum(), "retention.bytes", "1000");
    assertRefused(
        topics.refined().name() + " has retention.ms=86400000 where -1 is needed",
        topics.run("run").curriculum().name() + " has retention.bytes=1000 where -1 is needed");
  }

  @Test
  void compressionIsTheOperators() throws Exception {
    set(topics.refined(), "compression.type", "zstd");
    assertAccepted();
  }

  @Test
  void recordsMayBeLargerButNotSmaller() throws Exception {
    set(topics.raw(), "max.message.bytes", Integer.toString(Topics.RECORD_BYTES_MAX + 1));
    assertAccepted();
    set(topics.raw(), "max.message.bytes", Integer.toString(Topics.RECORD_BYTES_MAX - 1));
    assertRefused(
        "%s has max.message.bytes=%d where at least %d is needed"
            .formatted(topics.raw().name(), Topics.RECORD_BYTES_MAX - 1, Topics.RECORD_BYTES_MAX));
  }

  @Test
  void rawDocumentsAreNeverCompactedAndBearTheBrokersTime() throws Exception {
    set(topics.raw(), "cleanup.policy", "compact");
    assertRefused(topics.raw().name() + " has cleanup.policy=compact where delete is needed");
    set(topics.raw(), "cleanup.policy", "delete");
    set(topics.raw(), "message.timestamp.type", "CreateTime");
    assertRefused(
        topics.raw().name()
            + " has message.timestamp.type=CreateTime where LogAppendTime is needed");
  }

  @Test
  void otherNumbersOfPartitionsAreRefusedByEveryCommand() throws Exception {
    String more =
        Files.readString(run.runFile())
            .replace("{topicPrefix", "{topics: {partitions: 5}, topicPrefix");
    Files.writeString(run.runFile(), more);
    for (String command : List.of("refine", "curriculum")) {
      Ran ran = run.command(command);
      assertEquals(1, ran.exit());
      assertEquals(8, ran.errors().size(), ran.err());
      assertTrue(
          ran.errors().get(0).contains("documents.raw has 4 partitions where 5 are needed: "),
          ran.err());
    }
  }

  private int partitions(Topic<?, ?> topic) {
    return TopicSize.of(run.kafka(), List.of(topic)).get(0).partitions();
  }

  private List<Topic<?, ?>> growing() {
    return List.of(topics.dropped(), topics.deadLetters(), topics.run("run").deadLetters());
  }

  @Test
  void droppedDocumentsAndDeadLettersGetMorePartitions() throws Exception {
    for (Topic<?, ?> topic : growing()) {
      assertEquals(0, run.command("topics", "grow", topic.name(), "7").exit());
      Await.until(topic.name() + " grows", Duration.ofSeconds(30), () -> partitions(topic) == 7);
      assertEquals(0, run.command("topics", "grow", topic.name(), "7").exit());
      assertEquals(
          List.of("millrace: topic " + topic.name() + " has 7 partitions, and never fewer"),
          run.command("topics", "grow", topic.name(), "6").errors());
    }
    assertAccepted();
  }

  @Test
  void everyOtherTopicSaysWhyItNeverGrows() {
    List<Topic<?, ?>> others =
        new ArrayList<>(RunContext.of(Optional.of(run.runFile()), Path.of(".")).topics());
    assertTrue(others.removeIf(t -> growing().stream().anyMatch(g -> g.name().equals(t.name()))));
    for (Topic<?, ?> topic : others) {
      int before = partitions(topic);
      Ran ran = run.command("topics", "grow", topic.name(), "7");
      assertEquals(1, ran.exit());
      String refusal = "millrace: topic " + topic.name() + " never grows: ";
      assertTrue(ran.errors().get(0).startsWith(refusal), ran.err());
      assertTrue(ran.errors().get(0).length() > refusal.length() + 20, ran.err());
      assertEquals(before, partitions(topic));
    }
  }
}
