package dev.millrace.bench;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.Signer;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Defaults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What near dedup computes of a document on one core: folded words, content hash, shingles,
 * SuperMinHash signature and keys. English documents of 4 KB.
 */
final class SignatureSpeed {
  private static final int DOCUMENTS = 1_000;

  private SignatureSpeed() {}

  public static void main(String[] arguments) {
    Documents documents = new Documents();
    List<String> texts = IntStream.range(0, DOCUMENTS).mapToObj(documents::text).toList();
    long bytes = texts.stream().mapToLong(t -> t.getBytes(StandardCharsets.UTF_8).length).sum();
    Signer signer = new Signer(Defaults.of(DedupConfig.class));
    long[] sink = new long[1];
    System.out.printf("%d documents of %d bytes%n", texts.size(), bytes / texts.size());
    System.out.println(Speed.head());
    Speed words = Speed.of(() -> texts.forEach(text -> sink[0] += Words.of(text).count()));
    System.out.println(words.row("folded words", texts.size(), bytes));
    Speed content =
        Speed.of(() -> texts.forEach(text -> sink[0] += ContentHash.of(Words.of(text)).low()));
    System.out.println(content.row("and content hash", texts.size(), bytes));
    Speed keys =
        Speed.of(
            () ->
                texts.forEach(
                    text -> {
                      Words folded = Words.of(text);
                      sink[0] += signer.keys(folded, ContentHash.of(folded), Optional.empty())[0];
                    }));
    System.out.println(keys.row("and signature and keys", texts.size(), bytes));
    if (sink[0] == 0) System.out.println(); // Keeps the compiler from leaving the work out.
  }
}
