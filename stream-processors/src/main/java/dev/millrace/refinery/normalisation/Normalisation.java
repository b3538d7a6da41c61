package dev.millrace.refinery.normalisation;

import com.ibm.icu.text.Normalizer2;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.runtime.config.Default;
import java.util.Map;

/**
 * Unicode normalisation form C; line feeds as the only line ends, no more than one blank line in a
 * row, none at the ends; plain spaces; nothing at the end of a line; no controls, no invisible
 * format characters but joiners, no half characters; a joiner where more than thirty combining
 * marks follow each other. Indentation and spaces within a line stay.
 *
 * @param mojibake whether UTF-8 that was once read as windows-1252 is repaired
 */
public record Normalisation(@Default("true") boolean mojibake) implements Stage {
  /** The stage's name. */
  public static final String NAME = "normalisation";

  @Override
  public Verdict judge(RefinedText text) {
    String normal = Clean.of(text.text()).orElseGet(() -> normalised(text.text()));
    return new Verdict.KeepChanged(text.withText(normal), Map.of());
  }

  private String normalised(String text) {
    String repaired = mojibake ? Mojibake.repair(text) : text;
    return Cleaning.clean(Normalizer2.getNFCInstance().normalize(StreamSafe.of(repaired)));
  }
}
