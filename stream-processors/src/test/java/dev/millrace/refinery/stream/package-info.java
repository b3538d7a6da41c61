@NullMarked
package dev.millrace.refinery.stream;

import org.jspecify.annotations.NullMarked;
