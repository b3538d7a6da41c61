package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.Outcome;
import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.dedup.DocumentSigner;
import dev.millrace.refinery.dedup.DuplicateRules;
import dev.millrace.refinery.dedup.SignatureIndex;
import dev.millrace.refinery.dedup.Signer;
import dev.millrace.refinery.lines.LineWindows;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.Redaction;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.refinery.text.Words;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges documents one after the other, by the classes that the stream judges by, and says why. The
 * redactions' spans are Unicode code points of the text before redaction.
 */
final class Explanation {
  private final RefineryConfig config;
  private final RefineryChain chain;
  private final LineWindows lines;
  private final Signer signer;
  private final Optional<SignatureIndex> index;
  private final List<String> ids = new ArrayList<>(); // By line, which is the index's offset.

  Explanation(RefineryConfig config, Set<StageName> stages, boolean dedup) {
    this.config = config;
    lines = new LineWindows(domain -> config.of(domain).lineDedup().window(), (key, page) -> {});
    chain = new RefineryChain(config).only(stages).again(lines);
    signer = new Signer(config.dedup());
    index = dedup ? Optional.of(new SignatureIndex(config.dedup())) : Optional.empty();
  }

  /**
   * @param document an object with {@code text} and perhaps {@code id}, {@code domain}, {@code
   *     uri}, {@code mediaType} and {@code metadata}
   */
  ObjectNode of(JsonNode document) {
    String id = document.path("id").asText(Integer.toString(ids.size()));
    ids.add(id);
    Outcome outcome = chain.judge(source(id, document));
    lines.add(outcome.text().domain(), chain.takeLines());
    if (outcome instanceof Outcome.Dropped d) return dropped(d.text(), d.drop(), Optional.empty());
    Outcome.Refined refined = (Outcome.Refined) outcome;
    Optional<DedupVerdict.Duplicate> duplicate = index.flatMap(i -> duplicate(i, id, refined));
    return duplicate
        .map(
            d ->
                dropped(
                    refined.text(),
                    DuplicateRules.drop(d, config.dedup()),
                    Optional.of(ids.get((int) d.kept().offset()))))
        .orElseGet(() -> line(refined.text(), "keep"));
  }

  private static SourceDocument source(String id, JsonNode document) {
    Map<String, String> metadata = new HashMap<>();
    document
        .path("metadata")
        .properties()
        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
    return new SourceDocument(
        id,
        document.path("domain").asText(""),
        document.hasNonNull("uri") ? Optional.of(document.get("uri").asText()) : Optional.empty(),
        document.path("mediaType").asText("text/plain"),
        Optional.of("UTF-8"),
        document.path("text").asText().getBytes(StandardCharsets.UTF_8),
        metadata);
  }

  private Optional<DedupVerdict.Duplicate> duplicate(
      SignatureIndex index, String id, Outcome.Refined refined) {
    RefinedText text = refined.text();
    long[] keys = signer.keys(Words.of(text.text()), refined.hash(), text.uri());
    DedupSignature signature =
        new DedupSignature(new Origin(0, ids.size() - 1L), DocumentSigner.idHash(id), keys);
    Optional<DedupVerdict.Duplicate> duplicate = index.verdict(signature).duplicateOf();
    if (duplicate.isEmpty()) index.register(signature);
    return duplicate;
  }

  private static ObjectNode dropped(
      RefinedText text, Verdict.Drop drop, Optional<String> duplicateOf) {
    ObjectNode line = line(text, "drop");
    line.put("stage", drop.stage()).put("rule", drop.rule());
    line.put("measured", drop.measured()).put("threshold", drop.threshold());
    drop.detail().ifPresent(detail -> line.put("detail", detail));
    duplicateOf.ifPresent(id -> line.put("duplicateOf", id));
    return line;
  }

  private static ObjectNode line(RefinedText text, String verdict) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("id", text.id()).put("verdict", verdict);
    for (String absent : List.of("stage", "rule", "measured", "threshold", "duplicateOf")) {
      line.putNull(absent);
    }
    line.put("language", text.language()).put("text", text.text());
    line.putArray("redactions");
    for (Redaction r : text.redactions()) {
      line.withArray("redactions")
          .addObject()
          .put("kind", r.kind())
          .put("start", r.start())
          .put("end", r.end());
    }
    ObjectNode signals = line.putObject("signals");
    text.signals().forEach(signals::put);
    return line;
  }
}
