/** What every service needs around it and nothing of what any service is about. */
@NullMarked
package dev.millrace.runtime;

import org.jspecify.annotations.NullMarked;
