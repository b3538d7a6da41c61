/** Documents that overlap with what models are evaluated on. */
@NullMarked
package dev.millrace.refinery.contamination;

import org.jspecify.annotations.NullMarked;
