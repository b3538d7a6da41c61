package dev.millrace.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two ports of a broker on the loopback address, kept in its directory so that clients find it
 * again after a restart.
 *
 * <p>New ones are below 32768: in the range above, which Linux hands to outgoing connections, a
 * client that retries a dead broker's port may end up connected to itself and hold the port.
 */
record Ports(int broker, int controller) {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_767;
  private static final int ATTEMPTS = 200;
  private static final Pattern LINE = Pattern.compile("(\\d{1,5}) (\\d{1,5})\\s*");

  Ports {
    for (int port : List.of(broker, controller)) {
      if (port < 1 || port > 65_535) throw new IllegalArgumentException("not a port: " + port);
    }
    if (broker == controller) throw new IllegalArgumentException("two servers on port " + broker);
  }

  static Ports free() {
    int broker = freePort(0);
    return new Ports(broker, freePort(broker));
  }

  /** These, or free ones in place of those that somebody else has taken. */
  Ports orFree() {
    int freeBroker = isFree(broker) ? broker : freePort(controller);
    return new Ports(freeBroker, isFree(controller) ? controller : freePort(freeBroker));
  }

  /** What an earlier start has written; nothing where the file is absent or damaged. */
  static Optional<Ports> read(Path file) throws IOException {
    try {
      Matcher ports = LINE.matcher(Files.readString(file));
      return ports.matches() ? Optional.of(parse(ports)) : Optional.empty();
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Ports parse(Matcher ports) {
    return new Ports(Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2)));
  }

  void write(Path file) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(temporary, broker + " " + controller + "\n");
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static int freePort(int except) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
      if (port != except && isFree(port)) return port;
    }
    throw new IllegalStateException("No free port between " + LOWEST + " and " + HIGHEST);
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
