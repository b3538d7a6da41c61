package dev.millrace.refinery;

import dev.millrace.refinery.extraction.Decoding;
import dev.millrace.refinery.lines.LineNotes;
import dev.millrace.refinery.lines.SeenLines;
import dev.millrace.refinery.stage.BrokenStageException;
import dev.millrace.refinery.stage.SharedStage;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The stages of each domain, one after the other: the first that drops decides. The stream and
 * {@code millrace explain} judge by this same class. Pure, but not to be shared between threads;
 * what it sees of earlier documents' lines is given, and what it notes is for others to keep.
 */
public final class RefineryChain {
  private final RefineryConfig config;
  private final Set<StageName> wanted;
  private final LineNotes lines;
  private final Map<String, List<NamedStage>> byDomain;

  private record NamedStage(StageName name, Stage stage) {
    /** A stage that throws, or that has no stack or memory left, is the document's fault. */
    Verdict judge(RefinedText text) {
      try {
        return stage.judge(text);
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new BrokenStageException(name.toString(), e);
      }
    }
  }

  /** With all stages that the configuration has. */
  public RefineryChain(RefineryConfig config) {
    this(config, EnumSet.allOf(StageName.class));
  }

  private RefineryChain(RefineryConfig config, Set<StageName> wanted) {
    this.config = config;
    this.wanted = wanted;
    lines = new LineNotes(SeenLines.NONE);
    byDomain = new HashMap<>();
    // All of it now: loading a language model must not count as the first document's time.
    byDomain.put("", build(""));
    config.domains().keySet().forEach(domain -> byDomain.put(domain, build(domain)));
  }

  private RefineryChain(RefineryChain other, SeenLines seen) {
    config = other.config;
    wanted = other.wanted;
    lines = new LineNotes(seen);
    byDomain = new HashMap<>();
    other.byDomain.forEach((domain, stages) -> byDomain.put(domain, again(domain, stages)));
  }

  private List<NamedStage> again(String domain, List<NamedStage> stages) {
    RefineryConfig own = config.of(domain);
    return stages.stream()
        .map(s -> s.stage() instanceof SharedStage ? s : named(s.name(), own))
        .toList();
  }

  private NamedStage named(StageName name, RefineryConfig own) {
    return new NamedStage(name, name.of(own, lines));
  }

  /**
   * The same once more, for another thread; what may be shared is read once.
   *
   * @param seen lines of earlier documents
   */
  public RefineryChain again(SeenLines seen) {
    return new RefineryChain(this, seen);
  }

  /** Hashes of the lines of the document that was judged last, to be seen by later ones. */
  public long[] takeLines() {
    return lines.take();
  }

  /** With these of its stages and no others. */
  public RefineryChain only(Set<StageName> stages) {
    return new RefineryChain(config, Set.copyOf(stages));
  }

  /**
   * Judges a document by the stages of its domain.
   *
   * @throws BrokenStageException where a stage throws
   */
  public Outcome judge(SourceDocument document) {
    lines.take(); // Of one that broke a stage.
    RefinedText text = RefinedText.of(document, Decoding.decode(document));
    for (NamedStage stage : stages(document.domain())) {
      Verdict verdict = stage.judge(text);
      if (verdict instanceof Verdict.KeepChanged changed) text = changed.text();
      text = text.withSignals(verdict.signals());
      if (verdict instanceof Verdict.Drop drop) return new Outcome.Dropped(text, drop);
    }
    return new Outcome.Refined(text, ContentHash.of(text.foldedWords()));
  }

  private List<NamedStage> stages(String domain) {
    return byDomain.getOrDefault(domain, byDomain.get(""));
  }

  private List<NamedStage> build(String domain) {
    RefineryConfig own = config.of(domain);
    return own.stages().stream().filter(wanted::contains).map(name -> named(name, own)).toList();
  }
}
