package dev.millrace.runtime.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A key of a section that people know from elsewhere and that is not there, with the reason and
 * what to say in its place. Case and underscores of the key make no difference.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Refused.All.class)
public @interface Refused {
  String key();

  String because();

  /** All of a section. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @interface All {
    Refused[] value();
  }
}
