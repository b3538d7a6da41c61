@NullMarked
package dev.millrace.refinery.dedup;

import org.jspecify.annotations.NullMarked;
