package dev.millrace.refinery;

import dev.millrace.refinery.language.LangId;
import dev.millrace.refinery.lines.LineNotes;
import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every stage there is, by the name of its family in run files and verdicts. */
public enum StageName {
  EXTRACTION,
  NORMALISATION,
  LANGUAGE,
  GOPHER_QUALITY,
  GOPHER_REPETITION,
  C4,
  FINEWEB,
  CCNET,
  URL,
  CODE,
  TOXICITY,
  QUALITY_CLASSIFIER,
  LINE_DEDUP,
  CONTAMINATION,
  PII;

  private static final Pattern WORD_START = Pattern.compile("-(.)");

  /** The stage as configured. */
  Stage of(RefineryConfig config, LineNotes lines) {
    return switch (this) {
      case EXTRACTION -> config.extraction();
      case NORMALISATION -> config.normalisation();
      case LANGUAGE -> config.language().stage(new LangId());
      case GOPHER_QUALITY -> config.gopherQuality();
      case GOPHER_REPETITION -> config.gopherRepetition();
      case C4 -> config.c4();
      case FINEWEB -> config.fineweb();
      case CCNET -> config.ccnet();
      case URL -> config.url().stage();
      case CODE -> config.code();
      case TOXICITY -> config.toxicity().stage();
      case QUALITY_CLASSIFIER -> config.qualityClassifier().stage();
      case LINE_DEDUP -> config.lineDedup().stage(lines);
      case CONTAMINATION -> config.contamination().stage();
      case PII -> config.pii();
    };
  }

  /** Its rules as configured, in the order in which they are judged; none where it has none. */
  List<Rule> rules(RefineryConfig config) {
    return switch (this) {
      case EXTRACTION -> config.extraction().rules();
      case LANGUAGE -> config.language().rules();
      case GOPHER_QUALITY -> config.gopherQuality().rules();
      case GOPHER_REPETITION -> config.gopherRepetition().rules();
      case C4 -> config.c4().rules();
      case FINEWEB -> config.fineweb().rules();
      case CCNET -> config.ccnet().rules();
      case URL -> config.url().rules();
      case CODE -> config.code().rules();
      case TOXICITY -> config.toxicity().rules();
      case QUALITY_CLASSIFIER -> config.qualityClassifier().rules();
      case LINE_DEDUP -> config.lineDedup().rules();
      case CONTAMINATION -> config.contamination().rules();
      case NORMALISATION, PII -> List.of();
    };
  }

  /** Whether what comes behind it sees another text than what comes before. */
  boolean changesText() {
    return switch (this) {
      case EXTRACTION, NORMALISATION, C4, CODE, LINE_DEDUP, PII -> true;
      case LANGUAGE,
          GOPHER_QUALITY,
          GOPHER_REPETITION,
          FINEWEB,
          CCNET,
          URL,
          TOXICITY,
          QUALITY_CLASSIFIER,
          CONTAMINATION ->
          false;
    };
  }

  /**
   * The stage of a name such as {@code gopher-quality}.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  public static StageName named(String name) {
    return Arrays.stream(values())
        .filter(stage -> stage.toString().equals(name))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no stage is named " + name + "; there are " + allNames()));
  }

  /** Its section's key in run files: {@code gopherQuality}. */
  public String key() {
    return WORD_START
        .matcher(toString())
        .replaceAll(start -> start.group(1).toUpperCase(Locale.ROOT));
  }

  private static String allNames() {
    return Arrays.stream(values()).map(StageName::toString).collect(Collectors.joining(", "));
  }

  /** As run files and verdicts have it: {@code gopher-quality}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
