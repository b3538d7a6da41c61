package dev.millrace.bench;

import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.text.SourceDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * How fast one core refines: every stage alone, then together. Decoding and the content hash are
 * part of every row. Without arguments English documents of 4 KB; with the name of a {@code
 * -javadoc.jar} its pages; with names of stages only these.
 */
final class ChainSpeed {
  private static final int DOCUMENTS = 1_000;

  private ChainSpeed() {}

  public static void main(String[] arguments) throws IOException {
    boolean pages = arguments.length == 1 && arguments[0].endsWith(".jar");
    List<SourceDocument> documents = pages ? pages(arguments[0]) : Documents.first(DOCUMENTS);
    long bytes = documents.stream().mapToLong(document -> document.content().length).sum();
    System.out.printf("%d documents of %d bytes%n", documents.size(), bytes / documents.size());
    System.out.println(Speed.head() + ", documents kept");
    (pages ? everything() : chains(arguments))
        .forEach(
            (name, stages) -> {
              RefineryChain chain = Chain.of(stages);
              int kept = Chain.judge(chain, documents);
              Speed speed = Speed.of(() -> Chain.judge(chain, documents));
              System.out.println(speed.row(name, documents.size(), bytes) + ", " + kept);
            });
  }

  private static Map<String, Set<StageName>> chains(String... names) {
    if (names.length == 0) return everything();
    Map<String, Set<StageName>> chains = new LinkedHashMap<>();
    Set<StageName> together = EnumSet.noneOf(StageName.class);
    for (String name : names) {
      chains.put(name, EnumSet.of(StageName.named(name)));
      together.add(StageName.named(name));
    }
    chains.put("together", together);
    return chains;
  }

  private static Map<String, Set<StageName>> everything() {
    Map<String, Set<StageName>> chains = new LinkedHashMap<>();
    chains.put("decoding and hash only", EnumSet.noneOf(StageName.class));
    for (StageName stage : StageName.values()) {
      if (!Chain.LEFT_OUT.contains(stage)) chains.put(stage.toString(), EnumSet.of(stage));
    }
    chains.put("all filters", Chain.FILTERS);
    chains.put(
        "with extraction and language", EnumSet.complementOf(EnumSet.copyOf(Chain.LEFT_OUT)));
    return chains;
  }

  private static List<SourceDocument> pages(String jar) throws IOException {
    List<SourceDocument> pages = new ArrayList<>();
    try (ZipFile file = new ZipFile(jar)) {
      for (ZipEntry entry : Collections.list(file.entries())) {
        if (!entry.getName().endsWith(".html")) continue;
        pages.add(
            new SourceDocument(
                entry.getName(),
                "",
                Optional.empty(),
                "text/html",
                Optional.empty(),
                file.getInputStream(entry).readAllBytes(),
                Map.of()));
      }
    }
    return pages;
  }
}
