@NullMarked
package dev.millrace.tokenization;

import org.jspecify.annotations.NullMarked;
