/** Rules about source code. */
@NullMarked
package dev.millrace.refinery.code;

import org.jspecify.annotations.NullMarked;
