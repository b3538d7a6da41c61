/** Texts in, each token's nll out, every token once. Pure but for the model that is asked. */
@NullMarked
package dev.millrace.evaluator.scoring;

import org.jspecify.annotations.NullMarked;
