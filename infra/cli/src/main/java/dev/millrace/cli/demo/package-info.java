/** The demo: everything on one machine, on real text. */
@NullMarked
package dev.millrace.cli.demo;

import org.jspecify.annotations.NullMarked;
