package dev.millrace.ingest;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;

/**
 * Pushes inputs into {@code documents.raw}. Documents and the mark that says how far their file has
 * been pushed are committed in one transaction: who is killed and run again goes on where it was,
 * none lost and none twice, and who runs a second time adds nothing.
 *
 * <p>There is one kind of recovery, that of a new start: end what was left open, read the marks,
 * skip what they count. It serves after a crash and after the loss of a broker alike.
 *
 * <p>Pushing the same file at the same time as a part of two different inputs (a folder, and the
 * file by itself) is the one thing that is not guarded against.
 */
public final class Ingest {
  private static final long WAITING_BYTES_MAX = 16 << 20;
  private static final Duration TELL_EVERY = Duration.ofMillis(100);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final IngestOptions options;
  private final Lock sending = new ReentrantLock(); // Held while a transaction may be open.
  private volatile boolean stopped;
  private volatile boolean following;
  private volatile boolean waiting; // For Kafka.

  public Ingest(KafkaConnection kafka, Topics topics, IngestOptions options) {
    this.kafka = kafka;
    this.topics = topics;
    this.options = options;
  }

  /** Commits what was read and returns; from any thread. What is left is for the next time. */
  public void stop() {
    stopped = true;
  }

  /**
   * Does so and waits until what was read is committed, so that the process may end: a transaction
   * left open would hold readers back until the broker ends it. An input that has not been read yet
   * is not waited for.
   *
   * @return whether nothing is left open
   */
  public boolean stop(Duration patience) throws InterruptedException {
    stop();
    if (!sending.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) return false;
    sending.unlock();
    return true;
  }

  /**
   * Pushes the inputs, one after the other.
   *
   * @throws IngestException where an input is not there, the broker is not, or not any more
   * @throws ProducerFencedException where another push of the same input has taken over
   */
  public IngestReport push(List<Input> inputs, IngestListener listener) {
    return push(inputs, System.in, listener);
  }

  IngestReport push(List<Input> inputs, InputStream standardInput, IngestListener listener) {
    BrokerCheck.check(kafka, topics);
    return pushAll(inputs.stream().map(i -> Corpus.of(i, standardInput)).toList(), listener);
  }

  /**
   * Pushes what is in the folders, and files that come into them, whole ones only, until it is
   * stopped. The progress that it tells begins anew whenever something has come.
   *
   * @param rest how long a file must not have changed to be taken for whole
   * @throws IngestException as {@link #push}, and where an input is no folder
   */
  public IngestReport follow(List<Input> folders, Duration rest, IngestListener listener) {
    BrokerCheck.check(kafka, topics);
    Follow follow = new Follow(folders, rest);
    IngestReport sum = IngestReport.none();
    try {
      while (!stopped) {
        List<Corpus> settled = follow.settled(Instant.now());
        following = true;
        if (!settled.isEmpty()) {
          sum = sum.plus(pushAll(settled, listener));
          listener.note(
              "following: %,d documents pushed, %,d were there already"
                  .formatted(sum.documents(), sum.alreadyThere()));
        }
        if (!stopped) Thread.sleep(LOOK_EVERY.toMillis());
      }
    } catch (IOException e) {
      throw new IngestException("a folder cannot be followed: " + Failures.line(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IngestException("interrupted", e);
    }
    return sum;
  }

  /** Whether it looks into folders, and Kafka has taken what it found there last. */
  boolean isFollowing() {
    return following && !waiting;
  }

  private IngestReport pushAll(List<Corpus> corpora, IngestListener listener) {
    Set<String> names = corpora.stream().map(Corpus::name).collect(Collectors.toSet());
    Tally tally = new Tally(listener, total(corpora));
    try (Marks marks = new Marks(kafka, topics.ingestProgress(), names)) {
      for (Corpus corpus : corpora) {
        if (!stopped) push(corpus, marks, tally);
      }
    }
    return tally.report(stopped);
  }

  private static OptionalLong total(List<Corpus> corpora) {
    return corpora.stream().allMatch(c -> c.bytes().isPresent())
        ? OptionalLong.of(corpora.stream().mapToLong(c -> c.bytes().orElseThrow()).sum())
        : OptionalLong.empty();
  }

  private void push(Corpus corpus, Marks marks, Tally tally) {
    Outage outage = outage();
    tally.begin();
    while (!stopped) {
      long before = tally.commits();
      try {
        pushOnce(corpus, marks, tally);
        return;
      } catch (KafkaException e) {
        if (tally.commits() > before) outage = outage();
        waiting = true;
        outage.waitOut(e, corpus, tally);
        waiting = false;
        tally.beginAgain();
      }
    }
  }

  private Outage outage() {
    return new Outage(kafka, topics, options.patience(), () -> stopped);
  }

  private void pushOnce(Corpus corpus, Marks marks, Tally tally) {
    try (Publisher publisher = new Publisher(kafka, topics, corpus.name())) {
      marks.refresh(tally::note); // After the publisher has ended what was open.
      if (options.again() && tally.isAtTheStart()) marks.forget(); // Later ones are our own.
      tally.settle(marks::of);
      Reading reading = new Reading(corpus.opener().open(), marks::of, options, tally.meter());
      reading.skip(tally.reached().done());
      try (ReadAhead<Step> steps =
          new ReadAhead<>(reading::next, Step::bytes, WAITING_BYTES_MAX, reading::close)) {
        push(steps, new Pushing(publisher, options.batch(), tally));
      } catch (KafkaException e) {
        throw publisher.judged(e);
      }
    } catch (IOException e) {
      Batch batch = new Batch(options.batch(), tally.reached());
      batch.failed(corpus.input().shown(), Failures.line(e));
      tally.add(batch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IngestException("interrupted", e);
    }
  }

  private void push(ReadAhead<Step> steps, Pushing pushing) throws InterruptedException {
    sending.lock();
    try {
      while (!stopped && !steps.isExhausted()) {
        steps.poll(pushing.untilDue(TELL_EVERY)).ifPresent(pushing::take);
        pushing.commitIfDue();
      }
      pushing.commit();
    } finally {
      sending.unlock();
    }
  }
}
