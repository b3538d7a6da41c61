package dev.millrace.bench;

import dev.millrace.refinery.stream.RefineryCounts;
import dev.millrace.refinery.stream.RefineryProgress;
import dev.millrace.refinery.stream.StreamConfig;
import dev.millrace.runtime.config.Defaults;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * How fast a backlog of different 4-KB documents goes through one instance of the whole refinery,
 * in twenty intervals of as many documents. Arguments: documents, partitions, stream threads.
 */
final class RefinerySpeed {
  private static final int INTERVALS = 20;
  private static final int BROKER = 1;
  private static final long LOOK_AGAIN_MILLIS = 100;
  private static final Duration COMMIT_INTERVAL = Defaults.of(StreamConfig.class).commitInterval();

  private final KafkaRefinery refinery;
  private final int documents;
  private double bytesEach;

  private RefinerySpeed(KafkaRefinery refinery, int documents) {
    this.refinery = refinery;
    this.documents = documents;
  }

  public static void main(String[] arguments) throws Exception {
    int documents = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    int partitions = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
    try (KafkaRefinery refinery = new KafkaRefinery(partitions)) {
      RefinerySpeed speed = new RefinerySpeed(refinery, documents);
      speed.push();
      refinery.during(threads, COMMIT_INTERVAL, documents, speed::measure);
      System.out.println(RefineryCounts.read(refinery.connection(), refinery.topics()).total());
      speed.printDisk();
    }
  }

  /**
   * What the broker keeps of each document, by topic: one replica, as the refinery compressed it.
   */
  private void printDisk() throws InterruptedException, ExecutionException {
    Map<String, Long> bytes = new TreeMap<>();
    try (Admin admin = refinery.connection().admin()) {
      admin
          .describeLogDirs(List.of(BROKER))
          .allDescriptions()
          .get()
          .get(BROKER)
          .values()
          .forEach(
              directory ->
                  directory
                      .replicaInfos()
                      .forEach((p, replica) -> bytes.merge(p.topic(), replica.size(), Long::sum)));
    }
    bytes.forEach(
        (topic, size) -> {
          if (size < documents) return; // Less than a byte each.
          System.out.printf(
              Locale.ROOT, "%-50s %8.0f bytes a document%n", topic, (double) size / documents);
        });
  }

  private void push() {
    Documents source = new Documents();
    long bytes = 0;
    try (KafkaProducer<byte[], byte[]> producer = refinery.producer()) {
      for (int number = 0; number < documents; number++) {
        byte[] content = KafkaRefinery.utf8(source.text(number));
        bytes += content.length;
        refinery.send(producer, number, content);
      }
    }
    bytesEach = (double) bytes / documents;
    System.out.printf(Locale.ROOT, "%,d documents of %.0f bytes%n", documents, bytesEach);
  }

  private void measure() throws InterruptedException {
    System.out.printf(
        "%12s %12s %8s %22s %18s %12s %12s%n",
        "kept so far",
        "documents/s",
        "MB/s",
        "MB/s a core, broker in",
        "us: here, broker",
        "heap MB",
        "index MB");
    while (refinery.kept() == 0) Thread.sleep(LOOK_AGAIN_MILLIS);
    Mark first = mark();
    Mark before = first;
    // Rules drop a few: the last interval ends when all is decided.
    for (int interval = 1; interval < INTERVALS; interval++) {
      long until = (long) documents * interval / INTERVALS;
      while (refinery.kept() < until) {
        Thread.sleep(LOOK_AGAIN_MILLIS);
        if (interval == INTERVALS - 1 && caughtUp()) break;
      }
      Mark now = mark();
      print(before, now);
      before = now;
    }
    while (!caughtUp()) Thread.sleep(LOOK_AGAIN_MILLIS);
    System.out.println("from the first kept to the last released:");
    print(first, mark());
  }

  private boolean caughtUp() {
    try (RefineryProgress progress =
        new RefineryProgress(refinery.connection(), refinery.topics())) {
      return progress.caughtUp();
    }
  }

  /** Where the refinery was at some time. */
  private record Mark(long nanos, long kept, double here, double broker) {}

  private Mark mark() {
    double[] cpu = refinery.cpuSeconds();
    return new Mark(System.nanoTime(), refinery.kept(), cpu[0], cpu[1]);
  }

  private void print(Mark from, Mark to) {
    long kept = to.kept() - from.kept();
    double seconds = (to.nanos() - from.nanos()) / 1e9;
    double here = to.here() - from.here();
    double broker = to.broker() - from.broker();
    System.out.printf(
        Locale.ROOT,
        "%,12d %,12.0f %8.1f %22.1f %,9.0f %,8.0f %12.0f %12.0f%n",
        to.kept(),
        kept / seconds,
        kept * bytesEach / 1e6 / seconds,
        kept * bytesEach / 1e6 / (here + broker),
        here * 1e6 / kept,
        broker * 1e6 / kept,
        KafkaRefinery.heapBytesAfterCollection() / 1e6,
        refinery.indexBytes() / 1e6);
  }
}
