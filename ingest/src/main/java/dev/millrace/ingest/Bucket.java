package dev.millrace.ingest;

import dev.millrace.ingest.source.Glob;
import dev.millrace.ingest.source.Place;
import dev.millrace.runtime.s3.S3Environment;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What {@code s3://BUCKET/PATH} stands for: the object with that key, or else all objects below
 * that path, as the files of a folder are.
 *
 * @param path without a slash at its end
 */
record Bucket(ObjectStore store, String bucket, String path) {
  static final String SCHEME = "s3://";

  /**
   * As users write it.
   *
   * @throws IngestException where no bucket is named
   */
  static Bucket of(ObjectStore store, String location) {
    String rest = location.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    if (bucket.isEmpty()) throw new IngestException(location + " names no bucket");
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    while (path.endsWith("/")) path = path.substring(0, path.length() - 1);
    return new Bucket(store, bucket, path);
  }

  /** By which it is known again. */
  String name() {
    return path.isEmpty() ? SCHEME + bucket : SCHEME + bucket + "/" + path;
  }

  /**
   * The objects, by their keys.
   *
   * @param name of the whole
   */
  Iterator<? extends Found> units(String name, Optional<Glob> entries) throws IOException {
    try {
      Iterator<ObjectStore.Entry> first = store.list(bucket, path);
      if (!path.isEmpty() && first.hasNext()) {
        ObjectStore.Entry entry = first.next(); // The key itself is before all that start with it.
        if (entry.key().equals(path)) return List.of(unit(entry, name, path, entries)).iterator();
      }
      String folder = path.isEmpty() ? "" : path + "/";
      Iterator<ObjectStore.Entry> below = store.list(bucket, folder);
      if (!below.hasNext()) throw new IOException("there are no objects");
      return new Below(this, below, name, folder, entries);
    } catch (SdkException e) {
      throw new IOException(S3Environment.line(e), e);
    }
  }

  private ObjectUnit unit(
      ObjectStore.Entry entry, String name, String within, Optional<Glob> entries) {
    String uri = SCHEME + bucket + "/" + entry.key();
    String fileName = within.substring(within.lastIndexOf('/') + 1);
    return new ObjectUnit(store, entry, Place.of(name, Optional.of(uri), uri, fileName), entries);
  }

  /** Files of a folder: the choice goes for them and not for entries. */
  private static final class Below implements Iterator<Found> {
    private final Bucket bucket;
    private final Iterator<ObjectStore.Entry> objects;
    private final String name;
    private final String folder;
    private final Optional<Glob> entries;
    private Optional<Found> next = Optional.empty();
    private boolean ended;

    Below(
        Bucket bucket,
        Iterator<ObjectStore.Entry> objects,
        String name,
        String folder,
        Optional<Glob> entries) {
      this.bucket = bucket;
      this.objects = objects;
      this.name = name;
      this.folder = folder;
      this.entries = entries;
    }

    @Override
    public boolean hasNext() {
      if (ended) return next.isPresent();
      try {
        return find();
      } catch (SdkException e) { // Of a later page of the list.
        ended = true;
        next = Optional.of(new Found.Unreadable(bucket.name(), S3Environment.line(e)));
        return true;
      }
    }

    private boolean find() {
      while (next.isEmpty() && objects.hasNext()) {
        ObjectStore.Entry entry = objects.next();
        String within = entry.key().substring(folder.length());
        if (entries.isPresent() && !entries.get().matches(within)) continue;
        ObjectUnit unit = bucket.unit(entry, name + "/" + within, within, Optional.empty());
        Place place = unit.place().withPath(within);
        next = Optional.of(new ObjectUnit(unit.store(), entry, place, Optional.empty()));
      }
      return next.isPresent();
    }

    @Override
    public Found next() {
      if (!hasNext()) throw new NoSuchElementException();
      Found found = next.orElseThrow();
      next = Optional.empty();
      return found;
    }
  }
}
