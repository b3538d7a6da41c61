package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.e2e.SoakStack.Part;
import dev.millrace.schemas.Topic;
import dev.millrace.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole stack for an hour, or as many minutes as {@code millrace.soak.minutes} says, with
 * steady ingest and a fault every half minute. In the end the five laws hold. The last third is
 * calm: what goes wrong there ends no process, and their memory is measured. It leaves a page in
 * {@code target/soak.md}; {@code infra/bench/soak} runs it.
 */
@Tag("long")
class SoakTest {
  private static final int PARTITIONS = 4;
  private static final Duration FAULT_EVERY = Duration.ofSeconds(30);
  private static final Duration FEED_EVERY = Duration.ofSeconds(5);
  private static final int FEED_DOCUMENTS = 60;
  private static final Duration BEGIN_MAX = Duration.ofMinutes(4);
  private static final Duration RECOVER_MAX = Duration.ofMinutes(4);
  private static final Duration SETTLE_MAX = Duration.ofMinutes(5);
  private static final double CALM_FROM = 2.0 / 3;
  private static final int QUARTERS = 4; // Of the calm third.

  /** From how many minutes on a quarter is long enough to call memory flat or growing. */
  private static final double FLAT_FROM_MINUTES = 30;

  private static final double GROWTH_MAX = 1.15; // From the second quarter to the last.
  private static final Pattern PAGE = Pattern.compile("dashboard of run \\S+: (http\\S+)");

  private final Map<String, List<Double>> recoveries = new TreeMap<>();
  private final Map<String, Map<Integer, List<Double>>> memory = new TreeMap<>(); // When calm.
  private final Map<String, Set<Long>> processes = new TreeMap<>(); // Which it is of.
  private final Map<String, Double> mostMemory = new TreeMap<>();
  private SoakStack stack;
  private Admin admin;
  private TestCorpus corpus;
  private int documents;
  private int files;
  private long begunNanos;
  private long calmNanos;
  private long fedNanos;
  private long sampledNanos;
  private double minutes;

  @Test
  void theLawsHoldAfterEveryKindOfFault(@TempDir Path folder) throws Exception {
    minutes = Double.parseDouble(System.getProperty("millrace.soak.minutes", "60"));
    long seed = Long.getLong("millrace.test.seed", new Random().nextLong());
    System.out.printf("soak: %.0f minutes, millrace.test.seed=%d%n", minutes, seed);
    Random random = new Random(seed);
    corpus = new TestCorpus(random.nextLong());
    String words = Stream.generate(corpus::good).limit(300).collect(Collectors.joining("\n"));
    try (SoakStack soaked = new SoakStack(folder, words)) {
      stack = soaked;
      admin = admin();
      SoakFaults faults = new SoakFaults(stack, random);
      awaitOutputOfAll();
      begunNanos = System.nanoTime();
      while (minutesPassed() < minutes) {
        if (calmNanos == 0 && minutesPassed() >= CALM_FROM * minutes) {
          calmNanos = System.nanoTime();
          faults.calmDown();
        }
        fault(faults);
      }
      settle(faults);
      SoakLaws laws = new SoakLaws(stack.kafka());
      laws.check(documents, faults.poison());
      write(laws, faults, seed);
    } finally {
      if (admin != null) admin.close();
    }
  }

  private Admin admin() {
    Map<String, Object> impatient = new HashMap<>(stack.kafka().properties());
    impatient.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3_000);
    impatient.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
    return Admin.create(impatient);
  }

  private double minutesPassed() {
    return (System.nanoTime() - begunNanos) / 6e10;
  }

  /** Feeds, starts again what has ended, measures, for a moment. */
  private void turn() {
    try {
      feed();
      stack.supervise();
      sample();
      Thread.sleep(200);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void feed() throws IOException {
    if (System.nanoTime() - fedNanos < FEED_EVERY.toNanos()) return;
    fedNanos = System.nanoTime();
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < FEED_DOCUMENTS; i++) {
      lines
          .append(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("id", "document-" + documents++)
                  .put("domain", SoakStack.DOMAINS.get(i % 2))
                  .put("text", corpus.next()))
          .append('\n');
    }
    Path part = stack.inbox().resolveSibling("next.part");
    Files.writeString(part, lines);
    Path file = stack.inbox().resolve("%05d.jsonl".formatted(files++));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void awaitOutputOfAll() {
    Await.until(
        "every service has put something out",
        BEGIN_MAX,
        () -> {
          turn();
          return Stream.of(Part.values()).allMatch(p -> p.output().isEmpty() || end(p) > 0)
              && answers();
        });
  }

  /** One fault, and then half a minute at least and until its part works again. */
  private void fault(SoakFaults faults) {
    long nanos = System.nanoTime();
    Map<Part, Long> before = new HashMap<>();
    SoakFaults.Kind kind = faults.next();
    double[] seconds = {Double.NaN};
    System.out.printf("%5.1f min: %s%n", minutesPassed(), kind.name());
    Await.until(
        kind.name() + " is over",
        RECOVER_MAX,
        () -> {
          turn();
          faults.tick();
          boolean over = faults.isOver() && stack.of(kind.shownBy()).isAlive();
          if (over && Double.isNaN(seconds[0]) && works(kind.shownBy(), before)) {
            seconds[0] = (System.nanoTime() - nanos) / 1e9;
            recoveries.computeIfAbsent(kind.name(), k -> new ArrayList<>()).add(seconds[0]);
          }
          return !Double.isNaN(seconds[0]) && System.nanoTime() - nanos > FAULT_EVERY.toNanos();
        });
  }

  /** Whether the part has put something out since this was first asked. */
  private boolean works(Part part, Map<Part, Long> before) {
    if (part == Part.DASHBOARD) return answers();
    long end = end(part);
    if (end < 0) return false;
    return end > before.computeIfAbsent(part, p -> end);
  }

  private boolean answers() {
    Matcher page = PAGE.matcher(stack.of(Part.DASHBOARD).output());
    if (!page.find()) return false;
    try {
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(page.group(1))).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The sum of the committed ends of a part's topics; less than 0 where nobody knows. */
  private long end(Part part) {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (Topic<?, ?> topic : part.output()) {
      for (int p = 0; p < topic.partitions(PARTITIONS); p++) {
        wanted.put(new TopicPartition(topic.name(), p), OffsetSpec.latest());
      }
    }
    try {
      return admin
          .listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .values()
          .stream()
          .mapToLong(at -> at.offset())
          .sum();
    } catch (ExecutionException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private void sample() throws IOException {
    if (System.nanoTime() - sampledNanos < FEED_EVERY.toNanos() || begunNanos == 0) return;
    sampledNanos = System.nanoTime();
    for (Part part : Part.values()) sample(part.command(), stack.of(part).pid());
    sample("broker", stack.brokerPid());
  }

  private void sample(String name, long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.exists(status)) return;
    for (String line : Files.readAllLines(status)) {
      if (!line.startsWith("VmRSS:")) continue;
      double megabytes = Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
      mostMemory.merge(name, megabytes, Math::max);
      if (calmNanos == 0) return;
      double calmMinutes = (System.nanoTime() - calmNanos) / 6e10;
      double share = calmMinutes / ((1 - CALM_FROM) * minutes);
      int quarter = Math.min(QUARTERS - 1, (int) (QUARTERS * share));
      processes.computeIfAbsent(name, n -> new TreeSet<>()).add(pid);
      memory
          .computeIfAbsent(name, n -> new TreeMap<>())
          .computeIfAbsent(quarter, q -> new ArrayList<>())
          .add(megabytes);
    }
  }

  /** No more documents and no more faults, and then nothing is under way any more. */
  private void settle(SoakFaults faults) {
    fedNanos = Long.MAX_VALUE / 2;
    long[] ends = new long[1];
    Await.until(
        "all documents found their ends",
        SETTLE_MAX,
        () -> {
          rest(faults);
          return SoakLaws.decided(stack.kafka()) >= documents + faults.poison();
        });
    Await.until(
        "the trainer has nothing left to do",
        SETTLE_MAX,
        () -> {
          long before = ends[0];
          rest(faults);
          ends[0] = end(Part.TOKENIZE) + end(Part.CURRICULUM) + end(Part.TRAIN);
          return ends[0] == before;
        });
    for (Part part :
        List.of(Part.INGEST, Part.REFINE, Part.TOKENIZE, Part.CURRICULUM, Part.TRAIN)) {
      stack.stop(part);
    }
    Await.until("every checkpoint is judged", SETTLE_MAX, () -> SoakLaws.isJudged(stack.kafka()));
  }

  private void rest(SoakFaults faults) {
    try {
      stack.supervise();
      faults.tick();
      Thread.sleep(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(SoakLaws laws, SoakFaults faults, long seed) throws IOException {
    StringBuilder page = new StringBuilder();
    page.append(
        "%.0f minutes, seed %d: %,d documents in, %d poisoned records, restarts %s, %d checkpoints"
                .formatted(
                    minutes, seed, documents, faults.poison(), stack.restarts(), faults.unsaved())
            + " not saved for want of room\n\n| law | found |\n|---|---|\n");
    laws.found().forEach((law, found) -> page.append("| %s | %s |%n".formatted(law, found)));
    page.append("\n| fault | times | until its part worked again, median s | longest s |\n");
    page.append("|---|---|---|---|\n");
    recoveries.forEach(
        (kind, seconds) ->
            page.append(
                "| %s | %d | %.1f | %.1f |%n"
                    .formatted(kind, seconds.size(), median(seconds), max(seconds))));
    page.append(
        "\n| resident memory, MB | processes | 1st quarter of the calm third | 2nd | 3rd | 4th |");
    page.append(" most of all\n|---|---|---|---|---|---|---|\n");
    memory.forEach(
        (name, quarters) -> {
          page.append("| %s | %d".formatted(name, processes.get(name).size()));
          for (int q = 0; q < QUARTERS; q++) {
            page.append(" | %.0f".formatted(median(quarters.getOrDefault(q, List.of()))));
          }
          page.append(" | %.0f |%n".formatted(mostMemory.get(name)));
        });
    Path file = Path.of("target", "soak.md");
    Files.writeString(file, page);
    System.out.println(page);
    boolean full = recoveries.containsKey(SoakFaults.FULL_DISK.name());
    assertEquals(full, faults.unsaved() > 0, "checkpoints that a full disk kept from being saved");
    if (minutes >= FLAT_FROM_MINUTES) memory.forEach(this::assertFlat);
  }

  private void assertFlat(String name, Map<Integer, List<Double>> quarters) {
    assertEquals(1, processes.get(name).size(), name + " ended by itself");
    double second = median(quarters.getOrDefault(1, List.of()));
    double last = median(quarters.getOrDefault(QUARTERS - 1, List.of()));
    assertTrue(
        last <= GROWTH_MAX * second,
        () -> "%s grew: %.0f to %.0f MB".formatted(name, second, last));
  }

  private static double median(List<Double> values) {
    return values.isEmpty() ? Double.NaN : values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double max(List<Double> values) {
    return values.stream().mapToDouble(v -> v).max().orElse(Double.NaN);
  }
}
