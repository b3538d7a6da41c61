/** The long-lived evaluator: checkpoints in, perplexities out. */
@NullMarked
package dev.millrace.evaluator;

import org.jspecify.annotations.NullMarked;
