package dev.millrace.runtime.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.runtime.artifacts.ObjectManifest.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ObjectManifestTest {
  /** What version 0.1.0 wrote. */
  private static final String GOLDEN =
      """
      {
        "version" : 1,
        "upload" : "0123abcd-0000-4000-8000-0123456789ab",
        "files" : {
          "config.json" : {
            "bytes" : 0,
            "sha256" : "%1$s"
          },
          "onnx/model.onnx" : {
            "bytes" : 5000000000,
            "sha256" : "%2$s"
          }
        }
      }\
      """
          .formatted("0".repeat(64), "9f".repeat(32));

  @Test
  void aManifestOfAnEarlierVersionIsReadAndStillWritten() throws IOException {
    ObjectManifest manifest =
        new ObjectManifest(
            1,
            "0123abcd-0000-4000-8000-0123456789ab",
            new TreeMap<>(
                Map.of(
                    "onnx/model.onnx", new Entry(5_000_000_000L, "9f".repeat(32)),
                    "config.json", new Entry(0, "0".repeat(64)))));
    byte[] golden = GOLDEN.getBytes(StandardCharsets.UTF_8);
    assertEquals(manifest, ObjectManifest.of(golden, "s3://mill/team/step-1"));
    assertEquals(GOLDEN, new String(manifest.json(), StandardCharsets.UTF_8));
  }
}
