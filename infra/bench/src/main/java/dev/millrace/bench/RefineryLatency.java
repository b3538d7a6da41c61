package dev.millrace.bench;

import dev.millrace.refinery.stream.StreamConfig;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;

/**
 * How long a document takes from the push to {@code documents.refined}, as a reader of committed
 * records sees it, at a steady rate. Arguments: documents a second, seconds measured, seconds of
 * the same rate before them, partitions, stream threads, milliseconds from commit to commit. The
 * compiler needs a minute or two, in which a backlog gathers that must be worked off before.
 */
final class RefineryLatency {
  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final KafkaRefinery refinery;
  private final int rate;
  private final int partitions;
  private final int first;
  private final int count;

  /** By number: nanoseconds since {@link #start}, of the push and of the arrival; 0: not yet. */
  private final AtomicLongArray pushed;

  private final AtomicLongArray arrived;
  private final long start = System.nanoTime();

  private static int usualCommitMillis() {
    return (int) Defaults.of(StreamConfig.class).commitInterval().toMillis();
  }

  private RefineryLatency(
      KafkaRefinery refinery, int rate, int seconds, int warmUpSeconds, int partitions) {
    this.refinery = refinery;
    this.rate = rate;
    this.partitions = partitions;
    first = rate * warmUpSeconds;
    count = first + rate * seconds;
    pushed = new AtomicLongArray(count);
    arrived = new AtomicLongArray(count);
  }

  public static void main(String[] arguments) throws Exception {
    int rate = Integer.parseInt(arguments[0]);
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
    int warmUpSeconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 120;
    int partitions = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 4;
    int threads = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 2;
    int commitMillis = arguments.length > 5 ? Integer.parseInt(arguments[5]) : usualCommitMillis();
    try (KafkaRefinery refinery = new KafkaRefinery(partitions)) {
      RefineryLatency latency =
          new RefineryLatency(refinery, rate, seconds, warmUpSeconds, partitions);
      refinery.during(threads, Duration.ofMillis(commitMillis), latency.count, latency::measure);
      latency.print();
    }
  }

  private void measure() throws InterruptedException {
    Thread pusher = new Thread(this::push, "pusher");
    pusher.start();
    Topic<String, RefinedDocument> refined = refinery.topics().refined();
    long end = Long.MAX_VALUE;
    int left = count;
    try (Consumer<String, RefinedDocument> reader = refinery.connection().reader(refined)) {
      List<TopicPartition> all =
          IntStream.range(0, partitions)
              .mapToObj(partition -> new TopicPartition(refined.name(), partition))
              .toList();
      reader.assign(all);
      reader.seekToBeginning(all);
      while (left > 0 && System.nanoTime() - start < end) {
        for (ConsumerRecord<String, RefinedDocument> record : reader.poll(POLL)) {
          arrived.set(Integer.parseInt(record.value().getId()), System.nanoTime() - start);
          left--;
        }
        // What rules drop or the split holds out never arrives.
        if (!pusher.isAlive() && end == Long.MAX_VALUE) {
          end = System.nanoTime() - start + PATIENCE.toNanos();
        }
      }
    }
    pusher.join();
  }

  private void push() {
    try (KafkaProducer<byte[], byte[]> producer = refinery.producer()) {
      Documents source = new Documents();
      long begin = System.nanoTime();
      for (int number = 0; number < count; number++) {
        byte[] content = KafkaRefinery.utf8(source.text(number));
        long due = begin + (long) (number * 1e9 / rate);
        while (System.nanoTime() < due) Thread.sleep(1);
        pushed.set(number, System.nanoTime() - start);
        refinery.send(producer, number, content);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print() {
    long[] latencies =
        IntStream.range(first, count)
            .filter(number -> arrived.get(number) > 0)
            .mapToLong(number -> arrived.get(number) - pushed.get(number))
            .sorted()
            .toArray();
    int measured = count - first;
    System.out.printf(
        Locale.ROOT,
        "%,d documents/s: %,d of %,d refined; p50 %.0f ms, p99 %.0f ms, most %.0f ms;"
            + " heap after a collection %.0f MB%n",
        rate,
        latencies.length,
        measured,
        quantile(latencies, 0.5),
        quantile(latencies, 0.99),
        quantile(latencies, 1),
        KafkaRefinery.heapBytesAfterCollection() / 1e6);
  }

  private static double quantile(long[] sorted, double part) {
    if (sorted.length == 0) return Double.NaN;
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(part * sorted.length))] / 1e6;
  }
}
