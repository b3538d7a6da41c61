package dev.millrace.ingest.source;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.PatternSyntaxException;

/**
 * Chooses files of a tree or entries of an archive by their path within it: {@code **} crosses
 * folders, {@code *} does not. A pattern without a slash goes for the file name, in any folder.
 */
public final class Glob {
  private final String pattern;
  private final PathMatcher matcher;

  private Glob(String pattern, PathMatcher matcher) {
    this.pattern = pattern;
    this.matcher = matcher;
  }

  /**
   * @throws IllegalArgumentException where the pattern is none
   */
  public static Glob of(String pattern) {
    try {
      return new Glob(pattern, FileSystems.getDefault().getPathMatcher("glob:" + pattern));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("no pattern of entries: " + pattern, e);
    }
  }

  /**
   * @param path with slashes between folders
   */
  public boolean matches(String path) {
    try {
      Path within = Path.of(path);
      return matcher.matches(pattern.contains("/") ? within : within.getFileName());
    } catch (InvalidPathException e) {
      return false; // Archives may hold names that no file can have.
    }
  }

  @Override
  public String toString() {
    return pattern;
  }
}
