@NullMarked
package dev.millrace.evaluator.metrics;

import org.jspecify.annotations.NullMarked;
