package dev.millrace.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.stream.DomainCounts;
import dev.millrace.refinery.stream.RefineryCounts;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.Sample;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.SetKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the demo has shown.
 *
 * @param unigram perplexity of a unigram model by domain
 * @param checkpoints in the order of their steps
 * @param evaluations by step
 */
record DemoReport(
    Timing timing,
    long rawBytes,
    long trainedTokens,
    long peakMemoryMegabytes,
    int vocabulary,
    Map<String, Double> unigram,
    RefineryCounts funnel,
    List<CheckpointPublished> checkpoints,
    Map<Long, EvaluationResult> evaluations,
    String version) {

  /** Seconds; ingest and refine overlap, and so do train and evaluate. */
  record Timing(double total, double ingest, double refine, double train, double evaluate) {}

  /** As the command's contract has it. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", version);
    ObjectNode seconds = json.putObject("seconds");
    seconds.put("total", timing.total()).put("ingest", timing.ingest());
    seconds.put("refine", timing.refine()).put("train", timing.train());
    seconds.put("evaluate", timing.evaluate());
    json.put("peakMemoryMegabytes", peakMemoryMegabytes);
    ObjectNode throughput = json.putObject("throughput");
    throughput.put("documentsPerSecond", funnel.total().raw() / timing.refine());
    throughput.put("megabytesPerSecond", rawBytes / 1e6 / timing.refine());
    throughput.put("trainedTokensPerSecond", trainedTokens / timing.train());
    json.put("vocabulary", vocabulary);
    ObjectNode unigrams = json.putObject("unigramPerplexity");
    unigram.forEach(unigrams::put);
    ObjectNode domains = json.putObject("domains");
    funnel.domains().forEach((name, counts) -> domains.set(name, json(counts)));
    json.putArray("checkpoints");
    checkpoints.forEach(c -> json.withArray("checkpoints").add(json(c)));
    sample()
        .ifPresent(
            s -> json.putObject("sample").put("prompt", s.getPrompt()).put("text", s.getText()));
    return json;
  }

  private static ObjectNode json(DomainCounts counts) {
    ObjectNode domain = JsonNodeFactory.instance.objectNode();
    domain.put("raw", counts.raw()).put("refined", counts.refined());
    domain.put("heldOut", counts.heldOut()).put("deadLetters", counts.deadLetters());
    ObjectNode dropped = domain.putObject("dropped");
    counts.dropped().forEach(dropped::put);
    return domain;
  }

  private ObjectNode json(CheckpointPublished checkpoint) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("step", checkpoint.getStep()).put("tokens", checkpoint.getTokens());
    if (Double.isFinite(checkpoint.getLoss())) node.put("loss", checkpoint.getLoss());
    else node.putNull("loss");
    ObjectNode sets = node.putObject("evaluations");
    heldOut(checkpoint.getStep()).forEach(set -> sets.set(set.getName(), json(set)));
    return node;
  }

  private static ObjectNode json(SetEvaluation set) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("nll", set.getNll())
        .put("tokens", set.getTokens())
        .put("tokenPerplexity", set.getTokenPerplexity())
        .put("wordPerplexity", set.getWordPerplexity())
        .put("bytePerplexity", set.getBytePerplexity())
        .put("bitsPerByte", set.getBitsPerByte());
  }

  /** The held-out sets of a step's evaluation; empty where it was not evaluated. */
  List<SetEvaluation> heldOut(long step) {
    EvaluationResult result = evaluations.get(step);
    if (result == null) return List.of();
    return result.getSets().stream().filter(s -> s.getKind() == SetKind.HELD_OUT).toList();
  }

  /** Of the last evaluated checkpoint. */
  Optional<Sample> sample() {
    return checkpoints.stream()
        .map(c -> evaluations.get(c.getStep()))
        .filter(e -> e != null && !e.getSamples().isEmpty())
        .reduce((a, b) -> b)
        .map(e -> e.getSamples().get(0));
  }

  void write(Path file) throws IOException {
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), json());
  }
}
