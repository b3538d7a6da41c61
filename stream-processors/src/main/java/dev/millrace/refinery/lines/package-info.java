/** Lines and paragraphs that many documents have. */
@NullMarked
package dev.millrace.refinery.lines;

import org.jspecify.annotations.NullMarked;
