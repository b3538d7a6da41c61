package dev.millrace.ingest;

import dev.millrace.runtime.s3.S3Environment;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.OptionalLong;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Amazon's S3 and what speaks like it, where the {@link S3Environment} says. */
final class ObjectStore {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private final S3Client client;

  ObjectStore(S3Client client) {
    this.client = client;
  }

  /**
   * As Amazon's tools would.
   *
   * @throws IngestException where the environment says too little
   */
  static ObjectStore ofEnvironment() {
    try {
      return new ObjectStore(S3Environment.client());
    } catch (SdkException e) {
      throw new IngestException("no object store can be reached: " + S3Environment.line(e), e);
    }
  }

  /**
   * One object.
   *
   * @param version changes when its bytes do
   */
  record Entry(String bucket, String key, long size, String version) {}

  /**
   * The objects whose keys start so, by key. Pages of a thousand are asked for as they are needed.
   */
  Iterator<Entry> list(String bucket, String prefix) throws IOException {
    try {
      Stream<S3Object> objects =
          client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents().stream();
      return objects
          .filter(o -> !o.key().endsWith("/"))
          .map(o -> new Entry(bucket, o.key(), o.size(), o.eTag()))
          .iterator();
    } catch (SdkException e) {
      throw new IOException(S3Environment.line(e), e);
    }
  }

  /** Its bytes, through connections that break. */
  InputStream open(Entry entry) throws IOException {
    Resumed.Origin origin =
        new Resumed.Origin() {
          @Override
          public boolean isVersioned() {
            return true;
          }

          @Override
          public InputStream openAt(long position) throws IOException {
            return get(entry, position);
          }
        };
    return new Resumed(get(entry, 0), OptionalLong.of(entry.size()), origin, FIRST_PAUSE);
  }

  /** Its bytes from there on, as long as the connection holds. */
  InputStream get(Entry entry, long position) throws IOException {
    try {
      return client.getObject(
          r -> {
            r.bucket(entry.bucket()).key(entry.key()).ifMatch(entry.version());
            if (position > 0) r.range("bytes=" + position + "-");
          });
    } catch (SdkServiceException e) {
      if (e.statusCode() == 412) throw new IOException("it has changed since it was listed", e);
      throw new IOException(S3Environment.line(e), e);
    } catch (SdkException e) {
      return Resumed.failing(new IOException(S3Environment.line(e), e));
    }
  }
}
