/** How fast models are trained, and that they are trained as elsewhere. */
@NullMarked
package dev.millrace.bench.training;

import org.jspecify.annotations.NullMarked;
