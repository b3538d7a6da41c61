package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.gzip;
import static dev.millrace.ingest.source.Reads.join;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.millrace.ingest.source.Source.Scope;
import dev.millrace.schemas.RawDocument;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveItemsTest {
  private static final byte[] PAGE = "<html>page</html>".getBytes(UTF_8);
  private static final byte[] JAVA = "class A {}".getBytes(UTF_8);

  @TempDir Path folder;

  @Test
  void readsEachEntryAsAFileOfItsOwn() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("z/", new byte[0]);
    entries.put("z/page.html", PAGE);
    entries.put("a/A.java", JAVA);
    entries.put("a/A.class", new byte[] {(byte) 0xca, (byte) 0xfe, 0, 0});
    entries.put("lines.jsonl.gz", gzip("{\"text\":\"x\"}\n{\"text\":\"y\"}\n"));
    for (Reads reads : everyWay(entries)) {
      assertEquals(List.of("<html>page</html>", "class A {}", "x", "y"), reads.texts());
      assertEquals(
          List.of(
              "name!/z/page.html",
              "name!/a/A.java",
              "name!/lines.jsonl.gz#L1",
              "name!/lines.jsonl.gz#L2"),
          reads.ids());
      assertEquals(5, reads.items().size(), reads.items().toString());
      RawDocument java = reads.documents().get(1);
      assertEquals("text/x-java", java.getMediaType());
      assertEquals("a/A.java", java.getMetadata().get("path"));
      assertTrue(java.getUri().endsWith("!/a/A.java"));
    }
  }

  @Test
  void saysWhichLanguageAProgramIsIn() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/A.java", JAVA);
    entries.put("b.py", "pass".getBytes(UTF_8));
    entries.put("c.F90", "end program".getBytes(UTF_8));
    entries.put("d.lisp", "(quit)".getBytes(UTF_8));
    entries.put("page.html", PAGE);
    for (Reads reads : everyWay(entries)) {
      assertEquals(
          Arrays.asList("Java", "Python", "Fortran", "Common Lisp", null),
          reads.documents().stream().map(d -> d.getMetadata().get("code-language")).toList());
    }
  }

  @Test
  void givesFilesTheLicenceOfTheNearestFolderThatHasOne() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("p/LICENSE", "Apache License\nVersion 2.0, January 2004".getBytes(UTF_8));
    entries.put("p/A.java", JAVA);
    entries.put("p/lib/COPYING.txt", "GNU GENERAL PUBLIC LICENSE\nVersion 2".getBytes(UTF_8));
    entries.put("p/lib/deep/B.java", JAVA);
    entries.put("C.java", JAVA);
    for (Reads reads : everyWay(entries)) {
      assertEquals(
          Arrays.asList("Apache-2.0", "Apache-2.0", "GPL-2.0", "GPL-2.0", null), licences(reads));
    }
  }

  @Test
  void knowsTheLicencesOfAZipBeforeItsFiles() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("A.java", JAVA);
    entries.put("META-INF/LICENSE.txt", "Apache License Version 2.0".getBytes(UTF_8));
    byte[] zip = zip(entries);
    Path file = Files.write(folder.resolve("a.jar"), zip);
    assertEquals(List.of("Apache-2.0", "Apache-2.0"), licences(Reads.file(file)));
    assertEquals(Arrays.asList(null, "Apache-2.0"), licences(Reads.bytes("a.jar", zip)));
  }

  private static List<String> licences(Reads reads) {
    return reads.documents().stream().map(d -> d.getMetadata().get("licence")).toList();
  }

  /** Through the directory, as a stream, and as a tar in every compression. */
  private List<Reads> everyWay(Map<String, byte[]> entries) throws IOException {
    byte[] zip = zip(entries);
    byte[] tar = tar(entries);
    return List.of(
        Reads.file(Files.write(folder.resolve("a.zip"), zip)),
        Reads.bytes("a.zip", zip),
        Reads.bytes("a.tar", tar),
        Reads.bytes("a.tgz", gzip(tar)),
        Reads.bytes("a.tar.zst", Zstd.compress(tar)));
  }

  @Test
  void takesOnlyTheEntriesThatAreWanted() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/A.java", JAVA);
    entries.put("B.java", JAVA);
    entries.put("a/page.html", PAGE);
    byte[] zip = zip(entries);
    assertEquals(List.of("name!/a/A.java", "name!/B.java"), only(zip, Glob.of("*.java")).ids());
    assertEquals(List.of("name!/a/page.html"), only(zip, Glob.of("a/*.html")).ids());
    assertEquals(List.of("name!/a/A.java"), only(zip, Glob.ofPath("a/A.java")).ids());
    assertEquals(List.of("name!/B.java"), only(zip, Glob.ofPath("*.java")).ids());
  }

  private static Reads only(byte[] zip, Glob glob) {
    return Reads.stream("a.zip", zip, Reads.WEB, Optional.of(glob));
  }

  @Test
  void theChoiceOfEntriesIsForTheOutermostArchive() throws IOException {
    byte[] inner = zip(Map.of("page.html", PAGE));
    byte[] outer = zip(Map.of("inner.jar", inner, "other.html", PAGE));
    assertEquals(List.of("name!/inner.jar!/page.html"), only(outer, Glob.of("*.jar")).ids());
  }

  @Test
  void readsArchivesInArchives() throws IOException {
    byte[] zip = zip(Map.of("page.html", PAGE));
    byte[] tar = tar(Map.of("inner.zip", zip));
    byte[] outer = zip(Map.of("middle.tar.gz", gzip(tar)));
    RawDocument page = Reads.bytes("a.zip", outer).document();
    assertEquals("name!/middle.tar.gz!/inner.zip!/page.html", page.getId());
    assertEquals("a.zip", page.getMetadata().get("archive"));
    assertEquals("page.html", page.getMetadata().get("path"));
  }

  @Test
  void doesNotFollowArchivesForEver() throws IOException {
    byte[] zip = zip(Map.of("page.html", PAGE));
    for (int i = 0; i < 20; i++) zip = zip(Map.of("inner.zip", zip));
    Reads reads = Reads.bytes("a.zip", zip);
    assertEquals(List.of(), reads.documents());
    assertEquals("archives within archives, too deep", reads.damage().get(0).reason());
    byte[] packed = "text".getBytes(UTF_8);
    for (int i = 0; i < 20; i++) packed = gzip(packed);
    assertEquals("compressed too often over", Reads.bytes("a", packed).damage().get(0).reason());
  }

  @Test
  void appliesWhatTheUserSaysOfTheFormatToTheEntries() throws IOException {
    byte[] zip = zip(Map.of("speeches.txt.gz", gzip("a\tone\nb\ttwo\n")));
    ReadOptions options =
        new ReadOptions("web", Optional.empty(), Optional.of(new Columns(2, "\t")), 1000);
    Reads reads = Reads.bytes("a.jar", zip, options);
    assertEquals(List.of("one", "two"), reads.texts());
  }

  /** A path is a name: nothing is ever written or opened by it. */
  @Test
  void takesHostilePathsForNames() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("../../../../tmp/evil.html", PAGE);
    entries.put("/etc/passwd.html", PAGE);
    entries.put("a\u001b[31m\n.html", PAGE);
    for (Reads reads : everyWay(entries)) {
      assertEquals("name!/../../../../tmp/evil.html", reads.ids().get(0));
      assertEquals(3, reads.documents().size());
    }
    assertFalse(Files.exists(Path.of("/tmp/evil.html")));
  }

  @Test
  void readsTheEntriesBesideADamagedOne() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("1.txt", text(1));
    entries.put("2.txt", text(2));
    entries.put("3.txt", text(3));
    byte[] zip = zip(entries);
    byte[] second = deflatedText(zip, "2.txt");
    int at = indexOf(zip, second);
    Arrays.fill(zip, at + 500, at + 900, (byte) 0x55);
    Reads reads = Reads.file(Files.write(folder.resolve("a.zip"), zip));
    assertEquals(List.of("name!/1.txt", "name!/3.txt"), reads.ids());
    assertEquals(1, reads.damage().size(), reads.damage().toString());
    assertEquals("a.zip!/2.txt", reads.damage().get(0).where());
  }

  @Test
  void takesNoEntryThatFailsItsChecksum() throws IOException {
    byte[] zip = storedZip("1.txt", "hello".getBytes(UTF_8), "2.txt", "world".getBytes(UTF_8));
    zip[indexOf(zip, "hello".getBytes(UTF_8))] = 'j';
    for (Reads reads :
        List.of(Reads.bytes("a.zip", zip), Reads.file(Files.write(folder.resolve("a.zip"), zip)))) {
      assertEquals(List.of("world"), reads.texts());
      assertEquals("the entry fails its checksum", reads.damage().get(0).reason());
    }
  }

  @Test
  void takesTheReadableEntriesOfATruncatedArchiveAndReportsItOnce() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) entries.put(i + ".txt", text(i));
    byte[] zip = zip(entries);
    byte[] tar = tar(entries);
    for (Reads reads :
        List.of(
            Reads.file(Files.write(folder.resolve("a.zip"), half(zip))),
            Reads.bytes("a.zip", half(zip)),
            Reads.bytes("a.tar", half(tar)),
            Reads.bytes("a.tar.gz", half(gzip(tar))))) {
      assertTrue(reads.documents().size() >= 8, reads.items().size() + " items");
      assertEquals(1, reads.damage().size(), reads.damage().toString());
    }
  }

  /** Gzip goes on with its next member, but to an archive a gap is the end. */
  @Test
  void readsNoArchiveBeyondAGap() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < 4; i++) entries.put(i + ".txt", text(i));
    byte[] tar = tar(entries);
    byte[] first = gzip(Arrays.copyOf(tar, 7000)); // One entry and a half.
    byte[] rest = gzip(Arrays.copyOfRange(tar, 7000, tar.length));
    first[first.length - 8] ^= 1; // Of the checksum.
    Reads reads = Reads.bytes("a.tar.gz", join(first, rest));
    assertEquals(List.of("name!/0.txt"), reads.ids());
    assertEquals(1, reads.damage().size(), reads.damage().toString());
  }

  @Test
  void noticesAnArchiveThatEndsBetweenTwoEntries() throws IOException {
    byte[] tar = tar(Map.of("1.txt", text(1)));
    Reads cutTar = Reads.bytes("a.tar", Arrays.copyOf(tar, 512 + 4096));
    assertEquals(1, cutTar.documents().size());
    assertEquals(1, cutTar.damage().size());
    byte[] zip = storedZip("1.txt", PAGE, "2.txt", PAGE);
    byte[] second = "2.txt".getBytes(UTF_8);
    Reads cutZip = Reads.bytes("a.zip", Arrays.copyOf(zip, indexOf(zip, second) - 30));
    assertEquals(1, cutZip.documents().size());
    assertEquals(1, cutZip.damage().size());
  }

  @Test
  void reportsATarWhoseHeaderIsDamaged() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("1.txt", text(1));
    entries.put("2.txt", text(2));
    byte[] tar = tar(entries);
    tar[512 + 4096 + 3] ^= 1;
    Reads reads = Reads.bytes("a.tar", tar);
    assertEquals(List.of("name!/1.txt"), reads.ids());
    assertTrue(reads.damage().get(0).reason().contains("fails its checksum"));
  }

  @Test
  void boundsNamesThatATarKeepsInMemory() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      TarArchiveEntry name = new TarArchiveEntry("long", TarConstants.LF_GNUTYPE_LONGNAME);
      put(tar, name, "n".repeat(3 << 20).getBytes(UTF_8));
      put(tar, new TarArchiveEntry("1.txt", true), PAGE);
    }
    byte[] tar = out.toByteArray();
    Reads reads = Reads.bytes("a.tar", tar);
    assertEquals(List.of(), reads.documents());
    assertTrue(reads.damage().get(0).reason().contains("its headers are too long"));
  }

  @Test
  void stopsAnArchiveThatUnpacksToFarMoreThanItIs() throws IOException {
    byte[] zeros = new byte[20 << 20];
    Arrays.fill(zeros, (byte) '\n');
    byte[] once = Zstd.compress(zeros, 19);
    byte[] many = new byte[once.length * 200]; // 4 GB of line ends.
    for (int i = 0; i < 200; i++) System.arraycopy(once, 0, many, i * once.length, once.length);
    byte[] bomb = zip(Map.of("bomb.jsonl.zst", Zstd.compress(many, 19)));
    assertTrue(bomb.length < 100_000, "a bomb of " + bomb.length);
    Reads reads = Reads.bytes("a.zip", bomb);
    assertEquals(1, reads.damage().size(), reads.damage().toString());
    assertTrue(reads.damage().get(0).reason().startsWith("unpacks to more than 1,000 times"));
  }

  /** A decoder holds native memory, which no garbage collector gives back. */
  @Test
  void closesAnEntryBeforeItTurnsToTheNext() {
    Shelf shelf = new Shelf("1.txt.zst", "2.txt.zst");
    try (Items items = items(shelf)) {
      while (items.next().isPresent()) {}
    }
    assertEquals(
        List.of("1.txt.zst open", "1.txt.zst closed", "2.txt.zst open", "2.txt.zst closed"),
        shelf.happened);
  }

  @Test
  void closesTheEntryThatItIsLeftIn() {
    Shelf shelf = new Shelf("1.txt.zst", "2.txt.zst");
    try (Items items = items(shelf)) {
      assertTrue(items.next().isPresent());
    }
    assertEquals(List.of("1.txt.zst open", "1.txt.zst closed"), shelf.happened);
  }

  private static Items items(ArchiveEntries entries) {
    Meter meter = new Meter();
    Scope scope = new Scope(Reads.WEB, Optional.empty(), meter, new Expansion(meter), 0);
    Place place = Place.of("name", Optional.empty(), "a.tar", "a.tar");
    InputStream bytes = InputStream.nullInputStream();
    return new ArchiveItems(new Source(place, "a.tar", bytes, Optional.empty(), scope), entries);
  }

  /** An archive of texts, packed each by itself, that knows which of them are open. */
  private static final class Shelf implements ArchiveEntries {
    private final Iterator<String> paths;
    private final List<String> happened = new ArrayList<>();

    Shelf(String... paths) {
      this.paths = List.of(paths).iterator();
    }

    @Override
    public Optional<Entry> next() {
      if (!paths.hasNext()) return Optional.empty();
      String path = paths.next();
      happened.add(path + " open");
      return Optional.of(new Entry(path, bytes(path)));
    }

    /** The decoder around them closes them when it is closed itself. */
    private InputStream bytes(String path) {
      return new ByteArrayInputStream(Zstd.compress(text(1))) {
        @Override
        public void close() {
          happened.add(path + " closed");
        }
      };
    }

    @Override
    public void close() {}
  }

  private static byte[] text(int seed) {
    byte[] bytes = new byte[4096];
    Random random = new Random(seed);
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) ('a' + random.nextInt(26));
    return bytes;
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  /** The name of an entry and what follows it in the archive. */
  private static byte[] deflatedText(byte[] zip, String name) {
    int at = indexOf(zip, name.getBytes(UTF_8));
    return Arrays.copyOfRange(zip, at, at + 100);
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) return i;
    }
    throw new AssertionError("not there");
  }

  static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  private static byte[] storedZip(String one, byte[] first, String two, byte[] second)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : List.of(one, two)) {
        byte[] content = name.equals(one) ? first : second;
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
      }
    }
    return out.toByteArray();
  }

  static byte[] tar(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(tar, new TarArchiveEntry(entry.getKey(), true), entry.getValue());
      }
    }
    return out.toByteArray();
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry header, byte[] content)
      throws IOException {
    header.setSize(content.length);
    tar.putArchiveEntry(header);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
