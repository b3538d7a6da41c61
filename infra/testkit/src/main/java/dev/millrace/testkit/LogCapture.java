package dev.millrace.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.FormattingTuple;
import org.slf4j.helpers.MessageFormatter;

/**
 * What this JVM logs until it is closed, with stack traces, whatever levels and appenders are set
 * meanwhile: our own at DEBUG and everybody else's at INFO, which is all that {@code --verbose}
 * shows.
 */
public final class LogCapture implements AutoCloseable {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final TurboFilter filter = new Ear();

  private final class Ear extends TurboFilter {
    @Override
    public FilterReply decide(
        @Nullable Marker marker,
        Logger logger,
        Level level,
        @Nullable String format,
        Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      boolean ours = logger.getName().startsWith("dev.millrace");
      if (format != null && level.isGreaterOrEqual(ours ? Level.DEBUG : Level.INFO)) {
        lines.add(
            line(
                thrown == null // Else it may be the last of the arguments.
                    ? MessageFormatter.arrayFormat(format, arguments)
                    : MessageFormatter.arrayFormat(format, arguments, thrown)));
      }
      return FilterReply.NEUTRAL;
    }
  }

  private LogCapture() {}

  public static LogCapture start() {
    LogCapture capture = new LogCapture();
    context().addTurboFilter(capture.filter);
    return capture;
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static String line(FormattingTuple said) {
    StringWriter line = new StringWriter();
    line.append(said.getMessage());
    if (said.getThrowable() != null) {
      line.append('\n');
      said.getThrowable().printStackTrace(new PrintWriter(line));
    }
    return line.toString();
  }

  /** Messages so far, each with the stack trace that belongs to it. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    context().getTurboFilterList().remove(filter);
  }
}
