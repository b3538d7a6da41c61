package dev.millrace.testkit;

import java.net.URI;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A server that speaks S3, checks signatures and checksums, and keeps its objects in memory for as
 * long as this lives, also while it is away. It has no bucket at first.
 */
public final class LocalS3 implements AutoCloseable {
  public static final String KEY_ID = "mill";
  public static final String SECRET = "not-for-any-log";

  private final TransientNio2BlobStore objects = new TransientNio2BlobStore();
  private final int port;
  private S3Proxy server;

  private LocalS3() throws Exception {
    server = serve(0);
    port = server.getPort();
  }

  public static LocalS3 start() throws Exception {
    return new LocalS3();
  }

  private S3Proxy serve(int at) throws Exception {
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(objects)
            .endpoint(URI.create("http://127.0.0.1:" + at))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY_ID, SECRET)
            .build();
    proxy.start();
    return proxy;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** As one who knows the address and the secret; to be closed. */
  public S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY_ID, SECRET)))
        .build();
  }

  /** The variables by which Amazon's tools find it. */
  public Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL", endpoint().toString(),
        "AWS_ACCESS_KEY_ID", KEY_ID,
        "AWS_SECRET_ACCESS_KEY", SECRET);
  }

  /** Nobody answers any more. */
  public void goAway() {
    try {
      server.stop();
    } catch (Exception e) { // As the server declares it.
      throw new IllegalStateException("the object store does not stop", e);
    }
  }

  /** At the same address, with the same objects. */
  public void comeBack() throws Exception {
    server = serve(port);
  }

  @Override
  public void close() {
    goAway();
  }
}
