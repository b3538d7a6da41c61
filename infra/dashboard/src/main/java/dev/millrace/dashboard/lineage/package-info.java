/** From steps, documents and evaluations to each other, through offsets. */
@NullMarked
package dev.millrace.dashboard.lineage;

import org.jspecify.annotations.NullMarked;
