package dev.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ErrorLineTest {
  private record Nothing() {}

  @Test
  void expectedExceptionsSpeakForThemselves() {
    assertEquals("out of luck", ErrorLine.of(new IllegalStateException("out of luck")));
    assertEquals("no data", ErrorLine.of(new IllegalArgumentException("no data")));
    assertEquals("disk is gone", ErrorLine.of(new IOException("disk is gone")));
  }

  @Test
  void ourOwnExceptionsSpeakForThemselves() {
    InvalidRunFileException ours =
        Assertions.assertThrows(
            InvalidRunFileException.class, () -> RunFile.parse("a: 1", "r.yaml", Nothing.class));
    assertEquals(ours.getMessage().lines().findFirst().orElseThrow(), ErrorLine.of(ours));
  }

  @Test
  void ofOthersTheNameSaysWhatTheMessageMayNot() {
    assertEquals(
        "ArithmeticException: / by zero", ErrorLine.of(new ArithmeticException("/ by zero")));
    assertEquals("NullPointerException", ErrorLine.of(new NullPointerException()));
  }

  @Test
  void filesAreNamedWithWhatIsWrong() {
    assertEquals("a.txt does not exist", ErrorLine.of(new NoSuchFileException("a.txt")));
    assertEquals(
        "no permission to read or write a.txt", ErrorLine.of(new AccessDeniedException("a.txt")));
  }

  @Test
  void wrappersAreLookedUnder() {
    IOException cause = new IOException("disk is gone");
    assertEquals("disk is gone", ErrorLine.of(new ExecutionException(cause)));
    assertEquals(
        "disk is gone", ErrorLine.of(new RuntimeException(new UncheckedIOException(cause))));
    assertEquals("RuntimeException: alone", ErrorLine.of(new RuntimeException("alone")));
  }

  @Test
  void onlyTheFirstLineIsShown() {
    assertEquals("first", ErrorLine.of(new IllegalStateException("first\nsecond")));
  }
}
