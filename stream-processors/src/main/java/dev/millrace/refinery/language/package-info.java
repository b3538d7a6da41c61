/** Which language a text is in. */
@NullMarked
package dev.millrace.refinery.language;

import org.jspecify.annotations.NullMarked;
