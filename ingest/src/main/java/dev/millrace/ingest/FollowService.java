package dev.millrace.ingest;

import dev.millrace.runtime.Service;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;

/** Follows folders until it is told to stop. What was read by then is committed. */
public final class FollowService implements Service {
  private final Ingest ingest;
  private final List<Input> folders;
  private final Duration rest;
  private final IngestListener listener;

  /**
   * @param rest how long a file must not have changed to be taken for whole
   */
  public FollowService(
      Ingest ingest,
      List<Input> folders,
      Duration rest,
      IngestListener listener,
      MeterRegistry meters) {
    this.ingest = ingest;
    this.folders = List.copyOf(folders);
    this.rest = rest;
    this.listener = new FollowMeters(meters, listener);
  }

  @Override
  public void run() {
    ingest.follow(folders, rest, listener);
    listener.note("stopped: the next push of the same input goes on from here");
  }

  /** Whether it looks into its folders, and waits for Kafka with nothing that it found there. */
  @Override
  public boolean isReady() {
    return ingest.isFollowing();
  }

  @Override
  public void stop() {
    ingest.stop();
  }

  @Override
  public void close() {
    stop();
  }
}
