package dev.millrace.dashboard;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** A dashboard and the thread that it reads in. */
final class Serving implements AutoCloseable {
  private final Dashboard dashboard;
  private final Thread thread;

  Serving(RunLog log) throws IOException {
    this(
        log,
        () -> {
          throw new IOException("nobody asks here");
        });
  }

  Serving(RunLog log, LineageDesk.Opening opening) throws IOException {
    dashboard =
        new Dashboard(
            new DashboardConfig("127.0.0.1", 0, Optional.empty()),
            log.kafka(),
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
