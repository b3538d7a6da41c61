package dev.millrace.refinery;

import dev.millrace.refinery.classifier.QualityClassifier;
import dev.millrace.refinery.code.Code;
import dev.millrace.refinery.contamination.Contamination;
import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.extraction.Extraction;
import dev.millrace.refinery.language.Language;
import dev.millrace.refinery.lines.LineDedup;
import dev.millrace.refinery.normalisation.Normalisation;
import dev.millrace.refinery.pii.Pii;
import dev.millrace.refinery.quality.C4;
import dev.millrace.refinery.quality.Ccnet;
import dev.millrace.refinery.quality.FineWeb;
import dev.millrace.refinery.quality.GopherQuality;
import dev.millrace.refinery.quality.GopherRepetition;
import dev.millrace.refinery.toxicity.Toxicity;
import dev.millrace.refinery.url.Url;
import dev.millrace.runtime.config.Default;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The run file's {@code refinery}: which stages judge a document, in order, and their thresholds.
 *
 * @param stages of every domain that says nothing else
 * @param domains what differs in a domain, by its name
 * @param dedup the last stage, the same for all domains
 */
public record RefineryConfig(
    @Default("[extraction, normalisation, language, gopher-quality, gopher-repetition, pii]")
        List<StageName> stages,
    Extraction extraction,
    Normalisation normalisation,
    Language language,
    GopherQuality gopherQuality,
    GopherRepetition gopherRepetition,
    C4 c4,
    FineWeb fineweb,
    Ccnet ccnet,
    Url url,
    Code code,
    Toxicity toxicity,
    QualityClassifier qualityClassifier,
    LineDedup lineDedup,
    Contamination contamination,
    Pii pii,
    @Default("{}") Map<String, Domain> domains,
    DedupConfig dedup) {

  public RefineryConfig {
    stages = List.copyOf(stages);
    domains = Map.copyOf(domains);
    requireSensible(stages);
    requireClassifier(stages, qualityClassifier);
    for (Domain domain : domains.values()) {
      requireClassifier(
          domain.stages().orElse(stages), domain.qualityClassifier().orElse(qualityClassifier));
    }
  }

  private static void requireClassifier(List<StageName> stages, QualityClassifier classifier) {
    if (stages.contains(StageName.QUALITY_CLASSIFIER) && classifier.file().isEmpty()) {
      throw new IllegalArgumentException(
          "stages has quality-classifier, which needs qualityClassifier.file");
    }
  }

  private static void requireSensible(List<StageName> stages) {
    Set<StageName> seen = EnumSet.noneOf(StageName.class);
    for (StageName stage : stages) {
      if (!seen.add(stage)) throw new IllegalArgumentException("stages has " + stage + " twice");
    }
    if (seen.contains(StageName.CCNET)
        && stages.indexOf(StageName.LANGUAGE) > stages.indexOf(StageName.CCNET)) {
      throw new IllegalArgumentException("stages has ccnet before language, whose score it judges");
    }
  }

  /**
   * What differs in one domain. A section that it has takes the place of the common one as a whole;
   * what such a section leaves out is the built-in default. Evaluation sets alone add up: what one
   * domain keeps out beside its own is what all keep out.
   */
  public record Domain(
      Optional<List<StageName>> stages,
      Optional<Extraction> extraction,
      Optional<Normalisation> normalisation,
      Optional<Language> language,
      Optional<GopherQuality> gopherQuality,
      Optional<GopherRepetition> gopherRepetition,
      Optional<C4> c4,
      Optional<FineWeb> fineweb,
      Optional<Ccnet> ccnet,
      Optional<Url> url,
      Optional<Code> code,
      Optional<Toxicity> toxicity,
      Optional<QualityClassifier> qualityClassifier,
      Optional<LineDedup> lineDedup,
      Optional<Contamination> contamination,
      Optional<Pii> pii) {

    public Domain {
      stages.ifPresent(RefineryConfig::requireSensible);
    }

    private Domain in(Path folder, Map<String, Path> evaluationSets) {
      return new Domain(
          stages,
          extraction,
          normalisation,
          language,
          gopherQuality,
          gopherRepetition,
          c4,
          fineweb,
          ccnet,
          url.map(own -> own.in(folder)),
          code,
          toxicity.map(own -> own.in(folder)),
          qualityClassifier.map(own -> own.in(folder)),
          lineDedup,
          contamination.map(own -> own.and(evaluationSets).in(folder)),
          pii);
    }
  }

  /** With the files that it names looked for in this folder: the run file's. */
  public RefineryConfig in(Path folder) {
    return in(folder, Map.of());
  }

  /**
   * With the files that it names looked for in this folder: the run file's.
   *
   * @param evaluationSets files by name that every domain keeps out beside its own
   */
  public RefineryConfig in(Path folder, Map<String, Path> evaluationSets) {
    Map<String, Domain> there = new HashMap<>();
    domains.forEach((name, domain) -> there.put(name, domain.in(folder, evaluationSets)));
    return new RefineryConfig(
        stages,
        extraction,
        normalisation,
        language,
        gopherQuality,
        gopherRepetition,
        c4,
        fineweb,
        ccnet,
        url.in(folder),
        code,
        toxicity.in(folder),
        qualityClassifier.in(folder),
        lineDedup,
        contamination.and(evaluationSets).in(folder),
        pii,
        there,
        dedup);
  }

  /** Whether any domain judges by this stage. */
  public boolean lists(StageName stage) {
    return stages.contains(stage)
        || domains.values().stream()
            .anyMatch(domain -> domain.stages().orElse(List.of()).contains(stage));
  }

  /** As it is for one domain. */
  public RefineryConfig of(String domain) {
    Domain own = domains.get(domain);
    if (own == null) return this;
    return new RefineryConfig(
        own.stages().orElse(stages),
        own.extraction().orElse(extraction),
        own.normalisation().orElse(normalisation),
        own.language().orElse(language),
        own.gopherQuality().orElse(gopherQuality),
        own.gopherRepetition().orElse(gopherRepetition),
        own.c4().orElse(c4),
        own.fineweb().orElse(fineweb),
        own.ccnet().orElse(ccnet),
        own.url().orElse(url),
        own.code().orElse(code),
        own.toxicity().orElse(toxicity),
        own.qualityClassifier().orElse(qualityClassifier),
        own.lineDedup().orElse(lineDedup),
        own.contamination().map(its -> its.and(contamination.sets())).orElse(contamination),
        own.pii().orElse(pii),
        domains,
        dedup);
  }
}
