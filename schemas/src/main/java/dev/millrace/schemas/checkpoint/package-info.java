/**
 * The checkpoint format: a directory that Hugging Face's {@code from_pretrained} opens, and what a
 * trainer needs beside it to go on bit for bit.
 */
@NullMarked
package dev.millrace.schemas.checkpoint;

import org.jspecify.annotations.NullMarked;
