/** Exact and near dedup as one sequenced index. */
@NullMarked
package dev.millrace.refinery.dedup;

import org.jspecify.annotations.NullMarked;
