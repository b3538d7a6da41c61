package dev.millrace.dashboard;

import dev.millrace.schemas.KafkaConnection;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** A dashboard and the thread that it reads in. */
final class Serving implements AutoCloseable {
  private final Dashboard dashboard;
  private final Thread thread;

  Serving(RunLog log) throws IOException {
    this(log, log.kafka());
  }

  Serving(RunLog log, LineageDesk.Opening opening) throws IOException {
    this(log, log.kafka(), opening);
  }

  Serving(RunLog log, KafkaConnection kafka) throws IOException {
    this(
        log,
        kafka,
        () -> {
          throw new IOException("nobody asks here");
        });
  }

  private Serving(RunLog log, KafkaConnection kafka, LineageDesk.Opening opening)
      throws IOException {
    dashboard =
        new Dashboard(
            new DashboardConfig("127.0.0.1", 0, Optional.empty()),
            kafka,
            log.topics(),
            Records.RUN,
            RunLog.DOMAINS,
            RunLog.PHASES,
            new LineageDesk(opening));
    thread =
        new Thread(
            () -> {
              try {
                dashboard.run();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
  }

  URI uri() {
    return dashboard.uri();
  }

  boolean isReady() {
    return dashboard.isReady();
  }

  boolean isAtWork() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    dashboard.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    dashboard.close();
  }
}
