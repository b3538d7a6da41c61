/**
 * The long-lived trainer: takes the curriculum in its order, trains, and announces progress and
 * checkpoints so that a run survives any trainer.
 */
@NullMarked
package dev.millrace.trainer;

import org.jspecify.annotations.NullMarked;
