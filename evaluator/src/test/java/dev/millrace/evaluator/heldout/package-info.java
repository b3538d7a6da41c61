@NullMarked
package dev.millrace.evaluator.heldout;

import org.jspecify.annotations.NullMarked;
