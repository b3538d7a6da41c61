/** What a stage is: a pure function from a text to a verdict. */
@NullMarked
package dev.millrace.refinery.stage;

import org.jspecify.annotations.NullMarked;
