@NullMarked
package dev.millrace.refinery.contamination;

import org.jspecify.annotations.NullMarked;
