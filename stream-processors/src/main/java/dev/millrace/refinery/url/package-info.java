/** Rules about where a document came from. */
@NullMarked
package dev.millrace.refinery.url;

import org.jspecify.annotations.NullMarked;
