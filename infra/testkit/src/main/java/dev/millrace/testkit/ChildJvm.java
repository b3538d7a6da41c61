package dev.millrace.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opentest4j.AssertionFailedError;

/**
 * A main class in a JVM of its own, for tests that kill. It has the class path of the test; what it
 * prints (both streams) goes to a file. It ends with {@link #close} or with the JVM of the test,
 * whichever comes first.
 */
public final class ChildJvm implements AutoCloseable {
  /** It ends before the second compiler's work would pay, and has a small heap. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final String name;
  private final Process process;
  private final Path output;
  private final Thread endWithTests;

  private ChildJvm(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
    this.endWithTests = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(endWithTests);
  }

  /** Says what to start: {@code ChildJvm.of(Main.class).arguments("a").start(file)}. */
  public static Command of(Class<?> main) {
    return new Command(main, List.of(), List.of(), List.of(), Map.of(), Map.of());
  }

  /**
   * What to start.
   *
   * @param launcher a command that runs the command after it, as {@link TinyDisk#launcher}
   */
  public record Command(
      Class<?> main,
      List<String> launcher,
      List<String> jvmOptions,
      List<String> arguments,
      Map<String, String> properties,
      Map<String, String> environment) {
    public Command {
      launcher = List.copyOf(launcher);
      jvmOptions = List.copyOf(jvmOptions);
      arguments = List.copyOf(arguments);
      properties = Map.copyOf(properties);
      environment = Map.copyOf(environment);
    }

    public Command arguments(String... values) {
      return new Command(main, launcher, jvmOptions, List.of(values), properties, environment);
    }

    /** Runs it by way of another command, which must become it in the end. */
    public Command launcher(List<String> values) {
      return new Command(main, values, jvmOptions, arguments, properties, environment);
    }

    /** As {@code -Xmx256m}. */
    public Command jvmOptions(String... values) {
      return new Command(main, launcher, List.of(values), arguments, properties, environment);
    }

    /** A system property of the child. */
    public Command property(String key, String value) {
      return new Command(
          main, launcher, jvmOptions, arguments, with(properties, key, value), environment);
    }

    public Command environment(String key, String value) {
      return new Command(
          main, launcher, jvmOptions, arguments, properties, with(environment, key, value));
    }

    /** Starts it; the output file is begun anew. */
    public ChildJvm start(Path output) {
      ProcessBuilder builder = new ProcessBuilder(line());
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      try {
        return new ChildJvm(main.getSimpleName(), builder.start(), output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<String> line() {
      List<String> line = new ArrayList<>(launcher);
      line.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
      line.addAll(SHORT_LIVED);
      line.addAll(jvmOptions);
      properties.forEach((key, value) -> line.add("-D" + key + "=" + value));
      line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
      line.addAll(arguments);
      return line;
    }

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
      Map<String, String> more = new LinkedHashMap<>(map);
      more.put(key, value);
      return more;
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything printed so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The first complete line, from the start of the output, in which the pattern is found.
   *
   * @throws AssertionFailedError with the output when it does not come in time or the child ends
   */
  public Matcher awaitLine(String pattern, Duration timeout) {
    Pattern compiled = Pattern.compile(pattern);
    boolean[] ended = new boolean[1];
    Optional<Matcher> found =
        Await.until(
            name + " prints a line with " + pattern,
            timeout,
            () -> {
              ended[0] = !process.isAlive(); // Before the look, so that the last words are heard.
              return line(compiled);
            },
            line -> line.isPresent() || ended[0]);
    return found.orElseThrow(
        () ->
            new AssertionFailedError(
                "%s ended with code %d and printed no line with %s:%n%s"
                    .formatted(name, process.exitValue(), pattern, output())));
  }

  private Optional<Matcher> line(Pattern pattern) {
    String said = output();
    return said.substring(0, said.lastIndexOf('\n') + 1)
        .lines()
        .map(pattern::matcher)
        .filter(Matcher::find)
        .findFirst();
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill9() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGTERM; returns at once. */
  public void terminate() {
    process.destroy();
  }

  /** Of an ended child: 128 + the signal if one ended it. */
  public OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Waits for the end and returns the exit code. */
  public int awaitExit(Duration timeout) {
    try {
      if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionFailedError(
        "%s did not end within %s:%n%s".formatted(name, timeout, output()));
  }

  @Override
  public void close() {
    kill9();
    try {
      Runtime.getRuntime().removeShutdownHook(endWithTests);
    } catch (IllegalStateException e) {
      // The JVM is ending and the hook has done the same.
    }
  }
}
