package dev.millrace.runtime.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.LocalS3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

class PatientArtifactsTest {
  @TempDir Path directory;

  private Artifacts artifacts(S3Client client) {
    return S3Artifacts.of(client, S3Location.of("s3://mill"), directory.resolve("cache"), 1 << 20);
  }

  @Test
  void waitsForAStoreThatIsAway() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (LocalS3 server = LocalS3.start();
        S3Client client = server.client()) {
      client.createBucket(r -> r.bucket("mill"));
      server.goAway();
      CountDownLatch asked = new CountDownLatch(2); // It is only asked after a failure.
      Artifacts patient =
          new PatientArtifacts(
              artifacts(client),
              () -> {
                asked.countDown();
                return false;
              });
      Future<Published> published =
          thread.submit(
              () ->
                  patient
                      .store("heldout", "run")
                      .publish("a", place -> Files.writeString(place.resolve("f"), "text")));
      asked.await();
      server.comeBack();
      Artifact artifact = patient.at(published.get().uri());
      assertTrue(artifact.isThere());
      assertEquals("text", new String(artifact.read("f"), UTF_8));
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void publishesOnceWhatTheStoreHasAndGaveNoAnswerTo() throws Exception {
    try (LocalS3 server = LocalS3.start();
        S3Client client =
            S3StoreTest.client(server.endpoint(), new S3StoreTest.LostManifests(1, true))) {
      client.createBucket(r -> r.bucket("mill"));
      ArtifactStore patient =
          new PatientArtifacts(artifacts(client), () -> false).store("heldout", "run");
      patient.publish("a-1", place -> Files.writeString(place.resolve("f"), "text"));
      assertEquals("text", new String(patient.read("a-1", "f"), UTF_8));
      assertEquals(2, client.listObjectsV2(r -> r.bucket("mill")).keyCount());
    }
  }

  @Test
  void endsWhenItIsToldToStop() throws Exception {
    try (LocalS3 server = LocalS3.start();
        S3Client client = server.client()) {
      server.goAway();
      ArtifactStore patient = new PatientArtifacts(artifacts(client), () -> true).store("heldout");
      assertThrows(CancellationException.class, patient::names);
    }
  }

  @Test
  void doesNotWaitForWhatNoWaitMends() throws Exception {
    Artifacts patient =
        new PatientArtifacts(
            Artifacts.in(directory),
            () -> {
              throw new AssertionError("waits");
            });
    assertThrows(DamagedArtifactException.class, () -> patient.store("a").fetch("absent"));
  }
}
