package dev.millrace.refinery.stream;

import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.lines.SeenLines;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Rules to be made anew for every thread.
 *
 * @param rules by the lines that they see of earlier documents
 * @param lineWindow how many lines are to be remembered of a domain; empty: nobody looks at lines
 */
record Rulebook(
    Function<SeenLines, DocumentRules> rules, Optional<ToIntFunction<String>> lineWindow) {

  /** Rules that look at one document alone. */
  static Rulebook of(Supplier<DocumentRules> rules) {
    return new Rulebook(seen -> rules.get(), Optional.empty());
  }

  /** The chain of a run file. */
  static Rulebook of(RefineryConfig config) {
    RefineryChain chain = new RefineryChain(config);
    return new Rulebook(
        seen -> new ChainRules(chain.again(seen), config.dedup()),
        config.lists(StageName.LINE_DEDUP)
            ? Optional.of(domain -> config.of(domain).lineDedup().window())
            : Optional.empty());
  }
}
