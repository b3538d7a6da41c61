package dev.millrace.cli.plan;

import dev.millrace.model.Architectures;
import dev.millrace.model.Shapes;
import dev.millrace.schemas.checkpoint.ModelSpec;
import java.util.Map;

/** A model that a plan proposes: one record a family. */
sealed interface PlannedModel permits PlannedGpt2, PlannedLlama {

  ModelSpec spec();

  /** All trained values, by a formula that is quick enough to try thousands of sizes. */
  double estimate();

  /** The run file's {@code model} section, in the order in which it is written. */
  Map<String, Object> section();

  /** All trained values, by the architecture itself. */
  default long parameters() {
    return Shapes.of(Architectures.of(spec())).parameterCount();
  }
}
