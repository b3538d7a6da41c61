package dev.millrace.refinery;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.extraction.Extraction;
import dev.millrace.refinery.language.Language;
import dev.millrace.refinery.normalisation.Normalisation;
import dev.millrace.refinery.pii.Pii;
import dev.millrace.refinery.quality.GopherQuality;
import dev.millrace.refinery.quality.GopherRepetition;
import dev.millrace.runtime.config.Default;
import java.util.EnumSet;
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
    Pii pii,
    @Default("{}") Map<String, Domain> domains,
    DedupConfig dedup) {

  public RefineryConfig {
    stages = List.copyOf(stages);
    domains = Map.copyOf(domains);
    requireDistinct(stages);
  }

  private static void requireDistinct(List<StageName> stages) {
    Set<StageName> seen = EnumSet.noneOf(StageName.class);
    for (StageName stage : stages) {
      if (!seen.add(stage)) throw new IllegalArgumentException("stages has " + stage + " twice");
    }
  }

  /**
   * What differs in one domain. A section that it has takes the place of the common one as a whole;
   * what such a section leaves out is the built-in default.
   */
  public record Domain(
      Optional<List<StageName>> stages,
      Optional<Extraction> extraction,
      Optional<Normalisation> normalisation,
      Optional<Language> language,
      Optional<GopherQuality> gopherQuality,
      Optional<GopherRepetition> gopherRepetition,
      Optional<Pii> pii) {

    public Domain {
      stages.ifPresent(RefineryConfig::requireDistinct);
    }
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
        own.pii().orElse(pii),
        domains,
        dedup);
  }
}
