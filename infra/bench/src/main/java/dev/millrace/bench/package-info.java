/** How fast Millrace is: what {@code infra/bench/run} runs. Dated results are in its results. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
