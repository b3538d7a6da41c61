package dev.millrace.cli;

import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** Where libraries log by {@code java.util.logging}, it goes where everything else is logged. */
final class PlatformLogs extends Handler {
  private static final Formatter FORMATTER = new SimpleFormatter();

  private PlatformLogs() {}

  /** In place of whatever printed it. */
  static void redirect() {
    java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) root.removeHandler(handler);
    root.addHandler(new PlatformLogs());
  }

  @Override
  public void publish(LogRecord record) {
    LoggerFactory.getLogger(Optional.ofNullable(record.getLoggerName()).orElse("java.util.logging"))
        .atLevel(level(record.getLevel().intValue()))
        .setCause(record.getThrown())
        .log(FORMATTER.formatMessage(record));
  }

  private static org.slf4j.event.Level level(int value) {
    if (value >= Level.SEVERE.intValue()) return org.slf4j.event.Level.ERROR;
    if (value >= Level.WARNING.intValue()) return org.slf4j.event.Level.WARN;
    if (value >= Level.CONFIG.intValue()) return org.slf4j.event.Level.INFO;
    return org.slf4j.event.Level.DEBUG;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
