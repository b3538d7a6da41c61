/** Directories of files that appear whole or not at all. */
@NullMarked
package dev.millrace.runtime.artifacts;

import org.jspecify.annotations.NullMarked;
