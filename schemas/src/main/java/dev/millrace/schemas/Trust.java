package dev.millrace.schemas;

import org.apache.avro.util.ClassSecurityValidator;

/** Lets Avro load our own generated classes, and only those beside its defaults. */
final class Trust {
  private static final String PACKAGE = "dev.millrace.schemas.";

  private Trust() {}

  static void ours() {
    ClassSecurityValidator.ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(
        type -> type.getName().startsWith(PACKAGE) || before.isTrusted(type));
  }
}
