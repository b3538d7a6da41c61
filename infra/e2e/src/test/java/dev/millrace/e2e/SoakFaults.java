package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.SoakStack.Part;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TinyDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What goes wrong, in an order that a seed decides: every kind once before any comes again. In calm
 * times nothing ends a process; the rest goes on.
 */
final class SoakFaults {
  private static final int STOPPED_SECONDS = 20;
  private static final int GUEST_SECONDS = 20;
  private static final int FULL_SECONDS = 25;
  private static final Duration LEAVE_MAX = Duration.ofMinutes(1);

  private static final int TINY_DISK_KIBIBYTES = 300; // Less than a checkpoint's largest file.

  /** A kind of fault, and the part that shows by its output when it is over. */
  record Kind(String name, Part shownBy) {}

  private static final String KILL = "SIGKILL of ";
  private static final String STOP = "SIGSTOP for " + STOPPED_SECONDS + " s of ";
  private static final Kind KILL_BROKER = new Kind(KILL + "the broker", Part.TRAIN);
  private static final Kind RESTART_BROKER = new Kind("restart of the broker", Part.TRAIN);
  static final Kind FULL_DISK = new Kind("full disk for checkpoints", Part.TRAIN);
  private static final Kind SECOND_TRAINER = new Kind("a second trainer", Part.TRAIN);
  private static final Kind SECOND_REFINERY =
      new Kind("a second refinery joins and leaves", Part.REFINE);
  private static final Kind POISON = new Kind("poison documents", Part.REFINE);

  private final SoakStack stack;
  private final Random random;
  private final Deque<Kind> deck = new ArrayDeque<>();
  private final boolean hasTinyDisk;
  private boolean calm;
  private int nextStopped;
  private final Deque<Later> later = new ArrayDeque<>();
  private int poison;
  private int unsaved;

  private record Later(long nanos, Runnable action) {}

  SoakFaults(SoakStack stack, Random random) {
    this.stack = stack;
    this.random = random;
    hasTinyDisk = TinyDisk.unavailable(stack.inbox()).isEmpty();
    nextStopped = random.nextInt(Part.values().length);
  }

  /** From now on nothing ends a process. */
  void calmDown() {
    calm = true;
    deck.clear();
  }

  /** Poison records that were sent and committed. */
  int poison() {
    return poison;
  }

  /** Checkpoints of which a trainer said that it could not save them. */
  int unsaved() {
    return unsaved;
  }

  /** Does what is due of an earlier fault. */
  void tick() {
    while (!later.isEmpty() && later.peek().nanos() <= System.nanoTime()) later.poll().action.run();
  }

  boolean isOver() {
    return later.isEmpty();
  }

  /** Does the next one; what belongs to it and comes later is done by {@link #tick}. */
  Kind next() {
    if (deck.isEmpty()) deck.addAll(shuffled());
    Kind kind = deck.remove();
    if (kind.equals(KILL_BROKER)) stack.killBroker();
    else if (kind.equals(RESTART_BROKER)) stack.restartBroker();
    else if (kind.equals(FULL_DISK)) fullDisk();
    else if (kind.equals(SECOND_TRAINER)) secondTrainer();
    else if (kind.equals(SECOND_REFINERY)) secondRefinery();
    else if (kind.equals(POISON)) poisonDocuments();
    else if (kind.name().startsWith(KILL)) stack.of(kind.shownBy()).kill9();
    else stop(stack.of(kind.shownBy()).pid());
    return kind;
  }

  private List<Kind> shuffled() {
    List<Kind> kinds = new ArrayList<>(List.of(SECOND_REFINERY, POISON));
    List<Part> parts = List.of(Part.values());
    Part stopped = parts.get(nextStopped++ % parts.size()); // Each in its turn.
    kinds.add(new Kind(STOP + stopped.command(), stopped));
    if (!calm) {
      kinds.addAll(List.of(KILL_BROKER, RESTART_BROKER, SECOND_TRAINER));
      if (hasTinyDisk) kinds.add(FULL_DISK);
      for (Part part : parts) kinds.add(new Kind(KILL + part.command(), part));
    }
    Collections.shuffle(kinds, random);
    return kinds;
  }

  private void in(int seconds, Runnable action) {
    later.add(new Later(System.nanoTime() + seconds * 1_000_000_000L, action));
  }

  private void stop(long pid) {
    signal("-STOP", pid);
    in(STOPPED_SECONDS, () -> signal("-CONT", pid));
  }

  private static void signal(String signal, long pid) {
    try {
      new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A trainer that writes its checkpoints to a disk that is soon full, and then a usual one. */
  private void fullDisk() {
    stack.of(Part.TRAIN).close();
    List<String> disk = TinyDisk.launcher(stack.staging(), TINY_DISK_KIBIBYTES);
    stack.begin(Part.TRAIN, disk.toArray(String[]::new));
    in(
        FULL_SECONDS,
        () -> {
          ChildJvm trainer = stack.of(Part.TRAIN);
          String said = trainer.output();
          unsaved += said.split("could not be saved", -1).length - 1;
          trainer.kill9();
        });
  }

  /** It shuts the first one out, which leaves. */
  private void secondTrainer() {
    ChildJvm first = stack.of(Part.TRAIN);
    stack.adopt(Part.TRAIN, stack.beginAnother(Part.TRAIN));
    in(
        GUEST_SECONDS,
        () -> {
          assertTrue(first.awaitExit(LEAVE_MAX) != 0, first::output);
          assertTrue(first.output().contains("has taken over"), first::output);
        });
  }

  private void secondRefinery() {
    ChildJvm guest = stack.beginAnother(Part.REFINE, "--instance", "guest");
    in(GUEST_SECONDS, guest::terminate);
    in(GUEST_SECONDS + 10, guest::close);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A send that failed fails the commit.
  private void poisonDocuments() {
    try (Producer<byte[], byte[]> producer = stack.kafka().transactionalProducer("poison")) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = 0; i < 10; i++) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        byte[] key = ("poison" + (poison + i)).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(SoakStack.TOPICS.raw().name(), key, bytes));
      }
      producer.commitTransaction();
    }
    poison += 10;
  }
}
