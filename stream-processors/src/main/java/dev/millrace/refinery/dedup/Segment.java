package dev.millrace.refinery.dedup;

/** A table of 64-bit keys and their owners: open addressing with linear probing. */
public final class Segment {
  /** The owner of a key that nobody holds: greater than any. */
  public static final int NOBODY = Integer.MAX_VALUE;

  static final int SLOT_BYTES = Long.BYTES + Integer.BYTES;
  static final int CAPACITY_MAX = 1 << 30;
  private static final int CAPACITY_MIN = 16;
  private static final double LOAD_MAX = 0.8;
  private static final long EMPTY = 0;
  private static final long IN_PLACE_OF_EMPTY = 0x9E3779B97F4A7C15L;

  private long[] keys;
  private int[] owners;
  private int size;

  /** With room for so many keys, over the load, before it grows. */
  public Segment(int capacity) {
    keys = new long[Math.max(CAPACITY_MIN, capacity)];
    owners = new int[keys.length];
  }

  /** A key's owner, or {@link #NOBODY}. */
  public int owner(long key) {
    int slot = find(occupied(key));
    return keys[slot] == EMPTY ? NOBODY : owners[slot];
  }

  /** Where the key is held already, its owner stays. */
  public void put(long key, int owner) {
    if (size + 1 > keys.length * LOAD_MAX) grow();
    int slot = find(occupied(key));
    if (keys[slot] != EMPTY) return;
    keys[slot] = occupied(key);
    owners[slot] = owner;
    size++;
  }

  /** The owner of a key that is held already. */
  void replace(long key, int owner) {
    owners[find(occupied(key))] = owner;
  }

  long bytes() {
    return keys.length * (long) SLOT_BYTES;
  }

  private static long occupied(long key) {
    return key == EMPTY ? IN_PLACE_OF_EMPTY : key;
  }

  /** The key's slot, or the empty one where it would go. */
  private int find(long key) {
    // The segment was chosen by the low bits: the slot comes from the high ones.
    int slot = (int) (((key >>> 32) * keys.length) >>> 32);
    while (keys[slot] != key && keys[slot] != EMPTY) {
      if (++slot == keys.length) slot = 0;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldOwners = owners;
    int capacity = oldKeys.length + Math.max(CAPACITY_MIN, oldKeys.length / 8);
    if (capacity > CAPACITY_MAX) throw new IllegalStateException("a segment of the index is full");
    keys = new long[capacity];
    owners = new int[capacity];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] == EMPTY) continue;
      int slot = find(oldKeys[i]);
      keys[slot] = oldKeys[i];
      owners[slot] = oldOwners[i];
    }
  }
}
