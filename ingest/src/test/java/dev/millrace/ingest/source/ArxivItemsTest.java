package dev.millrace.ingest.source;

import static dev.millrace.ingest.source.Reads.bytes;
import static dev.millrace.ingest.source.Reads.gzip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.RawDocument;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArxivItemsTest {
  private static final ReadOptions ARXIV = Reads.WEB.as(Format.ARXIV);

  private static final String MAIN =
      """
      \\documentclass{article} % the usual
      \\newcommand{\\mill}{water mill}
      \\def\\R{\\mathbb{R}}
      \\newcommand{\\two}[2]{#1 and #2}
      % \\input{secret}
      \\begin{document}
      \\begin{abstract}A \\mill{} in $\\R^2$, 50\\% done. % not this
      \\end{abstract}
      \\input{sections/intro}
      \\include{../../etc/passwd}
      \\input missing.tex
      \\millers \\two{a}{b}
      \\bibliographystyle{plain}
      \\bibliography{refs}
      \\begin{thebibliography}{9}\\bibitem{a} A. \\end{thebibliography}
      \\end{document}
      ignored
      """;

  private static final String BODY =
      """
      \\begin{abstract}A water mill{} in $\\mathbb{R}^2$, 50\\% done.\s
      \\end{abstract}
      \\section{Intro} Hello.



      \\millers \\two{a}{b}""";

  @Test
  void putsThePaperTogetherAndLeavesOutWhatIsNotItsText() throws IOException {
    RawDocument paper = bytes("2001.00001v2.gz", gzip(tar(paper())), ARXIV).document();
    assertEquals(BODY, Reads.text(paper));
    assertEquals("https://arxiv.org/abs/2001.00001", paper.getId());
    assertEquals(paper.getId(), paper.getUri());
    assertEquals("text/x-tex", paper.getMediaType());
    assertEquals(Map.of("arxiv", "2001.00001"), paper.getMetadata());
  }

  @Test
  void readsTheMonthlyArchives() throws IOException {
    Map<String, byte[]> month = new LinkedHashMap<>();
    month.put("9901/hep-th9901001.gz", gzip("\\documentstyle{a}\\begin{document}caf\u00e9"));
    month.put("9901/hep-th9901002.pdf", "%PDF-1.4".getBytes(UTF_8));
    month.put("9901/hep-th9901003.gz", gzip(tar(paper())));
    month.put("9901/hep-th9901004.gz", gzip("%PDF-1.4\n"));
    Reads reads = bytes("arXiv_src_9901_001.tar", tar(month), ARXIV);
    assertEquals(List.of("caf\u00e9", BODY), reads.texts());
    assertEquals("https://arxiv.org/abs/hep-th/9901001", reads.ids().get(0));
    assertEquals("9901/hep-th9901003.gz", reads.documents().get(1).getMetadata().get("path"));
    assertEquals(1, reads.items().size() - reads.documents().size());
    assertEquals(reads.items(), bytes("arXiv_src_9901_001.tar", tar(month), ARXIV).items());
  }

  @Test
  void readsLatin1() {
    byte[] latin = "\\documentclass{a}\\begin{document}caf\u00e9".getBytes(ISO_8859_1);
    assertEquals(List.of("caf\u00e9"), bytes("a.tex", latin, ARXIV).texts());
  }

  @Test
  void findsTheMainFileAmongSeveral() {
    Map<String, String> files =
        Map.of(
            "style.tex", "\\documentclass{x} no document, but long".repeat(9),
            "a/ms.tex", "\\documentclass{a}\\begin{document}main \\input{b}",
            "a/b.tex", "beside it");
    assertEquals(Optional.of("main beside it"), new Latex(files, 1000).body());
    assertEquals(Optional.empty(), new Latex(Map.of("a.tex", "x", "b.tex", "y"), 1000).body());
  }

  @Test
  void boundsFilesThatReadThemselvesIn() {
    String circle = "\\documentclass{a}\\begin{document}x\\input{a}";
    String body = new Latex(Map.of("a.tex", circle), 10_000).body().orElseThrow();
    assertEquals(11, body.split("x", -1).length - 1);
    String many = "\\documentclass{a}\\begin{document}" + "\\input{a}".repeat(100);
    assertEquals(Optional.empty(), new Latex(Map.of("a.tex", many), 1_000_000).body());
  }

  @Test
  void expandsMacrosOnceAndNoMore() {
    String macros = "\\def\\a{\\a\\a}\\begin{document}\\a \\ab";
    assertEquals(Optional.of("\\a\\a \\ab"), new Latex(Map.of("x.tex", macros), 1000).body());
  }

  @Test
  void reportsADamagedPaper() throws IOException {
    byte[] tar = tar(paper());
    Reads reads = bytes("2001.00001.tar", Arrays.copyOf(tar, tar.length / 2), ARXIV);
    assertEquals(List.of(), reads.documents());
    assertEquals(1, reads.damage().size());
    assertTrue(reads.damage().get(0).reason().startsWith("the paper is damaged"));
  }

  @Test
  void refusesAPaperThatIsTooLarge() throws IOException {
    ReadOptions options = new ReadOptions("web", Optional.of(Format.ARXIV), Optional.empty(), 100);
    Reads reads = bytes("a.tar", tar(paper()), options);
    assertEquals("the paper is larger than 100 bytes", reads.damage().get(0).reason());
  }

  private static Map<String, byte[]> paper() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("main.tex", MAIN.getBytes(UTF_8));
    files.put("figure.eps", new byte[] {1, 2, 0});
    files.put("sections/intro.tex", "\\section{Intro} Hello.\n".getBytes(UTF_8));
    return files;
  }

  private static byte[] tar(Map<String, byte[]> entries) throws IOException {
    return ArchiveItemsTest.tar(entries);
  }
}
