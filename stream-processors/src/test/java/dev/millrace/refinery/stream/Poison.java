package dev.millrace.refinery.stream;

import dev.millrace.schemas.RawDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A document that was made to hang a refinery, or that looks so.
 *
 * @param content made anew: all of them at once would fill a heap
 * @param outcome in the chain: kept, the rule that drops it, or the stage that it is a dead letter
 *     of
 */
record Poison(
    String name, String mediaType, String charset, Supplier<byte[]> content, String outcome) {
  private static final String UTF_8 = "UTF-8";
  private static final int MILLION = 1_000_000;
  private static final String PLAIN = "text/plain";
  private static final String HTML = "text/html";
  private static final String PARAGRAPH =
      "The same paragraph comes again and again, and it has two sentences. This is the other.\n\n";

  /** All of them; sizes are in bytes where it is not said otherwise. */
  static Stream<Poison> all() {
    return Stream.of(small(), backtracking(), characters(), markup(), large()).flatMap(s -> s);
  }

  private static Stream<Poison> small() {
    return Stream.of(
        text("empty", "extraction.empty", () -> ""),
        text("one character", "gopher-quality.words-min", () -> "a"));
  }

  /** What a pattern would try in a million ways, or a scan begin a million times. */
  private static Stream<Poison> backtracking() {
    return Stream.of(
        text("a word and no end", "gopher-quality.words-min", () -> million("a") + "!"),
        text("local parts", "gopher-quality.words-max", () -> million("a.a-a_a+") + "@"),
        text("mail signs", "gopher-quality.words-max", () -> million("a@a.a-")),
        text("points", "gopher-quality.words-min", () -> million("a.")),
        text("digits", "gopher-quality.words-min", () -> million("1")),
        text("groups of digits", "gopher-quality.words-max", () -> million("1234 ")),
        text("colons", "gopher-quality.words-min", () -> million("1:")),
        text("brackets", "gopher-quality.words-min", () -> million("[1(")),
        text("quotes", "gopher-quality.words-min", () -> million("\"'")),
        text("comments", "gopher-quality.alphabetic-words-min", () -> million("/* copyright */\n")),
        text("open comments", "gopher-quality.words-min", () -> million("/*\n")),
        text(
            "key headers",
            "gopher-quality.words-max",
            () -> million("-----BEGIN PRIVATE KEY-----\n")),
        text("token headers", "gopher-quality.words-min", () -> million("eyJ.")),
        text("white space", "gopher-quality.words-min", () -> "x" + million(" \t") + "x"),
        text("line feeds", "gopher-quality.words-min", () -> "x" + million("\r") + "x"),
        text("lines", "gopher-quality.words-max", () -> million("x\n")));
  }

  private static Stream<Poison> characters() {
    return Stream.of(
        text("NULs", "extraction.undecodable-max", () -> million("\0")),
        text("NULs between words", "extraction.undecodable-max", () -> million("some words \0")),
        bytes("lone surrogates", "UTF-16LE", "extraction.undecodable-max", () -> surrogates()),
        bytes(
            "UTF-8 as UTF-16",
            "UTF-16LE",
            "gopher-quality.words-max",
            () -> utf8(million("größe und maß "))),
        bytes(
            "Latin-1 as UTF-8",
            UTF_8,
            "gopher-quality.words-max",
            () -> latin1(million("größe und maß "))),
        text("mojibake", "gopher-quality.words-min", () -> million("Ã¤â‚¬")),
        text("marks in order", "gopher-quality.words-min", () -> "a" + million("\u0301")),
        text("marks out of order", "gopher-quality.words-min", () -> "a" + million("\u0301\u0323")),
        text(
            "Hebrew and Arabic",
            "gopher-quality.words-max",
            () -> million("\u05d0\u05d1\u202e \u0627\u0644 ")),
        text("Chinese", "gopher-quality.words-max", () -> million("\u4e2d\u6587")),
        text("Thai", "gopher-quality.words-max", () -> million("\u0e01\u0e32")),
        text("emoji", "gopher-quality.words-max", () -> million("\ud83d\udc69\u200d")));
  }

  private static Stream<Poison> markup() {
    return Stream.of(
        html("a million nested tags", () -> "<div>".repeat(MILLION)),
        html("nested lists", () -> million("<ul><li>")),
        html("nested tables", () -> million("<table><tr><td>")),
        html("tags that close nothing", () -> "</div>".repeat(MILLION)),
        html("attributes", () -> "<p " + million("a=b ") + ">"),
        html("angle brackets", () -> million("<")),
        html("open HTML comments", () -> million("<!--")),
        new Poison(
            "a billion laughs",
            "application/xhtml+xml",
            UTF_8,
            () -> utf8(laughs()),
            "gopher-quality.words-min"));
  }

  private static Stream<Poison> large() {
    return Stream.of(
        text(
            "a million mail addresses",
            "gopher-quality.words-max",
            () -> each(i -> "n" + i + "@a.io ")),
        text(
            "a million phone-like numbers",
            "gopher-quality.words-max",
            () -> each(i -> 1_000_000 + i + "\n")),
        text(
            "one line of 16 MiB",
            "gopher-quality.words-max",
            () -> repeat("a word and another ", 16 << 20)),
        text(
            "one paragraph, 16 MiB", "gopher-quality.words-max", () -> repeat(PARAGRAPH, 16 << 20)),
        text(
            "one paragraph, 50 MB",
            "extraction.characters-max",
            () -> repeat(PARAGRAPH, 50 * MILLION)),
        text(
            "one line of 63 MiB",
            "extraction.characters-max",
            () -> repeat("a word and another ", 63 << 20)));
  }

  private static Poison text(String name, String outcome, Supplier<String> text) {
    return bytes(name, UTF_8, outcome, () -> utf8(text.get()));
  }

  private static Poison html(String name, Supplier<String> page) {
    return new Poison(name, HTML, UTF_8, () -> utf8(page.get()), "extraction.empty");
  }

  private static Poison bytes(
      String name, String charset, String outcome, Supplier<byte[]> content) {
    return new Poison(name, PLAIN, charset, content, outcome);
  }

  /** About a million UTF-16 units of it. */
  private static String million(String part) {
    return repeat(part, MILLION);
  }

  private static String repeat(String part, int length) {
    return part.repeat(length / part.length());
  }

  private static String each(IntFunction<String> part) {
    return IntStream.range(0, MILLION).mapToObj(part).collect(Collectors.joining());
  }

  /** Ten entities, each ten of the one before. */
  private static String laughs() {
    String entities =
        IntStream.range(1, 10)
            .mapToObj(i -> "<!ENTITY l%d \"%s\">".formatted(i, ("&l" + (i - 1) + ";").repeat(10)))
            .collect(Collectors.joining());
    return "<?xml version=\"1.0\"?><!DOCTYPE html [<!ENTITY l0 \"lol\">"
        + entities
        + "]><html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>&l9;</p></body></html>";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A million first halves of characters, in UTF-16. */
  private static byte[] surrogates() {
    byte[] bytes = new byte[2 * MILLION];
    for (int i = 0; i < bytes.length; i += 2) bytes[i + 1] = (byte) 0xD8;
    return bytes;
  }

  /** As much of it. */
  RawDocument document(int bytesMax) {
    byte[] all = content.get();
    ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(all, Math.min(all.length, bytesMax)));
    return new RawDocument(name, "d", null, mediaType, charset, bytes, null, Map.of());
  }

  @Override
  public String toString() {
    return name;
  }
}
