package dev.millrace.refinery.extraction;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.refinery.text.SourceDocument;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DecodingTest {
  private static final String TEXT = "Über die Mühle – “naïve” façade";
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private static String decode(String mediaType, String charset, byte[] bytes) {
    return Decoding.decode(
        new SourceDocument(
            "id",
            "d",
            Optional.empty(),
            mediaType,
            charset.isEmpty() ? Optional.empty() : Optional.of(charset),
            bytes,
            Map.of()));
  }

  private static String decode(byte[] bytes) {
    return decode("text/plain", "", bytes);
  }

  @Test
  void believesAByteOrderMarkBeforeADeclaration() {
    assertEquals(TEXT, decode("text/plain", "ISO-8859-1", ("\uFEFF" + TEXT).getBytes(UTF_8)));
    assertEquals(TEXT, decode(("\uFEFF" + TEXT).getBytes(UTF_16BE)));
    assertEquals(TEXT, decode(("\uFEFF" + TEXT).getBytes(UTF_16LE)));
  }

  @Test
  void believesTheDeclaredCharset() {
    String text = "Привет, мельница";
    Charset koi8 = Charset.forName("KOI8-R");
    assertEquals(text, decode("text/plain", "koi8-r", text.getBytes(koi8)));
  }

  @Test
  void believesTheServerBeforeThePage() {
    String page = "<meta charset='utf-8'><p>Привет, мельница";
    Charset koi8 = Charset.forName("KOI8-R");
    assertEquals(page, decode("text/html", "koi8-r", page.getBytes(koi8)));
    String japanese = "<meta charset='windows-1251'>水車は川の流れで回る大きな車輪である。";
    Charset iso2022 = Charset.forName("ISO-2022-JP"); // All of it is ASCII.
    assertEquals(japanese, decode("text/html", "iso-2022-jp", japanese.getBytes(iso2022)));
  }

  @Test
  void doesNotBelieveAnyCharsetOfWhatCanOnlyBeUtf8() {
    String page = "<meta charset='utf-8'>Привет, мельница";
    for (String wrong : new String[] {"windows-1251", "Shift_JIS", "GBK", "EUC-KR", "UTF-16"}) {
      byte[] bytes = page.repeat(2).getBytes(UTF_8);
      assertEquals(page.repeat(2), decode("text/html", wrong, bytes), wrong);
    }
    String shown = decode("text/plain", "windows-1251", "Над рекой".getBytes(UTF_8));
    assertEquals("РќР°Рґ СЂРµРєРѕР№", shown, "too short to say");
  }

  @Test
  void readsLatin1AsWindows1252() {
    assertEquals(TEXT, decode("text/plain", "ISO-8859-1", TEXT.getBytes(WINDOWS_1252)));
  }

  @Test
  void doesNotBelieveLatin1OfWhatIsValidUtf8() {
    assertEquals(TEXT, decode("text/html", "iso-8859-1", TEXT.getBytes(UTF_8)));
  }

  @Test
  void readsTheDeclarationInsideAPage() {
    Charset cyrillic = Charset.forName("windows-1251");
    String meta = "<html><head><meta charset=windows-1251></head>Привет";
    assertEquals(meta, decode("text/html", "", meta.getBytes(cyrillic)));
    String old = "<META http-equiv='Content-Type' content='text/html; charset=windows-1251'>Привет";
    assertEquals(old, decode("text/html", "", old.getBytes(cyrillic)));
    String xml = "<?xml version='1.0' encoding='windows-1251'?><p>Привет</p>";
    assertEquals(xml, decode("application/xml", "", xml.getBytes(cyrillic)));
  }

  @Test
  void readsAllOfACharsetThatIsCalledByTheNameOfAPart() {
    String[][] wider = {
      {"gb2312", "GBK", "朱镕基，水车"},
      {"GBK", "GB18030", "水车𠀀㐀"},
      {"shift_jis", "windows-31j", "①水車～"},
      {"euc-kr", "x-windows-949", "똠방각하, 물레방아"},
      {"big5", "Big5-HKSCS", "水車嘅啲"},
      {"iso-8859-9", "windows-1254", "“Değirmen” – su"},
      {"tis-620", "x-windows-874", "“กังหันน้ำ” …"}
    };
    for (String[] row : wider) {
      String text = row[2].repeat(4);
      byte[] bytes = text.getBytes(Charset.forName(row[1]));
      assertEquals(text, decode("text/plain", row[0], bytes), row[0]);
    }
  }

  @Test
  void readsTheCharsetOfAWholeContentTypeField() {
    String german = "Grüße aus der Mühle"; // In a charset that no detector thinks of.
    byte[] bytes = german.getBytes(Charset.forName("IBM500"));
    assertEquals(german, decode("text/html; Charset=\"ibm500\"; v=1", "", bytes));
    String text = "Привет, мельница";
    byte[] western = text.getBytes(Charset.forName("windows-1251"));
    assertEquals(text, decode("text/html;charset=koi8-r", "windows-1251", western));
    assertEquals("", decode("charset=koi8-r", "", new byte[0]), "no parameter");
  }

  @Test
  void believesOnlyTheMetaElementsOfAPage() {
    String page =
        "<script charset='koi8-r' src=a.js></script><meta name=charsets><meta charset=windows-1251>";
    String text = page + "Привет, мельница";
    byte[] bytes = text.getBytes(Charset.forName("windows-1251"));
    assertEquals(text, decode("text/html", "", bytes));
  }

  @Test
  void doesNotBelieveAPageThatCallsItselfUtf16InAscii() {
    String page = "<meta charset='utf-16'>" + TEXT;
    assertEquals(page, decode("text/html", "", page.getBytes(UTF_8)));
  }

  @Test
  void ignoresACharsetThatDoesNotExist() {
    assertEquals(TEXT, decode("text/plain", "no such charset", TEXT.getBytes(UTF_8)));
    assertEquals("<meta charset=", decode("text/html", "", "<meta charset=".getBytes(UTF_8)));
  }

  @Test
  void takesValidUtf8AsWhatItIs() {
    assertEquals(TEXT, decode(TEXT.getBytes(UTF_8)));
    assertEquals("", decode(new byte[0]));
  }

  @Test
  void doesNotBelieveUtf8OfWhatIsNot() {
    String german = "Die Mühle klappert am rauschenden Bach, und das Mädchen hört es. ".repeat(4);
    assertEquals(german, decode("text/html", "utf-8", german.getBytes(ISO_8859_1)));
  }

  @Test
  void keepsUtf8WithAFewDamagedBytes() {
    byte[] bytes = TEXT.repeat(3).getBytes(UTF_8);
    bytes[0] = (byte) 0xFF;
    assertEquals('\uFFFD', decode(bytes).charAt(0));
    assertEquals(TEXT, decode(bytes).substring(decode(bytes).length() - TEXT.length()));
  }

  @Test
  void detectsACharsetThatNobodyDeclared() {
    String japanese = "水車は川の流れで回る大きな車輪である。粉をひくために使われた。".repeat(4);
    assertEquals(japanese, decode(japanese.getBytes(Charset.forName("Shift_JIS"))));
    String german = "Die Mühle klappert am rauschenden Bach, und das Mädchen hört es. ".repeat(4);
    assertEquals(german, decode(german.getBytes(ISO_8859_1)));
  }
}
