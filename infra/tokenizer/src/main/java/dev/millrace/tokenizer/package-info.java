/** Text to token ids and back, and the trainer of byte-level BPE vocabularies. Knows no topic. */
@NullMarked
package dev.millrace.tokenizer;

import org.jspecify.annotations.NullMarked;
