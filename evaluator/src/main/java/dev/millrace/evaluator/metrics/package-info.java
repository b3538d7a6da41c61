/** What a model's nll on a text is worth: sums, perplexities, comparisons. Pure arithmetic. */
@NullMarked
package dev.millrace.evaluator.metrics;

import org.jspecify.annotations.NullMarked;
