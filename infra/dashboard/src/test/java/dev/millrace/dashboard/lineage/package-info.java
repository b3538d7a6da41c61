@NullMarked
package dev.millrace.dashboard.lineage;

import org.jspecify.annotations.NullMarked;
