package dev.millrace.runtime.s3;

import java.util.List;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Amazon's S3 and what speaks like it, as the environment names it: credentials, region and
 * endpoint are those that Amazon's tools find there and in their files ({@code AWS_ENDPOINT_URL}
 * for another store than Amazon's, which is then asked with the bucket in the path).
 */
public final class S3Environment {
  private static final List<String> ENDPOINTS = List.of("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");

  private S3Environment() {}

  /**
   * A client as Amazon's tools would have it. It sends and checks no checksums but those that it is
   * told to: not every store knows the others.
   *
   * @throws SdkException where the environment says too little; {@link #line} has it for people
   */
  public static S3Client client() {
    boolean amazon = ENDPOINTS.stream().allMatch(name -> System.getenv(name) == null);
    S3ClientBuilder builder =
        S3Client.builder()
            .forcePathStyle(!amazon)
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    if (!amazon) builder.region(region());
    return builder.build();
  }

  /** Other stores ignore it, but the signature needs one. */
  private static Region region() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkException e) {
      return Region.US_EAST_1;
    }
  }

  /** As one line for people. */
  public static String line(SdkException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }
}
