/** Run files read into validated records. */
@NullMarked
package dev.millrace.runtime.config;

import org.jspecify.annotations.NullMarked;
