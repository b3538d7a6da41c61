package dev.millrace.ingest.source;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.PatternSyntaxException;

/**
 * Chooses files of a folder or entries of an archive by their path within it: {@code **} crosses
 * folders, {@code *} does not.
 */
public final class Glob {
  private final String pattern;
  private final PathMatcher matcher;

  private Glob(String pattern) {
    this.pattern = pattern;
    try {
      this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("no pattern of file names: " + pattern, e);
    }
  }

  /**
   * As users mean it: without a slash it goes for the file name, in any folder.
   *
   * @throws IllegalArgumentException where the pattern is none
   */
  public static Glob of(String pattern) {
    return new Glob(pattern.contains("/") ? pattern : "{" + pattern + ",**/" + pattern + "}");
  }

  /** A pattern for the whole path. */
  public static Glob ofPath(String pattern) {
    return new Glob(pattern);
  }

  /**
   * Whether it is chosen.
   *
   * @param path with slashes between folders
   */
  public boolean matches(String path) {
    try {
      return matcher.matches(Path.of(path));
    } catch (InvalidPathException e) {
      return false; // Archives may hold names that no file can have.
    }
  }

  /** The pattern. */
  @Override
  public String toString() {
    return pattern;
  }
}
