/**
 * Linear classifiers over hashed word n-grams: learning, scoring, their file, and a stage. Pure.
 */
@NullMarked
package dev.millrace.refinery.classifier;

import org.jspecify.annotations.NullMarked;
