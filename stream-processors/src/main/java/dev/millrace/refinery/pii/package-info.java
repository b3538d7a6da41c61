/** Personal data: found in time linear in the text, replaced, never a reason to drop. */
@NullMarked
package dev.millrace.refinery.pii;

import org.jspecify.annotations.NullMarked;
