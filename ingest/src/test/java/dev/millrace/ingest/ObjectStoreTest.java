package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.ingest.source.Fingerprint.Change;
import dev.millrace.ingest.source.Glob;
import dev.millrace.testkit.LocalS3;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** On a server that speaks S3 and keeps its objects in memory. */
class ObjectStoreTest {
  private final LocalS3 server;
  private final S3Client client;
  private final ObjectStore store;

  ObjectStoreTest() throws Exception {
    server = LocalS3.start();
    client = server.client();
    store = new ObjectStore(client);
    client.createBucket(r -> r.bucket("mill"));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private void put(String key, byte[] content) {
    client.putObject(r -> r.bucket("mill").key(key), RequestBody.fromBytes(content));
  }

  private List<ObjectUnit> units(Input input) throws IOException {
    List<ObjectUnit> units = new ArrayList<>();
    Iterator<? extends Found> found = Corpus.objects(input, store).opener().open();
    while (found.hasNext()) units.add((ObjectUnit) found.next());
    return units;
  }

  private List<String> names(Input input) throws IOException {
    return units(input).stream().map(ObjectUnit::name).toList();
  }

  @Test
  void findsAnObjectOrAllBelowAPath() throws IOException {
    for (String key : List.of("crawl/a.jsonl", "crawl/sub/b.txt", "crawl-2/c.txt", "d.txt")) {
      put(key, key.getBytes(UTF_8));
    }
    List<String> crawl = List.of("s3://mill/crawl/a.jsonl", "s3://mill/crawl/sub/b.txt");
    assertEquals(crawl, names(Input.of("s3://mill/crawl")));
    assertEquals(crawl, names(Input.of("s3://mill/crawl/")));
    assertEquals(List.of("s3://mill/d.txt"), names(Input.of("s3://mill/d.txt")));
    assertEquals(4, names(Input.of("s3://mill")).size());
    assertEquals(
        List.of("s3://mill/crawl/sub/b.txt"),
        names(Input.of("s3://mill/crawl").only(Glob.of("*.txt"))));
    assertEquals(
        List.of("mine/a.jsonl", "mine/sub/b.txt"),
        names(Input.of("s3://mill/crawl").named("mine")));
  }

  @Test
  void listsMoreThanOnePage() throws IOException {
    for (int i = 0; i < 1005; i++) put("many/%04d".formatted(i), new byte[] {1});
    assertEquals(1005, names(Input.of("s3://mill/many")).size());
  }

  @Test
  void readsAnObjectFromAnyByteOn() throws IOException {
    byte[] content = new byte[300_000];
    new Random(1).nextBytes(content);
    put("a.bin", content);
    ObjectUnit unit = units(Input.of("s3://mill/a.bin")).get(0);
    assertEquals(content.length, unit.bytes());
    try (InputStream in = store.open(unit.object())) {
      assertArrayEquals(content, in.readAllBytes());
    }
    try (InputStream rest = store.get(unit.object(), 100_000)) {
      assertArrayEquals(Arrays.copyOfRange(content, 100_000, 300_000), rest.readAllBytes());
    }
  }

  @Test
  void noticesThatAnObjectHasChanged() throws IOException {
    put("a.txt", "one".getBytes(UTF_8));
    ObjectUnit before = units(Input.of("s3://mill/a.txt")).get(0);
    assertEquals(Change.NONE, before.since(before.fingerprint("o"), "o"));
    assertEquals(Change.OTHER_OPTIONS, before.since(before.fingerprint("o"), "p"));
    put("a.txt", "two".getBytes(UTF_8));
    ObjectUnit after = units(Input.of("s3://mill/a.txt")).get(0);
    assertEquals(Change.OTHER_BYTES, after.since(before.fingerprint("o"), "o"));
    IOException e = assertThrows(IOException.class, () -> store.open(before.object()));
    assertEquals("it has changed since it was listed", e.getMessage());
  }

  @Test
  void saysWhatIsNotThere() {
    IOException e = assertThrows(IOException.class, () -> names(Input.of("s3://mill/nothing")));
    assertEquals("there are no objects", e.getMessage());
    assertThrows(IOException.class, () -> names(Input.of("s3://no-such-bucket/a")));
    assertThrows(IngestException.class, () -> names(Input.of("s3:///a")));
  }
}
