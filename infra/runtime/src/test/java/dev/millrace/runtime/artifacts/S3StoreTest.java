package dev.millrace.runtime.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.artifacts.ArtifactStore.Contents;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.LocalS3;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** On a server that speaks S3 and keeps its objects in memory. */
class S3StoreTest {
  private static final S3Location PLACE = S3Location.of("s3://mill/team/checkpoints/run");
  private static final int LARGE_BYTES = (int) (2 * S3Objects.PART_BYTES + 1);
  private static final long CACHE_BYTES = 1L << 30;

  private final LocalS3 server;
  private final S3Client client;
  @TempDir Path directory;
  private S3Store store;

  S3StoreTest() throws Exception {
    server = LocalS3.start();
    client = server.client();
    client.createBucket(r -> r.bucket("mill"));
  }

  @BeforeEach
  void open() {
    store = store(client, "here");
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  /** As of another machine, where the cache is another. */
  private S3Store store(S3Client with, String cache) {
    return store(with, directory.resolve(cache));
  }

  private static S3Store store(S3Client with, Path cache) {
    return new S3Store(with, PLACE, new ArtifactCache(FolderStore.at(cache), CACHE_BYTES));
  }

  private static void writeTwo(Path place) throws IOException {
    Files.writeString(place.resolve("a.txt"), "abc");
    Files.writeString(Files.createDirectory(place.resolve("deep")).resolve("manifest.json"), "");
  }

  private static void writeLarge(Path place) throws IOException {
    byte[] bytes = new byte[LARGE_BYTES];
    new Random(1).nextBytes(bytes);
    Files.write(place.resolve("large"), bytes);
  }

  private List<String> keys() {
    return client.listObjectsV2(r -> r.bucket("mill")).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  private String keyOf(String file) {
    return keys().stream().filter(key -> key.endsWith("/" + file)).findFirst().orElseThrow();
  }

  private void put(String key, String content) {
    client.putObject(r -> r.bucket("mill").key(key), RequestBody.fromString(content));
  }

  private int uploadsBegun() {
    return client.listMultipartUploads(r -> r.bucket("mill")).uploads().size();
  }

  @Test
  void isTheSameOnAnotherMachine() throws Exception {
    Published published = store.publish("step-1", S3StoreTest::writeTwo);
    assertEquals(URI.create("s3://mill/team/checkpoints/run/step-1/"), published.uri());
    S3Store elsewhere = store(client, "elsewhere");
    assertEquals(List.of("step-1"), elsewhere.names());
    assertTrue(elsewhere.has("step-1"));
    Path fetched = elsewhere.fetch("step-1");
    assertTrue(fetched.startsWith(directory.resolve("elsewhere")), fetched.toString());
    assertEquals(List.of(), FolderStore.verify(fetched, published.sha256()));
    assertEquals(fetched, elsewhere.fetch("step-1"));
    assertEquals("abc", new String(elsewhere.read("step-1", "a.txt"), UTF_8));
    assertThrows(DamagedArtifactException.class, () -> elsewhere.read("step-1", "b.txt"));
  }

  @Test
  void whoeverFetchesSeesHowFarItIs() throws Exception {
    store.publish("step-1", S3StoreTest::writeLarge);
    List<Long> seen = new ArrayList<>();
    S3Location team = S3Location.of("s3://mill/team");
    Artifacts artifacts =
        S3Artifacts.of(client, team, directory.resolve("elsewhere"), CACHE_BYTES)
            .fetchingBefore(
                (done, total) -> {
                  assertEquals(LARGE_BYTES, total);
                  seen.add(done);
                });
    artifacts.checkpoints("run").fetch("step-1");
    assertEquals(0, seen.get(0));
    assertEquals(LARGE_BYTES, seen.get(seen.size() - 1));
    assertTrue(seen.size() > 3, seen.toString());
    assertEquals(seen.stream().sorted().toList(), seen);
  }

  @Test
  void isFoundByItsUri() throws Exception {
    URI uri = store.publish("step-1", S3StoreTest::writeTwo).uri();
    Artifacts artifacts =
        S3Artifacts.of(
            client, S3Location.of("s3://other"), directory.resolve("cache"), CACHE_BYTES);
    assertTrue(artifacts.at(uri).isThere());
    assertEquals("abc", Files.readString(artifacts.at(uri).fetch().resolve("a.txt")));
    URI inFolder =
        FolderStore.at(directory.resolve("folder")).publish("a", S3StoreTest::writeTwo).uri();
    assertEquals("abc", new String(artifacts.at(inFolder).read("a.txt"), UTF_8));
    assertThrows(IllegalArgumentException.class, () -> artifacts.at(URI.create("http://a/b")));
    assertThrows(IllegalArgumentException.class, () -> artifacts.at(URI.create("s3://mill")));
    Artifacts folder = Artifacts.in(directory);
    assertThrows(IllegalArgumentException.class, () -> folder.at(uri));
  }

  /** What has just been written here need not be sent back. */
  @Test
  void whatWasPublishedHereIsHere() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    client.deleteObject(r -> r.bucket("mill").key(keyOf("a.txt")));
    assertEquals("abc", Files.readString(store.fetch("step-1").resolve("a.txt")));
  }

  @Test
  void isInvisibleUntilItIsWhole() throws Exception {
    store.publish(
        "step-1",
        place -> {
          writeTwo(place);
          assertEquals(List.of(), store.names());
          assertEquals(List.of(), keys());
        });
    assertEquals(List.of("step-1"), store.names());
  }

  @Test
  void sendsALargeFileInPartsThatTheStoreChecks() throws Exception {
    Published published = store.publish("step-1", S3StoreTest::writeLarge);
    String key = keyOf("large");
    String tag = client.headObject(r -> r.bucket("mill").key(key)).eTag();
    assertTrue(tag.endsWith("-3\""), tag);
    Path fetched = store(client, "elsewhere").fetch("step-1");
    assertEquals(List.of(), FolderStore.verify(fetched, published.sha256()));
    assertEquals(0, uploadsBegun());
  }

  @Test
  void neverOverwrites() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    FileAlreadyExistsException taken =
        assertThrows(
            FileAlreadyExistsException.class,
            () -> store.publish("step-1", place -> Files.writeString(place.resolve("a.txt"), "x")));
    assertEquals("s3://mill/team/checkpoints/run/step-1", taken.getMessage());
    assertEquals("abc", new String(store.read("step-1", "a.txt"), UTF_8));
  }

  @Test
  void ofTwoThatPublishTheSameNameOneWinsAndTheOthersFilesGo() throws Exception {
    assertThrows(
        FileAlreadyExistsException.class,
        () ->
            store.publish(
                "step-1",
                place -> {
                  Files.writeString(place.resolve("a.txt"), "loser");
                  store(client, "elsewhere").publish("step-1", S3StoreTest::writeTwo);
                }));
    assertEquals("abc", new String(store.read("step-1", "a.txt"), UTF_8));
    assertEquals(4, keys().size(), keys().toString());
    store.clear();
    assertEquals(3, keys().size(), keys().toString());
    assertEquals("abc", Files.readString(store.fetch("step-1").resolve("a.txt")));
  }

  @Test
  void noticesFlippedBytes() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    put(keyOf("a.txt"), "abd");
    S3Store elsewhere = store(client, "elsewhere");
    for (int i = 0; i < 2; i++) { // It is not kept either.
      DamagedArtifactException damaged =
          assertThrows(DamagedArtifactException.class, () -> elsewhere.fetch("step-1"));
      assertEquals(
          "s3://mill/team/checkpoints/run/step-1/a.txt: SHA-256"
              + " a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9 where its"
              + " manifest says ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
          damaged.getMessage());
    }
    assertThrows(DamagedArtifactException.class, () -> elsewhere.read("step-1", "a.txt"));
  }

  @Test
  void fetchesNoMoreThanTheManifestSays() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    put(keyOf("a.txt"), "abcd");
    S3Store elsewhere = store(client, "elsewhere");
    for (Executable attempt :
        List.<Executable>of(
            () -> elsewhere.fetch("step-1"), () -> elsewhere.read("step-1", "a.txt"))) {
      assertEquals(
          "s3://mill/team/checkpoints/run/step-1/a.txt: not the 3 bytes that its manifest says",
          assertThrows(DamagedArtifactException.class, attempt).getMessage());
    }
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    S3Store elsewhere = store(client, "elsewhere");
    client.deleteObject(r -> r.bucket("mill").key(keyOf("a.txt")));
    DamagedArtifactException damaged =
        assertThrows(DamagedArtifactException.class, () -> elsewhere.fetch("step-1"));
    assertEquals("s3://mill/team/checkpoints/run/step-1/a.txt: is not there", damaged.getMessage());
  }

  @Test
  void withoutAManifestThereIsNoArtifact() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    client.deleteObject(r -> r.bucket("mill").key(PLACE.prefix() + "step-1/manifest.json"));
    assertEquals(List.of(), store.names());
    assertFalse(store.has("step-1"));
    assertEquals(
        "s3://mill/team/checkpoints/run/step-1: is not there, or not whole",
        assertThrows(DamagedArtifactException.class, () -> store.fetch("step-1")).getMessage());
    store.publish("step-1", S3StoreTest::writeTwo);
    assertEquals(5, keys().size(), keys().toString());
    store.clear();
    assertEquals(3, keys().size(), keys().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{\"version\": 2, \"upload\": \"UPLOAD\", \"files\": {}}",
        "{\"version\": 1, \"upload\": \"../../../x\", \"files\": {}}",
        "{\"version\": 1, \"upload\": \"UPLOAD\", \"files\": {\"../../x\": ENTRY}}",
        "{\"version\": 1, \"upload\": \"UPLOAD\", \"files\": {\"/tmp/x\": ENTRY}}",
        "{\"version\": 1, \"upload\": \"UPLOAD\", \"files\": {\"a\\\\x\": ENTRY}}",
        "{\"version\": 1, \"upload\": \"UPLOAD\", \"files\": {\"a\": null}}",
        "{\"version\": 1, \"upload\": \"UPLOAD\", \"files\": {\"a\": {\"bytes\": 1}}}",
        "{\"version\": 1, \"upload\": \"UPLOAD\"}",
        "null",
        "\0\0\0{\u007f\u007f\u007f\u007f",
        "{\"version\": 1, \"upload\": \"UPLOAD\", \"files\": {\"MANY/PARTS\": ENTRY}}",
      })
  void refusesAManifestThatIsNotOurs(String json) {
    put(
        PLACE.prefix() + "step-1/manifest.json",
        json.replace("UPLOAD", "6b3f7f3e-0000-4000-8000-000000000000")
            .replace("MANY/PARTS", "a/".repeat(24_000) + "a")
            .replace("ENTRY", "{\"bytes\": 1, \"sha256\": \"%s\"}".formatted("0".repeat(64))));
    String message =
        assertThrows(DamagedArtifactException.class, () -> store.fetch("step-1")).getMessage();
    assertTrue(message.startsWith("s3://mill/team/checkpoints/run/step-1: no manifest: "), message);
    assertEquals(1, message.lines().count());
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE})
  void readsNoFileThatIsNotSmall(long bytes) throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    String manifest = PLACE.prefix() + "step-1/manifest.json";
    String json = client.getObjectAsBytes(r -> r.bucket("mill").key(manifest)).asString(UTF_8);
    put(manifest, json.replace("\"bytes\" : 3", "\"bytes\" : " + bytes));
    assertEquals(
        "s3://mill/team/checkpoints/run/step-1/a.txt: %,d bytes, as its manifest says, are no small file"
            .formatted(bytes),
        assertThrows(DamagedArtifactException.class, () -> store.read("step-1", "a.txt"))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/no", ".staging", "a\\b", "a\0b"})
  void refusesNamesThatLeadElsewhere(String name) {
    assertThrows(IllegalArgumentException.class, () -> store.delete(name));
    assertThrows(IllegalArgumentException.class, () -> store.fetch(name));
    assertThrows(IllegalArgumentException.class, () -> store.publish(name, S3StoreTest::writeTwo));
  }

  @Test
  void saysInOneLineThatNobodyAnswersAndGoesOnLater() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    server.goAway();
    ArtifactStoreAwayException away =
        assertThrows(
            ArtifactStoreAwayException.class, () -> store.publish("step-2", S3StoreTest::writeTwo));
    assertTrue(away.getMessage().startsWith("s3://mill cannot be used: "), away.getMessage());
    assertEquals(1, away.getMessage().lines().count());
    assertFalse(away.getMessage().contains(LocalS3.SECRET));
    assertThrows(ArtifactStoreAwayException.class, () -> store.names());
    server.comeBack();
    assertEquals(List.of("step-1"), store.names());
    store.publish("step-2", S3StoreTest::writeTwo);
    assertEquals(List.of("step-1", "step-2"), store.names());
  }

  @Test
  void saysThatThereIsNoBucket() {
    S3Store none =
        new S3Store(
            client,
            S3Location.of("s3://no-such-bucket/a"),
            new ArtifactCache(FolderStore.at(directory), CACHE_BYTES));
    assertThrows(ArtifactStoreAwayException.class, none::names);
    assertThrows(ArtifactStoreAwayException.class, () -> none.fetch("step-1"));
  }

  @Test
  void deletesWhatIsThereAndSaysSo() throws Exception {
    assertFalse(store.delete("step-1"));
    store.publish("step-1", S3StoreTest::writeTwo);
    store.publish("step-10", S3StoreTest::writeTwo);
    assertTrue(store.delete("step-1"));
    assertEquals(List.of("step-10"), store.names());
    assertEquals(3, keys().size(), keys().toString());
  }

  /** Takes the answers to the first manifests that are sent for lost, or the requests. */
  static final class LostManifests implements ExecutionInterceptor {
    private final AtomicInteger left;
    private final boolean obeyed;

    LostManifests(int count, boolean obeyed) {
      this.left = new AtomicInteger(count);
      this.obeyed = obeyed;
    }

    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (!obeyed) lose(context.request());
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
      if (obeyed) lose(context.request());
    }

    private void lose(SdkRequest request) {
      if (!(request instanceof PutObjectRequest put && put.key().endsWith("1/manifest.json")))
        return;
      if (left.getAndDecrement() > 0) throw SdkClientException.create("lost");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void publishesAgainWhatTheStoreGaveNoAnswerTo(boolean obeyed) throws Exception {
    try (S3Client lossy = client(server.endpoint(), new LostManifests(1, obeyed))) {
      S3Store here = store(lossy, "here");
      assertThrows(
          ArtifactStoreAwayException.class, () -> here.publish("step-1", S3StoreTest::writeTwo));
      assertEquals(obeyed, store.has("step-1"));
      here.publish("step-1", S3StoreTest::writeTwo);
      assertEquals(3, keys().size(), keys().toString());
      assertEquals(
          "abc", Files.readString(store(client, "elsewhere").fetch("step-1").resolve("a.txt")));
      assertThrows(
          FileAlreadyExistsException.class, () -> here.publish("step-1", S3StoreTest::writeTwo));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void publishesOtherFilesInsteadOfThoseThatTheStoreGaveNoAnswerTo(boolean obeyed)
      throws Exception {
    try (S3Client lossy = client(server.endpoint(), new LostManifests(1, obeyed))) {
      S3Store here = store(lossy, "here");
      assertThrows(
          ArtifactStoreAwayException.class, () -> here.publish("step-1", S3StoreTest::writeTwo));
      here.publish("step-1", place -> Files.writeString(place.resolve("b.txt"), "other"));
      assertEquals(2, keys().size(), keys().toString());
      assertEquals("other", new String(store.read("step-1", "b.txt"), UTF_8));
    }
  }

  @Test
  void whoGotNoAnswerLeavesAnothersArtifactAlone() throws Exception {
    try (S3Client lossy = client(server.endpoint(), new LostManifests(1, false))) {
      S3Store here = store(lossy, "here");
      Contents other = place -> Files.writeString(place.resolve("b.txt"), "other");
      assertThrows(ArtifactStoreAwayException.class, () -> here.publish("step-1", other));
      store(client, "elsewhere").publish("step-1", S3StoreTest::writeTwo);
      assertThrows(FileAlreadyExistsException.class, () -> here.publish("step-1", other));
      assertEquals("abc", new String(store.read("step-1", "a.txt"), UTF_8));
    }
  }

  /** Answers the first requests to put a manifest with a conflict. */
  private record Conflicts(AtomicInteger left) implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (!(context.request() instanceof PutObjectRequest put)) return;
      if (!put.key().endsWith("/step-1/manifest.json") || left.getAndDecrement() <= 0) return;
      throw S3Exception.builder()
          .statusCode(409)
          .awsErrorDetails(
              AwsErrorDetails.builder().errorCode("ConditionalRequestConflict").build())
          .build();
    }
  }

  @Test
  void asksAgainAfterAConflict() throws Exception {
    try (S3Client with = client(server.endpoint(), new Conflicts(new AtomicInteger(2)))) {
      store(with, "here").publish("step-1", S3StoreTest::writeTwo);
    }
    assertEquals(List.of("step-1"), store.names());
  }

  @Test
  void isAwayWhereAConflictDoesNotEnd() {
    Conflicts conflicts = new Conflicts(new AtomicInteger(Integer.MAX_VALUE));
    try (S3Client with = client(server.endpoint(), conflicts)) {
      S3Store here = store(with, "here");
      assertThrows(
          ArtifactStoreAwayException.class, () -> here.publish("step-1", S3StoreTest::writeTwo));
    }
    assertEquals(5, Integer.MAX_VALUE - conflicts.left().get());
  }

  @Test
  void whatHangsIsAStoreThatIsAwayAndSaysWhatFailedBefore() {
    CountDownLatch over = new CountDownLatch(1);
    Callable<String> hangs =
        () -> {
          while (true) {
            try {
              over.await();
              return "";
            } catch (InterruptedException e) {
              // As a transfer that does not hear of it.
            }
          }
        };
    Callable<String> fails =
        () -> {
          throw new IOException("failed before");
        };
    try {
      ArtifactStoreAwayException away =
          assertThrows(
              ArtifactStoreAwayException.class,
              () ->
                  new S3Objects(client, "mill")
                      .inParallel(List.of(fails, hangs), Duration.ofMillis(50)));
      assertEquals("s3://mill cannot be used: a transfer does not end", away.getMessage());
      assertEquals("failed before", away.getSuppressed()[0].getMessage());
    } finally {
      over.countDown();
    }
  }

  /** Looks at how long each attempt to get something may take. */
  private record Limits(List<Duration> ofGets) implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      if (!(context.request() instanceof GetObjectRequest get)) return;
      ofGets.add(
          get.overrideConfiguration()
              .flatMap(o -> o.apiCallAttemptTimeout())
              .orElse(Duration.ZERO));
    }
  }

  @Test
  void getsNothingForEver() throws Exception {
    store.publish("step-1", S3StoreTest::writeLarge);
    List<Duration> limits = Collections.synchronizedList(new ArrayList<>());
    try (S3Client watched = client(server.endpoint(), new Limits(limits))) {
      store(watched, "elsewhere").fetch("step-1");
    }
    assertEquals(List.of(Duration.ofMinutes(4), Duration.ofMinutes(6)), limits);
  }

  /** Does something before each request of a kind. */
  private record Before(Class<?> request, Runnable action) implements ExecutionInterceptor {
    @Override
    public void beforeTransmission(
        Context.BeforeTransmission context, ExecutionAttributes attributes) {
      if (request.isInstance(context.request())) action.run();
    }
  }

  static S3Client client(URI endpoint, ExecutionInterceptor watched) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(LocalS3.KEY_ID, LocalS3.SECRET)))
        .overrideConfiguration(o -> o.addExecutionInterceptor(watched))
        .build();
  }

  @Test
  void deletesTheManifestFirst() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    List<List<String>> thereBefore = new ArrayList<>();
    Before look = new Before(DeleteObjectsRequest.class, () -> thereBefore.add(keys()));
    try (S3Client watched = client(server.endpoint(), look)) {
      store(watched, "here").delete("step-1");
    }
    assertEquals(2, thereBefore.size());
    assertTrue(thereBefore.get(0).contains(PLACE.prefix() + "step-1/manifest.json"));
    assertFalse(thereBefore.get(1).contains(PLACE.prefix() + "step-1/manifest.json"));
    assertEquals(2, thereBefore.get(1).size());
    assertEquals(List.of(), keys());
  }

  @Test
  void clearingLeavesWhatIsWholeAndWhatIsNotOurs() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    put(PLACE.prefix() + "README", "by hand");
    put("team/checkpoints/run-2/step-1/6b3f7f3e-0000-4000-8000-000000000000/a.txt", "another's");
    List<String> before = keys();
    put(PLACE.prefix() + "step-2/6b3f7f3e-0000-4000-8000-000000000000/a.txt", "abandoned");
    store.clear();
    assertEquals(before, keys());
  }

  @Test
  void clearingLeavesAloneWhatNobodyCanTellApartAndGoesOn() throws Exception {
    store.publish("step-1", S3StoreTest::writeTwo);
    put(PLACE.prefix() + "step-1/6b3f7f3e-0000-4000-8000-000000000000/a.txt", "abandoned");
    put(PLACE.prefix() + "step-1/manifest.json", "{");
    put(PLACE.prefix() + "-/6b3f7f3e-0000-4000-8000-000000000000/a.txt", "of no name of ours");
    put(PLACE.prefix() + "-/6b3f7f3e-0000-4000-8000-000000000001/a.txt", "of no name of ours");
    put(PLACE.prefix() + "-/manifest.json", "{}");
    List<String> before = keys();
    put(PLACE.prefix() + "step-2/6b3f7f3e-0000-4000-8000-000000000000/a.txt", "abandoned");
    store.clear();
    assertEquals(before, keys());
  }

  /** Sends a large file and stops for ever before its second part. */
  static final class Sender {
    public static void main(String[] arguments) throws Exception {
      Before halt = new Before(UploadPartRequest.class, Sender::halt);
      try (S3Client client = client(URI.create(arguments[0]), halt)) {
        store(client, Path.of(arguments[1]))
            .publish(
                "step-1",
                place -> {
                  writeTwo(place);
                  writeLarge(place);
                });
      }
    }

    private static int parts;

    private static synchronized void halt() {
      if (parts++ == 0) return;
      System.out.println("sending");
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void whatAKilledProcessHadBegunToSendIsNeverSeenAndClearedAway() throws Exception {
    try (ChildJvm sender =
        ChildJvm.of(Sender.class)
            .arguments(server.endpoint().toString(), directory.resolve("sender").toString())
            .start(directory.resolve("output"))) {
      sender.awaitLine("sending", Duration.ofMinutes(1));
      sender.kill9();
    }
    assertEquals(1, uploadsBegun());
    assertEquals(List.of(), store.names());
    assertThrows(DamagedArtifactException.class, () -> store.fetch("step-1"));
    store.clear();
    assertEquals(0, uploadsBegun());
    assertEquals(List.of(), keys());
    store.publish("step-1", S3StoreTest::writeTwo);
    assertArrayEquals("abc".getBytes(UTF_8), store.read("step-1", "a.txt"));
  }
}
