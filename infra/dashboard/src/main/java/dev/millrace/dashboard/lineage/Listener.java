package dev.millrace.dashboard.lineage;

/** Hears how far {@link Lineage#update} is. */
public interface Listener {
  /** Does not want to hear anything. */
  Listener NONE = (topic, read, of) -> {};

  /**
   * Some more was read, or a topic is begun with.
   *
   * @param of offsets of the topic that are new this time
   */
  void read(String topic, long read, long of);
}
