package dev.millrace.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
  @TempDir Path directory;

  @Test
  void freshOnesAreOutsideTheRangeOfOutgoingConnections() {
    Ports ports = Ports.free();
    assertTrue(ports.broker() < 32_768 && ports.controller() < 32_768, ports.toString());
    assertTrue(Ports.isFree(ports.broker()) && Ports.isFree(ports.controller()));
  }

  @Test
  void areReadBackAsWritten() throws Exception {
    Path file = directory.resolve("ports");
    assertEquals(Optional.empty(), Ports.read(file));
    new Ports(20_001, 20_002).write(file);
    assertEquals(Optional.of(new Ports(20_001, 20_002)), Ports.read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1 2 3", "0 5", "7 7", "99999 5", "a b"})
  void aDamagedFileCountsAsNone(String text) throws Exception {
    Path file = directory.resolve("ports");
    Files.writeString(file, text);
    assertEquals(Optional.empty(), Ports.read(file));
  }

  @Test
  void onlyTheTakenOneIsReplaced() throws Exception {
    try (ServerSocket squatter = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int taken = squatter.getLocalPort();
      int free = Ports.free().broker();
      assertFalse(Ports.isFree(taken));
      assertEquals(free, new Ports(taken, free).orFree().controller());
      assertEquals(free, new Ports(free, taken).orFree().broker());
      assertTrue(Ports.isFree(new Ports(free, taken).orFree().controller()));
    }
  }

  @Test
  void optionsRefuseWhatIsNoSize() {
    assertThrows(IllegalArgumentException.class, () -> BrokerOptions.DEFAULT.heap("lots"));
    assertEquals("1g", BrokerOptions.DEFAULT.heap("1g").heap());
  }
}
