package dev.millrace.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Where logs go: to stderr, or to a file where the terminal shows something better. */
public final class Logs {
  private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex";

  /** Of the process. */
  enum Format {
    /** A line for people. */
    TEXT,
    /**
     * A JSON object a line, with its time in milliseconds, its exception, if any, and as {@code
     * context.properties} the service and the run.
     */
    JSON
  }

  private static Format format = Format.TEXT;

  private Logs() {}

  /** Our own at INFO and everybody else's at WARN; one level more where verbose. */
  static synchronized void configure(boolean verbose, Format wanted) {
    format = wanted;
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    install(console);
    PlatformLogs.redirect();
    context().getLogger(Logger.ROOT_LOGGER_NAME).setLevel(verbose ? Level.INFO : Level.WARN);
    context().getLogger("dev.millrace").setLevel(verbose ? Level.DEBUG : Level.INFO);
    // Both explain at length what our own messages say in a line.
    context().getLogger("org.apache.kafka.clients.NetworkClient").setLevel(Level.ERROR);
    context().getLogger("org.apache.kafka.clients.producer.ProducerConfig").setLevel(Level.ERROR);
    // Warns of every country that has one way alone to write its numbers.
    context().getLogger("com.google.i18n.phonenumbers").setLevel(Level.ERROR);
  }

  /** What child processes log in as well. */
  static synchronized Format format() {
    return format;
  }

  /** Whose log it is from now on, for those who gather many. */
  static void of(String service, String run) {
    context().putProperty("service", service);
    context().putProperty("run", run);
  }

  /** Sends everything to a file from now on. */
  public static synchronized void toFile(Path file) {
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setFile(file.toString());
    install(appender);
  }

  private static void install(OutputStreamAppender<ILoggingEvent> appender) {
    Encoder<ILoggingEvent> encoder = format == Format.JSON ? json() : text();
    encoder.setContext(context());
    encoder.start();
    appender.setContext(context());
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context().getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
  }

  private static Encoder<ILoggingEvent> text() {
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern(PATTERN);
    return text;
  }

  private static Encoder<ILoggingEvent> json() {
    JsonEncoder json = new JsonEncoder();
    json.setWithFormattedMessage(true);
    json.setWithMessage(false);
    json.setWithArguments(false);
    json.setWithSequenceNumber(false);
    json.setWithNanoseconds(false);
    return json;
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }
}
