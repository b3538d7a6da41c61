package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.SignatureIndex;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.Origin;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory end of the index store, which Streams wraps with its own log: to put is to register
 * or to release, in the stream and when the log is read back. It can be asked for nothing; {@link
 * #index} can.
 *
 * <p>In the log, big endian: key partition int32, offset int64 of the kept candidate; value id hash
 * int64, then every key int64. A value of one int32 alone is the number of a document that was
 * taken back: numbers are given in the order of the log.
 */
final class KeptDocuments implements KeyValueStore<Bytes, byte[]> {
  private final DedupConfig config;
  private volatile Optional<SignatureIndex> index = Optional.empty();

  KeptDocuments(DedupConfig config) {
    this.config = config;
  }

  static Bytes key(DedupSignature kept) {
    return key(kept.candidate());
  }

  static Bytes key(Origin place) {
    return Bytes.wrap(
        ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
            .putInt(place.partition())
            .putLong(place.offset())
            .array());
  }

  static byte[] value(DedupSignature kept) {
    ByteBuffer value = ByteBuffer.allocate(Long.BYTES * (1 + kept.keys().length));
    value.putLong(kept.idHash());
    for (long key : kept.keys()) value.putLong(key);
    return value.array();
  }

  static byte[] released(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static DedupSignature signature(byte[] key, byte[] value) {
    ByteBuffer rest = ByteBuffer.wrap(value);
    long idHash = rest.getLong();
    long[] keys = new long[rest.remaining() / Long.BYTES];
    for (int i = 0; i < keys.length; i++) keys[i] = rest.getLong();
    return new DedupSignature(place(key), idHash, keys);
  }

  private static Origin place(byte[] key) {
    ByteBuffer place = ByteBuffer.wrap(key);
    return new Origin(place.getInt(), place.getLong());
  }

  /** While the store is open. */
  SignatureIndex index() {
    return index.orElseThrow(() -> new IllegalStateException("the index is closed"));
  }

  /** Documents in the index; 0 while it is closed. */
  long documents() {
    return index.map(SignatureIndex::documents).orElse(0L);
  }

  /** Memory taken by the index; 0 while it is closed. */
  long bytes() {
    return index.map(SignatureIndex::bytes).orElse(0L);
  }

  KeyValueBytesStoreSupplier supplier() {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return IndexStore.NAME;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return KeptDocuments.this;
      }

      @Override
      public String metricsScope() {
        return "signature-index";
      }
    };
  }

  @Override
  public String name() {
    return IndexStore.NAME;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    // Anew each time: a task that lost its transaction is restored from the log.
    index = Optional.of(new SignatureIndex(config));
    context.register(root, this::restore);
  }

  private void restore(byte[] key, byte @Nullable [] value) {
    take(index(), key, value);
  }

  /** One record of the log. */
  static void take(SignatureIndex index, byte[] key, byte @Nullable [] value) {
    if (value == null) {
      throw new IllegalStateException("the log of the index has a record without keys");
    }
    if (value.length == Integer.BYTES) index.release(ByteBuffer.wrap(value).getInt());
    else index.register(signature(key, value));
  }

  @Override
  public void put(Bytes key, byte[] value) {
    restore(key.get(), value);
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public void flush() {} // The changelog has everything.

  @Override
  public void close() {
    index = Optional.empty();
  }

  @Override
  public boolean isOpen() {
    return index.isPresent();
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public Position getPosition() {
    return Position.emptyPosition();
  }

  @Override
  public long approximateNumEntries() {
    return documents();
  }

  @Override
  public byte[] putIfAbsent(Bytes key, byte[] value) {
    throw unsupported();
  }

  @Override
  public byte[] delete(Bytes key) {
    throw unsupported();
  }

  @Override
  public byte[] get(Bytes key) {
    throw unsupported();
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    throw unsupported();
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    throw unsupported();
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException("the index answers verdicts and nothing else");
  }
}
