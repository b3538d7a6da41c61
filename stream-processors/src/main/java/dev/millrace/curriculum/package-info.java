/** The curriculum scheduler: which sequence is trained on next. */
@NullMarked
package dev.millrace.curriculum;

import org.jspecify.annotations.NullMarked;
