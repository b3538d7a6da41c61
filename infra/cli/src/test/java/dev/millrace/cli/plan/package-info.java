@NullMarked
package dev.millrace.cli.plan;

import org.jspecify.annotations.NullMarked;
