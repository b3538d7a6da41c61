/** From bytes to text, and from a page to its main content. */
@NullMarked
package dev.millrace.refinery.extraction;

import org.jspecify.annotations.NullMarked;
