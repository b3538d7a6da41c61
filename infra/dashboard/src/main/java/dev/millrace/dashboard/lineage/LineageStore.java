package dev.millrace.dashboard.lineage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * What cannot be had from the log without reading all of it, on this disk: where each step's record
 * is, which ordinals a document is in, and where each {@value #PLACE_EVERY}th ordinal is. It can be
 * made again from the log at any time. What was read and how far goes to disk together.
 *
 * <p>Keys, big-endian: {@code s step}, {@code d hash ordinal}, {@code o ordinal}, {@code c step
 * offset}, {@code e step offset}, {@code p topic}. A document's hash is the first 8 bytes of the
 * SHA-256 of its id; whoever looks one up compares the id with the record.
 */
final class LineageStore implements AutoCloseable {
  /** Every so many ordinals one place is kept: a look-up reads so many records at most. */
  static final int PLACE_EVERY = 32;

  private static final long MEBIBYTE = 1 << 20;

  static {
    RocksDB.loadLibrary();
  }

  private final Path directory;
  private final Settings settings;
  private final RocksDB db;
  private long lastStep;

  /**
   * A step of the surviving history.
   *
   * @param offset of its record in {@code training.progress}
   */
  record Step(long step, long firstOrdinal, long nextOrdinal, long offset) {}

  /** An ordinal and where it is in the curriculum topic. */
  record Place(long ordinal, long offset) {}

  /** How RocksDB is used here; native memory. */
  static final class Settings implements AutoCloseable {
    private final LRUCache cache = new LRUCache(8 * MEBIBYTE);
    private final BloomFilter filter = new BloomFilter(10);
    private final Options options =
        new Options()
            .setCreateIfMissing(true)
            .setCompressionType(CompressionType.ZSTD_COMPRESSION)
            .setWriteBufferSize(8 * MEBIBYTE)
            .setMaxOpenFiles(64)
            .setKeepLogFileNum(1)
            .setTableFormatConfig(
                new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(filter));
    private final WriteOptions write = new WriteOptions();

    /** In the order in which they were made. */
    List<RocksObject> all() {
      return List.of(cache, filter, options, write);
    }

    @Override
    public void close() {
      write.close();
      options.close();
      filter.close();
      cache.close();
    }
  }

  /**
   * @param settings closed with the store, also where it cannot be opened
   */
  LineageStore(Path directory, Settings settings) throws RocksDBException {
    this.directory = directory;
    this.settings = settings;
    try {
      db = RocksDB.open(settings.options, directory.toString());
    } catch (RocksDBException e) {
      settings.close();
      throw e;
    }
    lastStep = edge('s', false).orElse(Long.MIN_VALUE);
  }

  /**
   * Opens what is there, or begins.
   *
   * @throws IOException where it cannot be had, as while another process has it
   */
  static LineageStore open(Path directory) throws IOException {
    try {
      Files.createDirectories(directory);
      return new LineageStore(directory, new Settings());
    } catch (RocksDBException e) {
      if (String.valueOf(e.getMessage()).contains("lock")) {
        throw new IOException(
            directory
                + " is in use, by another 'millrace lineage' or by a dashboard that reads what has"
                + " come: ask again in a moment",
            e);
      }
      throw new IOException(directory + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Some of what was read; all of it is seen at once, or nothing. */
  final class Batch implements AutoCloseable {
    private final WriteBatch batch = new WriteBatch();
    private long last = lastStep;

    /**
     * A record of {@code training.progress}: what was known of later steps is history no more. A
     * range is only deleted where there is one: RocksDB cuts ranges that overlap into pieces, whose
     * number grows with its square.
     */
    void step(Step step) throws IOException {
      run(
          () -> {
            if (step.step() <= last) {
              batch.deleteRange(key('s', step.step()), key('s', Long.MAX_VALUE));
            }
            last = step.step();
            batch.put(
                key('s', step.step()),
                bytes(step.firstOrdinal(), step.nextOrdinal(), step.offset()));
          });
    }

    void document(String id, long ordinal) throws IOException {
      run(() -> batch.put(key('d', hash(id), ordinal), new byte[0]));
    }

    void place(Place place) throws IOException {
      if (place.ordinal() % PLACE_EVERY != 0) return;
      run(() -> batch.put(key('o', place.ordinal()), bytes(place.offset())));
    }

    void checkpoint(long step, long offset) throws IOException {
      run(() -> batch.put(key('c', step, offset), new byte[0]));
    }

    void evaluation(long step, long offset) throws IOException {
      run(() -> batch.put(key('e', step, offset), new byte[0]));
    }

    /** Takes it over; everything before these offsets is read. */
    void commit(int topic, long next) throws IOException {
      run(
          () -> {
            batch.put(key('p', topic), bytes(next));
            db.write(settings.write, batch);
            lastStep = last;
          });
    }

    @Override
    public void close() {
      batch.close();
    }
  }

  Batch batch() {
    return new Batch();
  }

  /** The next offset to read of a topic. */
  long next(int topic) throws IOException {
    return get(key('p', topic)).map(ByteBuffer::getLong).orElse(0L);
  }

  Optional<Step> step(long step) throws IOException {
    return get(key('s', step))
        .map(value -> new Step(step, value.getLong(), value.getLong(), value.getLong()));
  }

  /** Of the steps that are known; a branch's is not 1. */
  OptionalLong firstStep() {
    return edge('s', true);
  }

  /** The step that took an ordinal, or passed over it. */
  Optional<Step> stepOf(long ordinal) throws IOException {
    OptionalLong first = edge('s', true);
    OptionalLong last = edge('s', false);
    if (first.isEmpty() || last.isEmpty()) return Optional.empty();
    long low = first.getAsLong();
    long high = last.getAsLong();
    while (low <= high) { // Steps have no gaps, and their ordinals ascend.
      long middle = (low + high) >>> 1;
      Step step = step(middle).orElseThrow();
      if (ordinal < step.firstOrdinal()) high = middle - 1;
      else if (ordinal >= step.nextOrdinal()) low = middle + 1;
      else return Optional.of(step);
    }
    return Optional.empty();
  }

  /** The ordinals that a document may be in, ascending. */
  List<Long> ordinals(String document) throws IOException {
    return tails(key('d', hash(document)), key('d', hash(document)), 1 + Long.BYTES);
  }

  /** The nearest place at an ordinal or before it. */
  Optional<Place> place(long ordinal) throws IOException {
    long kept = ordinal - ordinal % PLACE_EVERY;
    return get(key('o', kept)).map(value -> new Place(kept, value.getLong()));
  }

  /** Offsets in {@code checkpoints} of those from a step on. */
  List<Long> checkpoints(long fromStep) throws IOException {
    return tails(key('c', fromStep), new byte[] {'c'}, 1 + Long.BYTES);
  }

  /** Offsets in {@code evaluations} of checkpoints from a step on. */
  List<Long> evaluations(long fromStep) throws IOException {
    return tails(key('e', fromStep), new byte[] {'e'}, 1 + Long.BYTES);
  }

  /** Bytes on the disk. */
  long size() throws IOException {
    try (var files = Files.list(directory)) {
      long size = 0;
      for (Path file : files.toList()) size += Files.size(file);
      return size;
    }
  }

  /** Writes everything out and merges it, to be measured. */
  void compact() throws IOException {
    run(db::compactRange);
  }

  private List<Long> tails(byte[] from, byte[] prefix, int at) {
    List<Long> tails = new ArrayList<>();
    try (RocksIterator i = db.newIterator()) {
      for (i.seek(from); i.isValid() && startsWith(i.key(), prefix); i.next()) {
        tails.add(ByteBuffer.wrap(i.key()).getLong(at));
      }
    }
    return tails;
  }

  private OptionalLong edge(char kind, boolean first) {
    try (RocksIterator i = db.newIterator()) {
      if (first) i.seek(new byte[] {(byte) kind});
      else i.seekForPrev(key(kind, Long.MAX_VALUE));
      if (!i.isValid() || i.key()[0] != kind) return OptionalLong.empty();
      return OptionalLong.of(ByteBuffer.wrap(i.key()).getLong(1));
    }
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private Optional<ByteBuffer> get(byte[] key) throws IOException {
    try {
      return Optional.ofNullable(db.get(key)).map(ByteBuffer::wrap);
    } catch (RocksDBException e) {
      throw new IOException(directory + " cannot be read: " + e.getMessage(), e);
    }
  }

  private interface Writing {
    void run() throws RocksDBException;
  }

  private void run(Writing writing) throws IOException {
    try {
      writing.run();
    } catch (RocksDBException e) {
      throw new IOException(directory + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static byte[] key(char kind, long... parts) {
    ByteBuffer key = ByteBuffer.allocate(1 + parts.length * Long.BYTES).put((byte) kind);
    for (long part : parts) key.putLong(part);
    return key.array();
  }

  private static byte[] bytes(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
    for (long value : values) bytes.putLong(value);
    return bytes.array();
  }

  private static long hash(String id) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(sha256).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    db.close();
    settings.close();
  }
}
