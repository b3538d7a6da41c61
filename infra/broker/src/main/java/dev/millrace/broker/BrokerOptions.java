package dev.millrace.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What may differ from one embedded broker to another.
 *
 * @param heap of the child JVM, as {@code -Xmx} takes it
 * @param startTimeout how long a start may take, recovery of the log after a crash included
 * @param settings broker settings, as Kafka names them, that go before {@link BrokerSettings}
 * @param security empty: whoever reaches it may do everything
 * @param jsonLog whether {@code broker.log} is a JSON object a line, and not a line for people
 */
public record BrokerOptions(
    String heap,
    Duration startTimeout,
    Map<String, String> settings,
    Optional<BrokerSecurity> security,
    boolean jsonLog) {
  public static final BrokerOptions DEFAULT =
      new BrokerOptions("512m", Duration.ofMinutes(2), Map.of(), Optional.empty(), false);

  public BrokerOptions {
    if (!heap.matches("[1-9]\\d*[kKmMgG]")) {
      throw new IllegalArgumentException("heap is a size as 512m or 2g: " + heap);
    }
    if (startTimeout.isNegative() || startTimeout.isZero()) {
      throw new IllegalArgumentException("startTimeout must be positive: " + startTimeout);
    }
    settings = Map.copyOf(settings);
  }

  public BrokerOptions heap(String size) {
    return new BrokerOptions(size, startTimeout, settings, security, jsonLog);
  }

  public BrokerOptions startTimeout(Duration timeout) {
    return new BrokerOptions(heap, timeout, settings, security, jsonLog);
  }

  public BrokerOptions setting(String name, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(name, value);
    return new BrokerOptions(heap, startTimeout, more, security, jsonLog);
  }

  public BrokerOptions security(BrokerSecurity wanted) {
    return new BrokerOptions(heap, startTimeout, settings, Optional.of(wanted), jsonLog);
  }

  public BrokerOptions withJsonLog() {
    return new BrokerOptions(heap, startTimeout, settings, security, true);
  }
}
