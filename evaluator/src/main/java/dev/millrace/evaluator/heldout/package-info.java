/** The frozen sets of held-out documents on which checkpoints are compared. */
@NullMarked
package dev.millrace.evaluator.heldout;

import org.jspecify.annotations.NullMarked;
