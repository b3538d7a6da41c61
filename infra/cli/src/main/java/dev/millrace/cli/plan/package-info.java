/** What a budget of compute buys, by Chinchilla's law. */
@NullMarked
package dev.millrace.cli.plan;

import org.jspecify.annotations.NullMarked;
