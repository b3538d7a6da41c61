@NullMarked
package dev.millrace.evaluator.sampling;

import org.jspecify.annotations.NullMarked;
