package dev.millrace.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Whether containers can be had. */
final class Docker {
  private Docker() {}

  /** Quietly: that there is no Docker is an answer, not an error. */
  static boolean answers() {
    if (!(LoggerFactory.getLogger("org.testcontainers") instanceof Logger logger)) {
      return DockerClientFactory.instance().isDockerAvailable();
    }
    Level before = logger.getLevel();
    logger.setLevel(Level.OFF);
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } finally {
      logger.setLevel(before);
    }
  }
}
