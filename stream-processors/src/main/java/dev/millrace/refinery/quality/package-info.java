/** Rules about the quality of a text, each family named after its paper. */
@NullMarked
package dev.millrace.refinery.quality;

import org.jspecify.annotations.NullMarked;
