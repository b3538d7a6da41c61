package dev.millrace.ingest.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.schemas.RawDocument;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Everything that a source holds. */
record Reads(List<Item> items, Optional<Format> format) {
  static final ReadOptions WEB = ReadOptions.of("web");

  static Reads bytes(String fileName, byte[] bytes, ReadOptions options) {
    return stream(fileName, bytes, options, Optional.empty());
  }

  static Reads bytes(String fileName, byte[] bytes) {
    return bytes(fileName, bytes, WEB);
  }

  static Reads text(String fileName, String text) {
    return bytes(fileName, text.getBytes(UTF_8), WEB);
  }

  static Reads stream(String fileName, byte[] bytes, ReadOptions options, Optional<Glob> glob) {
    Place place = Place.of("name", Optional.of("uri:" + fileName), fileName, fileName);
    try {
      return drain(
          Sources.open(new ByteArrayInputStream(bytes), place, options, glob, new Meter()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Reads file(Path file, ReadOptions options, Optional<Glob> glob) {
    String name = file.getFileName().toString();
    try {
      Place place = Place.of("name", Optional.of("uri:" + name), name, name);
      return drain(Sources.open(file, place, options, glob, new Meter()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Reads file(Path file) {
    return file(file, WEB, Optional.empty());
  }

  private static Reads drain(Sources.Opened opened) {
    List<Item> items = new ArrayList<>();
    try (Items source = opened.items()) {
      for (Optional<Item> i = source.next(); i.isPresent(); i = source.next()) items.add(i.get());
    }
    return new Reads(items, opened.format());
  }

  List<RawDocument> documents() {
    return items.stream()
        .filter(Item.Document.class::isInstance)
        .map(i -> ((Item.Document) i).document())
        .toList();
  }

  RawDocument document() {
    if (items.size() != 1 || documents().size() != 1) {
      throw new AssertionError("not one document: " + items);
    }
    return documents().get(0);
  }

  List<Item.Damaged> damage() {
    return items.stream()
        .filter(Item.Damaged.class::isInstance)
        .map(Item.Damaged.class::cast)
        .toList();
  }

  List<String> texts() {
    return documents().stream().map(Reads::text).toList();
  }

  List<String> ids() {
    return documents().stream().map(RawDocument::getId).toList();
  }

  static String text(RawDocument document) {
    return UTF_8.decode(document.getContent().duplicate()).toString();
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] gzip(String text) {
    return gzip(text.getBytes(UTF_8));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }
}
