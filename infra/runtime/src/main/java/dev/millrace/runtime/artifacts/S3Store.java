package dev.millrace.runtime.artifacts;

import dev.millrace.runtime.terminal.Onlooker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Artifacts as objects: {@code NAME/UPLOAD/FILE} for each file, and {@code NAME/manifest.json},
 * which is put last and removed first and says what belongs to the artifact. Two that publish the
 * same name never touch each other's files, and the store lets only one have the manifest.
 */
final class S3Store implements ArtifactStore {
  private static final Pattern OURS = Pattern.compile("([^/]+)/([0-9a-f-]{36})/.+");

  /** Of a file that is read into memory. */
  private static final int SMALL_BYTES_MAX = 256 << 20;

  private final S3Location place;
  private final S3Objects objects;
  private final ArtifactCache cache;
  private final Onlooker fetching;

  /** By name: their manifests were sent, and the store did not say whether it has them. */
  private final Map<String, ObjectManifest> unanswered = new ConcurrentHashMap<>();

  S3Store(S3Client client, S3Location place, ArtifactCache cache) {
    this(client, place, cache, Onlooker.NOBODY);
  }

  /**
   * @param fetching sees bytes that come into the cache, of those of an artifact; from one thread
   *     at a time
   */
  S3Store(S3Client client, S3Location place, ArtifactCache cache, Onlooker fetching) {
    this.place = place;
    this.objects = new S3Objects(client, place.bucket());
    this.cache = cache;
    this.fetching = fetching;
  }

  @Override
  public Published publish(String name, Contents contents) throws IOException {
    Optional<ObjectManifest> before = Optional.ofNullable(unanswered.get(name));
    if (has(name) && before.isEmpty()) throw taken(name); // Before any work.
    String upload =
        before.map(ObjectManifest::upload).orElseGet(() -> UUID.randomUUID().toString());
    Published copy = cache.keep(upload, name, contents);
    try {
      ObjectManifest manifest = ObjectManifest.of(upload, cache.directory(upload), copy.sha256());
      if (before.isPresent() && !before.get().equals(manifest)) withdraw(name, before.get());
      if (!before.equals(Optional.of(manifest))) send(name, manifest);
      seal(name, manifest);
      return new Published(URI.create(place + name + "/"), copy.sha256());
    } catch (IOException | RuntimeException e) {
      cache.remove(upload);
      throw e; // What is there of it goes with the next clear().
    }
  }

  /** What was never said to be published, and is published anew with other files. */
  private void withdraw(String name, ObjectManifest before) throws IOException {
    if (has(name) && !manifest(name).equals(before)) throw taken(name);
    delete(name);
    unanswered.remove(name);
  }

  private void send(String name, ObjectManifest manifest) throws IOException {
    Path directory = cache.directory(manifest.upload());
    for (Map.Entry<String, ObjectManifest.Entry> file : manifest.files().entrySet()) {
      String key = key(name, manifest.upload(), file.getKey());
      objects.put(key, directory.resolve(file.getKey()), file.getValue().sha256());
    }
  }

  private void seal(String name, ObjectManifest manifest) throws IOException {
    Map<String, Long> sent = new TreeMap<>();
    manifest
        .files()
        .forEach((file, entry) -> sent.put(key(name, manifest.upload(), file), entry.bytes()));
    Map<String, Long> kept = new TreeMap<>();
    objects
        .list(key(name, manifest.upload(), ""))
        .forEach(object -> kept.put(object.key(), object.bytes()));
    // Who took us for dead may have cleared it away.
    if (!kept.equals(sent)) {
      unanswered.remove(name);
      throw new IOException(place + name + " was not kept as it was sent");
    }
    unanswered.put(name, manifest);
    boolean isNew = objects.putNew(manifestKey(name), manifest.json());
    // Perhaps by ourselves, whose first request was obeyed and not answered.
    boolean ours = isNew || manifest(name).equals(manifest);
    unanswered.remove(name);
    if (!ours) throw taken(name);
  }

  @Override
  public Path fetch(String name) throws IOException {
    ObjectManifest manifest = manifest(name);
    Optional<Path> here = cache.find(manifest.upload(), manifest.sha256());
    if (here.isPresent()) return here.get();
    try {
      Published copy =
          cache.keep(manifest.upload(), name, directory -> download(name, manifest, directory));
      check(name, manifest, copy);
    } catch (FileAlreadyExistsException e) {
      // Another process was faster with the same.
      return cache.find(manifest.upload(), manifest.sha256()).orElseThrow(() -> e);
    }
    return cache.directory(manifest.upload());
  }

  private void download(String name, ObjectManifest manifest, Path directory) throws IOException {
    LongConsumer coming = fetching.adding(manifest.bytes());
    List<Callable<Path>> files = new ArrayList<>();
    for (Map.Entry<String, ObjectManifest.Entry> file : manifest.files().entrySet()) {
      Path to = directory.resolve(file.getKey());
      Files.createDirectories(to.getParent());
      files.add(
          () -> {
            long bytes = file.getValue().bytes();
            String key = key(name, manifest.upload(), file.getKey());
            Optional<Long> found =
                objects.fetch(
                    key,
                    to,
                    bytes,
                    more -> {
                      synchronized (coming) { // Several files come at a time.
                        coming.accept(more);
                      }
                    });
            checkSize(name, file.getKey(), found, bytes);
            return to;
          });
    }
    objects.inParallel(files);
  }

  private void check(String name, ObjectManifest manifest, Published copy) throws IOException {
    for (Map.Entry<String, ObjectManifest.Entry> file : manifest.files().entrySet()) {
      String sha256 = String.valueOf(copy.sha256().get(file.getKey()));
      if (sha256.equals(file.getValue().sha256())) continue;
      cache.remove(manifest.upload());
      throw altered(name, file.getKey(), sha256, file.getValue());
    }
  }

  @Override
  public byte[] read(String name, String file) throws IOException {
    ObjectManifest manifest = manifest(name);
    ObjectManifest.Entry entry = manifest.files().get(file);
    if (entry == null) throw new DamagedArtifactException(place + name, "has no " + file);
    if (entry.bytes() > SMALL_BYTES_MAX) {
      throw new DamagedArtifactException(
          place + name + "/" + file,
          "%,d bytes, as its manifest says, are no small file".formatted(entry.bytes()));
    }
    byte[] bytes =
        objects
            .read(key(name, manifest.upload(), file), Math.toIntExact(entry.bytes()))
            .orElseThrow(() -> missing(place + name + "/" + file));
    checkSize(name, file, Optional.of((long) bytes.length), entry.bytes());
    String sha256 = Tree.hex(Tree.sha256(bytes));
    if (!sha256.equals(entry.sha256())) throw altered(name, file, sha256, entry);
    return bytes;
  }

  private void checkSize(String name, String file, Optional<Long> found, long bytes)
      throws IOException {
    String object = place + name + "/" + file;
    long has = found.orElseThrow(() -> missing(object));
    if (has == bytes) return;
    throw new DamagedArtifactException(
        object, "not the %,d bytes that its manifest says".formatted(bytes));
  }

  private DamagedArtifactException altered(
      String name, String file, String sha256, ObjectManifest.Entry entry) {
    return new DamagedArtifactException(
        place + name + "/" + file,
        "SHA-256 " + sha256 + " where its manifest says " + entry.sha256());
  }

  private static DamagedArtifactException missing(String what) {
    return new DamagedArtifactException(what, "is not there");
  }

  private FileAlreadyExistsException taken(String name) {
    return new FileAlreadyExistsException(place + name);
  }

  private ObjectManifest manifest(String name) throws IOException {
    byte[] json =
        objects
            .read(manifestKey(name), ObjectManifest.BYTES_MAX)
            .orElseThrow(
                () -> new DamagedArtifactException(place + name, "is not there, or not whole"));
    return ObjectManifest.of(json, place + name);
  }

  @Override
  public boolean has(String name) throws IOException {
    return !objects.list(manifestKey(name)).isEmpty();
  }

  @Override
  public List<String> names() throws IOException {
    String end = "/" + ObjectManifest.KEY;
    return within(objects.list(place.prefix())).stream()
        .filter(key -> key.endsWith(end))
        .map(key -> key.substring(0, key.length() - end.length()))
        .filter(FolderStore::isName)
        .sorted()
        .toList();
  }

  @Override
  public boolean delete(String name) throws IOException {
    boolean was = has(name);
    if (was) objects.delete(List.of(manifestKey(name)));
    objects.delete(keys(objects.list(place.prefix() + FolderStore.requireName(name) + "/")));
    return was;
  }

  @Override
  public void clear() throws IOException {
    objects.abortUploads(place.prefix());
    Map<String, List<String>> uploads = new TreeMap<>();
    List<String> names = new ArrayList<>();
    for (String key : within(objects.list(place.prefix()))) {
      Matcher ours = OURS.matcher(key);
      if (ours.matches() && FolderStore.isName(ours.group(1))) {
        uploads.computeIfAbsent(ours.group(1), name -> new ArrayList<>()).add(key);
      } else if (key.endsWith("/" + ObjectManifest.KEY)) {
        names.add(key.substring(0, key.indexOf('/')));
      }
    }
    List<String> abandoned = new ArrayList<>();
    for (Map.Entry<String, List<String>> of : uploads.entrySet()) {
      boolean one = of.getValue().stream().map(S3Store::upload).distinct().count() == 1;
      if (names.contains(of.getKey()) && one) continue;
      try {
        String kept = names.contains(of.getKey()) ? manifest(of.getKey()).upload() : "";
        of.getValue().stream()
            .filter(key -> !upload(key).equals(kept))
            .forEach(key -> abandoned.add(place.prefix() + key));
      } catch (DamagedArtifactException e) {
        // Nobody knows which upload is the artifact's; all of them go with its name.
      }
    }
    objects.delete(abandoned);
  }

  private static String upload(String key) {
    return key.split("/", 3)[1];
  }

  private List<String> within(List<S3Objects.Info> all) {
    return keys(all).stream().map(key -> key.substring(place.prefix().length())).toList();
  }

  private static List<String> keys(List<S3Objects.Info> all) {
    return all.stream().map(S3Objects.Info::key).toList();
  }

  private String manifestKey(String name) {
    return place.prefix() + FolderStore.requireName(name) + "/" + ObjectManifest.KEY;
  }

  private String key(String name, String upload, String file) {
    return place.prefix() + FolderStore.requireName(name) + "/" + upload + "/" + file;
  }
}
