package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.state.StoreBuilder;

/** Builds the index store, which is always logged and never cached. */
final class IndexStoreBuilder implements StoreBuilder<IndexStore> {
  private final DedupConfig config;
  private final AtomicReference<KeptDocuments> latest;

  /** Hardly a key is written twice, so there is nothing to compact; nothing may expire. */
  private Map<String, String> logConfig =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.RETENTION_MS_CONFIG, "-1",
          TopicConfig.RETENTION_BYTES_CONFIG, "-1");

  IndexStoreBuilder(DedupConfig config) {
    this.config = config;
    latest = new AtomicReference<>(new KeptDocuments(config));
  }

  @Override
  public IndexStore build() {
    KeptDocuments kept = new KeptDocuments(config);
    latest.set(kept);
    return new IndexStore(kept, logConfig);
  }

  /** The index that was built last: the one that this instance holds, active or standby. */
  KeptDocuments latest() {
    return latest.get();
  }

  @Override
  public StoreBuilder<IndexStore> withCachingEnabled() {
    throw new UnsupportedOperationException("the index is a cache itself");
  }

  @Override
  public StoreBuilder<IndexStore> withCachingDisabled() {
    return this;
  }

  @Override
  public StoreBuilder<IndexStore> withLoggingEnabled(Map<String, String> config) {
    logConfig = Map.copyOf(config);
    return this;
  }

  @Override
  public StoreBuilder<IndexStore> withLoggingDisabled() {
    throw new UnsupportedOperationException("an index without a log would forget what it kept");
  }

  @Override
  public Map<String, String> logConfig() {
    return logConfig;
  }

  @Override
  public boolean loggingEnabled() {
    return true;
  }

  @Override
  public String name() {
    return IndexStore.NAME;
  }
}
