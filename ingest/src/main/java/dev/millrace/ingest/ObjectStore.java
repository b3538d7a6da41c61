package dev.millrace.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Amazon's S3 and what speaks like it. Credentials, region and endpoint are those that Amazon's
 * tools find in the environment and in their files ({@code AWS_ENDPOINT_URL} for another store than
 * Amazon's, which is then asked with the bucket in the path).
 */
final class ObjectStore {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final List<String> ENDPOINTS = List.of("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");

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
    boolean amazon = ENDPOINTS.stream().allMatch(name -> System.getenv(name) == null);
    S3ClientBuilder builder =
        S3Client.builder()
            .forcePathStyle(!amazon)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    if (!amazon) builder.region(region());
    try {
      return new ObjectStore(builder.build());
    } catch (SdkException e) {
      throw new IngestException("no object store can be reached: " + line(e), e);
    }
  }

  /** Other stores ignore it, but the signature needs one. */
  private static Region region() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkException e) {
      return Region.US_EAST_1;
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
      throw new IOException(line(e), e);
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
      throw new IOException(line(e), e);
    } catch (SdkException e) {
      return Resumed.failing(new IOException(line(e), e));
    }
  }

  /** As one line for people. */
  static String line(SdkException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }
}
