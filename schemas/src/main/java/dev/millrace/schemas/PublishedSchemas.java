package dev.millrace.schemas;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.message.SchemaStore;

/**
 * Every schema that was ever published, found by fingerprint: what makes old records readable.
 * {@code published/index} lists the files; a published file never changes.
 */
final class PublishedSchemas {
  static final SchemaStore STORE = store();

  private PublishedSchemas() {}

  private static SchemaStore store() {
    SchemaStore.Cache cache = new SchemaStore.Cache();
    names().forEach(name -> cache.addSchema(read(name)));
    return cache;
  }

  /** File names such as {@code RawDocument.1.avsc}, in the order of publication. */
  static List<String> names() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(open("index"), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Schema read(String name) {
    try (InputStream file = open(name)) {
      return new Schema.Parser().parse(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(
        PublishedSchemas.class.getResourceAsStream("/dev/millrace/schemas/published/" + name),
        () -> "published schema " + name + " is missing");
  }
}
