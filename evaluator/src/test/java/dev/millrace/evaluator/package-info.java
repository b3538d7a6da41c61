@NullMarked
package dev.millrace.evaluator;

import org.jspecify.annotations.NullMarked;
