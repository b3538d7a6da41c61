package dev.millrace.refinery.dedup;

/** A part of the index: key to owner, open addressing with linear probing. */
final class Segment {
  /** The owner of a key that nobody holds: greater than any. */
  static final int NOBODY = Integer.MAX_VALUE;

  static final int CAPACITY_MAX = 1 << 30;
  private static final int CAPACITY_MIN = 16;
  private static final double LOAD_MAX = 0.8;
  private static final long EMPTY = 0;
  private static final long IN_PLACE_OF_EMPTY = 0x9E3779B97F4A7C15L;

  private long[] keys;
  private int[] owners;
  private int size;

  Segment(int capacity) {
    keys = new long[Math.max(CAPACITY_MIN, capacity)];
    owners = new int[keys.length];
  }

  int owner(long key) {
    int slot = find(occupied(key));
    return keys[slot] == EMPTY ? NOBODY : owners[slot];
  }

  /** Where the key is held already, its owner stays. */
  void put(long key, int owner) {
    if (size + 1 > keys.length * LOAD_MAX) grow();
    int slot = find(occupied(key));
    if (keys[slot] != EMPTY) return;
    keys[slot] = occupied(key);
    owners[slot] = owner;
    size++;
  }

  long bytes() {
    return keys.length * (long) (Long.BYTES + Integer.BYTES);
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
