package dev.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.refinery.Outcome;
import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.Signer;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Defaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Our side of {@code infra/bench/peers/compare}. Argument: a file of documents, JSON Lines. Prints
 * one line a step: its name, seconds of processor time of the whole process, garbage collection and
 * compiler included, for one pass after as long a warm-up as both sides have, and the rule that
 * drops each document, empty where it is kept.
 */
final class PeerSide {
  private static final double WARM_UP_SECONDS = 6;
  private static final List<StageName> STAGES =
      List.of(
          StageName.GOPHER_QUALITY, StageName.GOPHER_REPETITION, StageName.C4, StageName.FINEWEB);

  private PeerSide() {}

  public static void main(String[] arguments) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<SourceDocument> documents = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
      JsonNode document = json.readTree(line);
      texts.add(document.get("text").textValue());
      documents.add(
          SourceDocument.ofText(
              document.get("id").textValue(), "", document.get("text").textValue()));
    }
    for (StageName stage : STAGES) {
      RefineryChain chain = Chain.of(EnumSet.of(stage));
      double seconds = seconds(() -> Chain.judge(chain, documents));
      List<String> rules = documents.stream().map(document -> rule(chain, document)).toList();
      print(json, stage.toString(), seconds, rules);
    }
    Signer signer = new Signer(Defaults.of(DedupConfig.class));
    double seconds =
        seconds(
            () -> {
              for (String text : texts) {
                Words words = Words.of(text);
                signer.keys(words, ContentHash.of(words), Optional.empty());
              }
            });
    print(json, "minhash", seconds, List.of());
  }

  private static String rule(RefineryChain chain, SourceDocument document) {
    return chain.judge(document) instanceof Outcome.Dropped dropped ? dropped.drop().rule() : "";
  }

  private static double seconds(Runnable pass) {
    double end = cpuSeconds() + WARM_UP_SECONDS;
    while (cpuSeconds() < end) pass.run();
    double start = cpuSeconds();
    int passes = 0;
    do {
      pass.run();
      passes++;
    } while (cpuSeconds() - start < 1);
    return (cpuSeconds() - start) / passes;
  }

  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  private static void print(ObjectMapper json, String step, double seconds, List<String> rules)
      throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    line.put("seconds", seconds);
    line.put("rules", rules);
    System.out.println(json.writeValueAsString(line));
  }
}
