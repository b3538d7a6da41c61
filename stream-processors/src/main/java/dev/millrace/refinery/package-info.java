/**
 * The refinery: raw documents in, text worth training on out. Here are its configuration, its chain
 * of stages and the held-out split, all pure.
 */
@NullMarked
package dev.millrace.refinery;

import org.jspecify.annotations.NullMarked;
