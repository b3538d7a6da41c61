/** Rules about vulgar and demeaning words. */
@NullMarked
package dev.millrace.refinery.toxicity;

import org.jspecify.annotations.NullMarked;
