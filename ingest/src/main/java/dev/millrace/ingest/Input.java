package dev.millrace.ingest;

import dev.millrace.ingest.source.Fingerprint;
import dev.millrace.ingest.source.Glob;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something to push.
 *
 * @param location a file, a folder, an http or https URL, {@code s3://BUCKET/PATH}, or {@code -}
 *     for standard input
 * @param name by which it is known again; empty: by its absolute path, a URL as it is shown,
 *     standard input by its content
 * @param entries which files of a folder or entries of an archive; empty: all
 */
public record Input(String location, Optional<String> name, Optional<Glob> entries) {
  /** Standard input. */
  public static final String STANDARD_INPUT = "-";

  private static final String WITHIN = "!/";

  /** Scheme, user, place, query. */
  private static final Pattern URL =
      Pattern.compile("(https?://)([^/?#]*@)?([^?#]*)(\\?[^#]*)?", Pattern.DOTALL);

  public Input {
    if (location.isEmpty()) throw new IllegalArgumentException("the input has no location");
    if (name.isPresent() && name.get().isBlank()) {
      throw new IllegalArgumentException("the name of the input is empty");
    }
  }

  public static Input of(String location) {
    return new Input(location, Optional.empty(), Optional.empty());
  }

  public static Input of(Path path) {
    return of(path.toString());
  }

  /**
   * As on a command line: a location, or {@code ARCHIVE!/ENTRY} where the entry may be a {@link
   * Glob}.
   */
  public static Input parse(String argument) {
    int at = argument.indexOf(WITHIN);
    if (at <= 0 || exists(argument) || isUrl(argument)) return of(argument);
    String entry = argument.substring(at + WITHIN.length());
    return of(argument.substring(0, at)).only(Glob.ofPath(entry));
  }

  private static boolean exists(String path) {
    try {
      return Files.exists(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  public Input named(String newName) {
    return new Input(location, Optional.of(newName), entries);
  }

  public Input only(Glob chosen) {
    return new Input(location, name, Optional.of(chosen));
  }

  /**
   * The location, without the secrets that a URL may carry: the user is left out, and of a query,
   * which may be signed or hold a token, there is a hash, so that another query is another input.
   */
  String shown() {
    Matcher url = URL.matcher(location);
    if (!url.lookingAt()) return location;
    String query = url.group(4);
    String place = url.group(1) + url.group(3);
    return query == null
        ? place
        : place + "?" + Fingerprint.name(query.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return shown();
  }

  boolean isStandardInput() {
    return location.equals(STANDARD_INPUT);
  }

  boolean isUrl() {
    return isUrl(location);
  }

  boolean isObjects() {
    return location.startsWith(Bucket.SCHEME);
  }

  private static boolean isUrl(String location) {
    return location.startsWith("http://") || location.startsWith("https://");
  }
}
