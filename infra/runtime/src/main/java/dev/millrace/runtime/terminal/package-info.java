/** Progress for people: on standard error, and only where a person looks at it. */
@NullMarked
package dev.millrace.runtime.terminal;

import org.jspecify.annotations.NullMarked;
