/** One spelling for what means the same. */
@NullMarked
package dev.millrace.refinery.normalisation;

import org.jspecify.annotations.NullMarked;
