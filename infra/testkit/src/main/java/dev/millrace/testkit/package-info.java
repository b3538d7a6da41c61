/** What tests with a real broker, or with processes that die, have in common. */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
