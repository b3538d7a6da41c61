/** Text as the stages see it: words, lines and hashes. Pure; offsets are UTF-16 units. */
@NullMarked
package dev.millrace.refinery.text;

import org.jspecify.annotations.NullMarked;
