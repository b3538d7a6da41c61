package dev.millrace.refinery.pii;

/**
 * A kind of personal data. What replaces it looks like it, can be nobody's, being reserved for
 * examples (RFC 2606, 5737 and 3849) or never assigned, and depends on nothing else. Of two kinds
 * that could be the same characters the first is taken: the less a kind is checked, the later.
 */
public enum Kind {
  /** Addresses of persons, as far as their form says. */
  EMAIL("email", "email@example.com"),
  /** Addresses that the public internet routes. */
  IPV4("ipv4", "192.0.2.1"),
  /** Addresses that the public internet routes. */
  IPV6("ipv6", "2001:db8::1"),
  /** Blocks that hold a key. */
  PRIVATE_KEY("private-key", "-----BEGIN PRIVATE KEY-----EXAMPLE-----END PRIVATE KEY-----"),
  /** Keys and tokens with their issuer's prefix; in their place the example of AWS's documents. */
  API_KEY("api-key", "AKIAIOSFODNN7EXAMPLE"),
  /** Numbers with their check digits; 00 are never right. */
  IBAN("iban", "GB00TEST00000000000000"),
  /** Numbers with their check digit; no network's begin with 0. */
  PAYMENT_CARD("payment-card", "0000000000000000"),
  /** Numbers that may have been assigned; none has area 000. */
  US_SSN("us-ssn", "000-00-0000"),
  /** Numbers that are valid in their plan; 555-0100 to 555-0199 are for fiction. */
  PHONE("phone", "+1 202-555-0100");

  private final String label;
  private final String replacement;

  Kind(String label, String replacement) {
    this.label = label;
    this.replacement = replacement;
  }

  /** As redactions name it. */
  public String label() {
    return label;
  }

  /** What stands in its place. */
  public String replacement() {
    return replacement;
  }
}
