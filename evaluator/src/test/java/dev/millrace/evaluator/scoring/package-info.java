@NullMarked
package dev.millrace.evaluator.scoring;

import org.jspecify.annotations.NullMarked;
