package dev.millrace.testkit;

import ch.qos.logback.classic.BasicConfigurator;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.stream.Stream;

/**
 * Warnings and worse on the console, where nobody has configured logging otherwise: Logback's own
 * default is every debug line of every client. Of one warning there would be thousands: who asks
 * for a group's positions again and again meets one that is just being committed.
 */
public final class QuietLogs extends ContextAwareBase implements Configurator {
  private static final String UNSTABLE_POSITIONS =
      "org.apache.kafka.clients.admin.internals.ListConsumerGroupOffsetsHandler";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (isConfigured()) return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    BasicConfigurator console = new BasicConfigurator();
    console.setContext(context);
    console.configure(context);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    context.getLogger(UNSTABLE_POSITIONS).setLevel(Level.ERROR);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static boolean isConfigured() {
    ClassLoader loader = QuietLogs.class.getClassLoader();
    return System.getProperty("logback.configurationFile") != null
        || Stream.of("logback-test.xml", "logback.xml")
            .anyMatch(name -> loader.getResource(name) != null);
  }
}
