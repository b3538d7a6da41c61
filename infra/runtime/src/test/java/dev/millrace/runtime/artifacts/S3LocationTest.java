package dev.millrace.runtime.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {
  @Test
  void isABucketAndAPrefix() {
    assertEquals(new S3Location("mill", ""), S3Location.of("s3://mill"));
    assertEquals(new S3Location("mill", ""), S3Location.of("s3://mill/"));
    assertEquals(new S3Location("mill.eu-1", "a/b_c/"), S3Location.of("s3://mill.eu-1/a/b_c"));
    assertEquals("_x/-y/", S3Location.of("s3://mill/_x/-y").prefix()); // As runs may be called.
    assertEquals("s3://mill/a/", S3Location.of("s3://mill/a/").toString());
  }

  @Test
  void goesDownAndUp() {
    S3Location run = S3Location.of("s3://mill/a").below("checkpoints", "run");
    assertEquals("s3://mill/a/checkpoints/run/", run.toString());
    assertEquals("run", run.name());
    assertEquals("s3://mill/a/checkpoints/", run.parent().toString());
    assertEquals("s3://mill/", S3Location.of("s3://mill/a").parent().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://",
        "s3:///a",
        "s3://x",
        "s3://Mill/a",
        "s3://mill//a",
        "s3://mill/../a",
        "s3://mill/a?x=not-for-any-log",
        "s3://AKIA:not-for-any-log@mill/a",
      })
  void refusesAnythingElseWithoutRepeatingIt(String text) {
    assertTrue(S3Location.isMeant(text));
    String message =
        assertThrows(IllegalArgumentException.class, () -> S3Location.of(text)).getMessage();
    assertFalse(message.contains("not-for-any-log"), message);
  }

  @Test
  void mayHaveAnyNumberOfParts() {
    String path = "/a".repeat(100_000);
    assertEquals(path.substring(1) + "/", S3Location.of("s3://mill" + path).prefix());
    assertThrows(IllegalArgumentException.class, () -> S3Location.of("s3://mill" + path + "?"));
  }

  @Test
  void isNotMeantByAPath() {
    assertFalse(S3Location.isMeant("artifacts/s3"));
    assertTrue(S3Location.isMeant("S3://mill"));
  }
}
