package dev.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.stage.BrokenStageException;
import dev.millrace.runtime.terminal.Progress;
import dev.millrace.runtime.terminal.Unit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The refinery's own code on documents in a file, without Kafka. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description =
        "Says what the refinery makes of documents and why: JSON Lines with id, text and domain in,"
            + " one line out per line in, without Kafka. Or, with --what-if, what another run file"
            + " would have made of all documents that were refined.")
final class ExplainCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin RunOptions run = new RunOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE.jsonl|-",
      description = "The documents; - for standard input.")
  String input = "";

  @Option(
      names = "--stages",
      split = ",",
      paramLabel = "STAGE",
      description =
          "These stages only, of those that the run file has, for example gopher-quality.")
  List<String> stages = List.of();

  @Option(
      names = "--near-dedup",
      description = "Also drop duplicates of earlier lines, as the index would.")
  boolean dedup;

  @Option(
      names = "--what-if",
      paramLabel = "OTHER_RUN.yaml",
      description =
          "Count the documents in Kafka that would move under the thresholds of another run file.")
  @Nullable Path whatIf;

  @Option(names = "--json", description = "With --what-if: JSON Lines in place of the table.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    if (whatIf != null) {
      new History(run.context(), RunContext.of(Optional.of(whatIf), run.directory)).print(json);
      return 0;
    }
    if (input.isEmpty()) throw new UsageError("explain needs FILE.jsonl, -, or --what-if");
    RefineryConfig config = run.context().refinery();
    Explanation explanation = new Explanation(config, wantedStages(config), dedup);
    long refused = 0;
    try (BufferedReader lines = open();
        Progress bar = Progress.besideOutput("explain", Unit.of("documents"))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        ObjectNode answer = answer(explanation, line);
        if (answer.path("verdict").asText().equals("error")) refused++;
        System.out.println(answer);
        bar.add(1);
      }
    }
    if (refused > 0) throw new UserError(refused + " lines were no documents: see their reason");
    return 0;
  }

  private static ObjectNode answer(Explanation explanation, String line) {
    JsonNode document;
    try {
      document = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return error(NullNode.getInstance(), "not JSON: " + e.getOriginalMessage());
    }
    if (!document.path("text").isTextual()) return error(id(document), "no text");
    try {
      return explanation.of(document);
    } catch (BrokenStageException e) { // The stream would make it a dead letter.
      return error(id(document), e.getMessage());
    }
  }

  private static JsonNode id(JsonNode document) {
    return document.hasNonNull("id")
        ? JSON.getNodeFactory().textNode(document.get("id").asText())
        : NullNode.getInstance();
  }

  private static ObjectNode error(JsonNode id, String reason) {
    ObjectNode line = JSON.createObjectNode();
    line.set("id", id);
    return line.put("verdict", "error").put("reason", reason);
  }

  private BufferedReader open() throws IOException {
    InputStream in = input.equals("-") ? System.in : Files.newInputStream(Path.of(input));
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private Set<StageName> wantedStages(RefineryConfig config) {
    Set<StageName> wanted = EnumSet.noneOf(StageName.class);
    for (String name : stages) {
      StageName stage = stage(name.strip());
      if (!config.lists(stage)) {
        throw new UsageError(
            "the run file does not judge by %s: add it to refinery.stages, now %s"
                .formatted(stage, config.stages()));
      }
      wanted.add(stage);
    }
    return wanted.isEmpty() ? EnumSet.allOf(StageName.class) : wanted;
  }

  private static StageName stage(String name) {
    try {
      return StageName.named(name);
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage(), e);
    }
  }
}
