/** The demo: everything on one machine, on real text. */
@NullMarked
package dev.millrace.cli.plan;

import org.jspecify.annotations.NullMarked;
