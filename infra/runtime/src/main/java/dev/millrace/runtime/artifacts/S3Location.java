package dev.millrace.runtime.artifacts;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in an object store, as {@code s3://BUCKET/PREFIX}.
 *
 * @param prefix of all keys there: empty, or with a slash at its end
 */
public record S3Location(String bucket, String prefix) {
  public static final String SCHEME = "s3://";

  private static final Pattern FORM =
      Pattern.compile( // Possessive, or a long prefix would be matched by as deep a recursion.
          "s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9_-][A-Za-z0-9._=-]{0,199}+)*+)/?");

  /** Whether a text means a place in an object store, rightly written or not. */
  public static boolean isMeant(String text) {
    return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * As users write it.
   *
   * @throws IllegalArgumentException for anything else; its message does not repeat the text, which
   *     may hold a secret
   */
  public static S3Location of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "not s3://BUCKET/PREFIX, of letters, digits, -, . and _; keys and endpoint come from the"
              + " environment");
    }
    String path = form.group(2);
    return new S3Location(form.group(1), path.isEmpty() ? "" : path.substring(1) + "/");
  }

  /** A place below this one. */
  S3Location below(String... path) {
    return new S3Location(bucket, prefix + String.join("/", path) + "/");
  }

  /** The place that this one is directly below. */
  S3Location parent() {
    String path = prefix.substring(0, prefix.length() - 1);
    return new S3Location(bucket, path.substring(0, path.lastIndexOf('/') + 1));
  }

  /** The last part of the prefix. */
  String name() {
    String path = prefix.substring(0, prefix.length() - 1);
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** With a slash at its end, so that names can be resolved against it. */
  @Override
  public String toString() {
    return SCHEME + bucket + "/" + prefix;
  }
}
