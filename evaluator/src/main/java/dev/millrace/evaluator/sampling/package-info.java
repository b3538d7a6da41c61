/** Text out of a model, token by token. Pure but for the model that is asked. */
@NullMarked
package dev.millrace.evaluator.sampling;

import org.jspecify.annotations.NullMarked;
