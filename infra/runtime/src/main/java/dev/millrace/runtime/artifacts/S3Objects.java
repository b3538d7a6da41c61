package dev.millrace.runtime.artifacts;

import dev.millrace.runtime.s3.S3Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The objects of one bucket. What is sent, the store holds against its SHA-256 before it keeps it;
 * whatever it does not answer rightly is an {@link ArtifactStoreAwayException}.
 */
record S3Objects(S3Client client, String bucket) {
  /** Larger files go in parts of this size, or more where there would be too many. */
  static final long PART_BYTES = 16 << 20;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int PARTS_MAX = 10_000; // As S3 has it.
  private static final int DELETED_AT_ONCE = 1_000; // As S3 has it.
  private static final int THREADS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2); // With one part.
  private static final Duration END = PATIENCE.plusMinutes(1); // What is sent may be in its midst.
  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409; // Something else happens to it this very moment.
  private static final int CONFLICTS_MAX = 5;
  private static final Duration CONFLICT_PAUSE = Duration.ofMillis(200);

  /** An object, as a list has it. */
  record Info(String key, long bytes) {}

  private interface Request<T> {
    T ask() throws IOException;
  }

  private <T> T ask(Request<T> request) throws IOException {
    try {
      return request.ask();
    } catch (SdkException e) {
      throw away(e);
    }
  }

  private ArtifactStoreAwayException away(SdkException e) {
    return new ArtifactStoreAwayException(S3Location.SCHEME + bucket, S3Environment.line(e), e);
  }

  /**
   * Sends a file.
   *
   * @param sha256 in hexadecimal
   */
  void put(String key, Path file, String sha256) throws IOException {
    long size = Files.size(file);
    long partBytes = Math.max(PART_BYTES, (size + PARTS_MAX - 1) / PARTS_MAX);
    List<FileRegion> regions = FileRegion.of(file, partBytes);
    if (regions.size() > 1) {
      putParts(key, regions);
      return;
    }
    FileRegion whole = new FileRegion(file, 0, size);
    ask(
        () ->
            client.putObject(
                r ->
                    r.bucket(bucket)
                        .key(key)
                        .checksumSHA256(base64(HexFormat.of().parseHex(sha256)))
                        .overrideConfiguration(o -> o.apiCallAttemptTimeout(PATIENCE)),
                body(whole)));
  }

  private void putParts(String key, List<FileRegion> regions) throws IOException {
    String upload =
        ask(
            () ->
                client
                    .createMultipartUpload(
                        r -> r.bucket(bucket).key(key).checksumAlgorithm(ChecksumAlgorithm.SHA256))
                    .uploadId());
    try {
      List<Callable<CompletedPart>> parts = new ArrayList<>();
      for (FileRegion region : regions) {
        int number = parts.size() + 1;
        parts.add(() -> putPart(key, upload, number, region));
      }
      List<CompletedPart> put = inParallel(parts);
      ask(
          () ->
              client.completeMultipartUpload(
                  r ->
                      r.bucket(bucket)
                          .key(key)
                          .uploadId(upload)
                          .multipartUpload(m -> m.parts(put))));
    } catch (IOException | RuntimeException e) {
      try {
        abort(key, upload);
      } catch (IOException also) {
        e.addSuppressed(also);
      }
      throw e;
    }
  }

  private CompletedPart putPart(String key, String upload, int number, FileRegion region)
      throws IOException {
    String sha256 = base64(region.sha256());
    return ask(
        () ->
            CompletedPart.builder()
                .partNumber(number)
                .checksumSHA256(sha256)
                .eTag(
                    client
                        .uploadPart(
                            r ->
                                r.bucket(bucket)
                                    .key(key)
                                    .uploadId(upload)
                                    .partNumber(number)
                                    .checksumSHA256(sha256)
                                    .overrideConfiguration(o -> o.apiCallAttemptTimeout(PATIENCE)),
                            body(region))
                        .eTag())
                .build());
  }

  private static RequestBody body(FileRegion region) {
    return RequestBody.fromContentProvider(
        region::open, region.bytes(), "application/octet-stream");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private void abort(String key, String upload) throws IOException {
    ask(
        () -> {
          try {
            return client.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload));
          } catch (NoSuchUploadException e) {
            return e; // It is gone.
          }
        });
  }

  /**
   * Sends a small object unless there is one. A conflict says neither: it is sent again, a few
   * times.
   *
   * @return whether there was none
   */
  boolean putNew(String key, byte[] content) throws IOException {
    return ask(
        () -> {
          for (int conflicts = 1; ; conflicts++) {
            try {
              client.putObject(
                  r ->
                      r.bucket(bucket)
                          .key(key)
                          .ifNoneMatch("*")
                          .checksumSHA256(base64(Tree.sha256(content))),
                  RequestBody.fromBytes(content));
              return true;
            } catch (S3Exception e) {
              if (e.statusCode() == PRECONDITION_FAILED) return false;
              if (e.statusCode() != CONFLICT || conflicts == CONFLICTS_MAX) throw e;
            }
            pause();
          }
        });
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(CONFLICT_PAUSE.toMillis());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  /**
   * A small object's bytes, if there is one.
   *
   * @param bytesMax no more than one byte beyond this is read
   */
  Optional<byte[]> read(String key, int bytesMax) throws IOException {
    return ask(
        () -> {
          try {
            return Optional.of(
                client.getObject(
                    r ->
                        r.bucket(bucket)
                            .key(key)
                            .overrideConfiguration(
                                o -> o.apiCallAttemptTimeout(patience(bytesMax))),
                    (response, in) -> {
                      byte[] bytes = again(() -> in.readNBytes(bytesMax + 1));
                      in.abort(); // Whatever is left of it.
                      return bytes;
                    }));
          } catch (NoSuchKeyException e) {
            return Optional.empty();
          }
        });
  }

  /**
   * Writes an object to a file.
   *
   * @param bytes that it must have; nothing is written of another
   * @param coming told how many have come, and, where some are asked for again, less than none
   * @return the bytes that it has, if there is one
   */
  Optional<Long> fetch(String key, Path to, long bytes, LongConsumer coming) throws IOException {
    return ask(
        () -> {
          try {
            return Optional.of(
                client.getObject(
                    r ->
                        r.bucket(bucket)
                            .key(key)
                            .overrideConfiguration(o -> o.apiCallAttemptTimeout(patience(bytes))),
                    (response, in) -> {
                      long has = response.contentLength();
                      if (has == bytes) again(() -> copy(in, to, coming));
                      else in.abort();
                      return has;
                    }));
          } catch (NoSuchKeyException e) {
            return Optional.empty();
          }
        });
  }

  /** With what comes over one connection, however many parts it was sent in. */
  private static Duration patience(long bytes) {
    return PATIENCE.multipliedBy(1 + bytes / PART_BYTES);
  }

  private static long copy(InputStream in, Path to, LongConsumer coming) throws IOException {
    long copied = 0;
    try (OutputStream out = Files.newOutputStream(to)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        coming.accept(read);
        copied += read;
      }
      return copied;
    } catch (IOException e) {
      coming.accept(-copied);
      throw e;
    }
  }

  /** What the client asks for again where the connection broke. */
  private static <T> T again(Request<T> request) {
    try {
      return request.ask();
    } catch (IOException e) {
      throw RetryableException.create(String.valueOf(e.getMessage()), e);
    }
  }

  /** All objects whose keys begin so, by key. */
  List<Info> list(String prefix) throws IOException {
    return ask(
        () ->
            client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(prefix)).contents().stream()
                .map(object -> new Info(object.key(), object.size()))
                .toList());
  }

  /** Removes objects; those that are not there do not matter. */
  void delete(List<String> keys) throws IOException {
    for (int from = 0; from < keys.size(); from += DELETED_AT_ONCE) {
      List<ObjectIdentifier> some =
          keys.subList(from, Math.min(keys.size(), from + DELETED_AT_ONCE)).stream()
              .map(key -> ObjectIdentifier.builder().key(key).build())
              .toList();
      DeleteObjectsResponse response =
          ask(() -> client.deleteObjects(r -> r.bucket(bucket).delete(d -> d.objects(some))));
      if (response.hasErrors()) {
        throw new IOException(
            "%s%s/%s was not deleted: %s"
                .formatted(
                    S3Location.SCHEME,
                    bucket,
                    response.errors().get(0).key(),
                    response.errors().get(0).message()));
      }
    }
  }

  /** Gives up what was sent of files whose keys begin so and that were never sent whole. */
  void abortUploads(String prefix) throws IOException {
    List<String[]> begun =
        ask(
            () ->
                client
                    .listMultipartUploadsPaginator(r -> r.bucket(bucket).prefix(prefix))
                    .uploads()
                    .stream()
                    .map(upload -> new String[] {upload.key(), upload.uploadId()})
                    .toList());
    for (String[] upload : begun) abort(upload[0], upload[1]);
  }

  /** All results in order. With the first failure all else ends. */
  <T> List<T> inParallel(List<Callable<T>> work) throws IOException {
    return inParallel(work, END);
  }

  /**
   * As above.
   *
   * @throws ArtifactStoreAwayException where something still goes on after the time that it has for
   *     its end; what failed before is suppressed in it
   */
  <T> List<T> inParallel(List<Callable<T>> work, Duration end) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    List<T> results;
    try {
      results = results(pool, work);
    } catch (IOException e) {
      try {
        end(pool, end);
      } catch (ArtifactStoreAwayException hung) {
        hung.addSuppressed(e);
        throw hung;
      }
      throw e;
    }
    end(pool, end);
    return results;
  }

  private static <T> List<T> results(ExecutorService pool, List<Callable<T>> work)
      throws IOException {
    try {
      List<Future<T>> begun = new ArrayList<>();
      for (Callable<T> one : work) begun.add(pool.submit(one));
      List<T> results = new ArrayList<>();
      for (Future<T> one : begun) results.add(one.get());
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) throw failure;
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** When nothing of it goes on any more. */
  private void end(ExecutorService pool, Duration within) throws IOException {
    pool.shutdownNow();
    try {
      if (!pool.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS)) {
        String hung = "a transfer does not end";
        throw new ArtifactStoreAwayException(
            S3Location.SCHEME + bucket, hung, new TimeoutException(hung));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
