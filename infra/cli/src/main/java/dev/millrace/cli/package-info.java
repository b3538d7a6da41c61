/** The {@code millrace} command: wires the services and shows people what they do. */
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;
