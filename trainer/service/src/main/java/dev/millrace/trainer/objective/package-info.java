/**
 * What a model learns to predict of a sequence: pure functions of its tokens, its ordinal in the
 * curriculum and the run's seed, so that a resumed run sees every example again as it was.
 */
@NullMarked
package dev.millrace.trainer.objective;

import org.jspecify.annotations.NullMarked;
