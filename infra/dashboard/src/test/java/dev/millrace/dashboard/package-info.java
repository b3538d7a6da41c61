@NullMarked
package dev.millrace.dashboard;

import org.jspecify.annotations.NullMarked;
