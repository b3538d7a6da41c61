/** A run on one web page, as its topics tell it. */
@NullMarked
package dev.millrace.dashboard;

import org.jspecify.annotations.NullMarked;
