/** How S3, and what speaks like it, is reached. */
@NullMarked
package dev.millrace.runtime.s3;

import org.jspecify.annotations.NullMarked;
