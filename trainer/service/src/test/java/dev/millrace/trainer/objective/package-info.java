@NullMarked
package dev.millrace.trainer.objective;

import org.jspecify.annotations.NullMarked;
