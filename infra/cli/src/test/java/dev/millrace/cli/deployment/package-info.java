/** What is deployed, held against the schemas of those who read it. */
@NullMarked
package dev.millrace.cli.deployment;

import org.jspecify.annotations.NullMarked;
