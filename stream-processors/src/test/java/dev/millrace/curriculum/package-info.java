@NullMarked
package dev.millrace.curriculum;

import org.jspecify.annotations.NullMarked;
