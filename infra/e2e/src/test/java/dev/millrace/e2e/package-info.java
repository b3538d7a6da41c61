/** Tests of the whole: the laws, the crash rounds, the house rules. */
@NullMarked
package dev.millrace.e2e;

import org.jspecify.annotations.NullMarked;
