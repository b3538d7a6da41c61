@NullMarked
package dev.millrace.refinery.lines;

import org.jspecify.annotations.NullMarked;
