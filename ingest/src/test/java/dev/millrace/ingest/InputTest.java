package dev.millrace.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class InputTest {
  private static String shown(String location) {
    return Input.of(location).shown();
  }

  @Test
  void showsAUrlWithoutItsUser() {
    assertEquals("https://e.org:81/a/b@c", shown("https://who:p@ss@e.org:81/a/b@c"));
    assertEquals("http://e.org", shown("http://who@e.org"));
  }

  @Test
  void showsAHashForAQuery() {
    String shown = shown("https://e.org/a?X-Amz-Signature=abc#part");
    assertEquals("https://e.org/a?", shown.replaceFirst("[0-9a-f]{16}$", ""));
    assertEquals(shown, shown("https://e.org/a?X-Amz-Signature=abc"));
    assertNotEquals(shown, shown("https://e.org/a?X-Amz-Signature=abd"));
  }

  @Test
  void hidesSecretsOfWhatIsNoUrlAsWell() {
    assertEquals("http://e org/%zz", shown("http://who:se cret@e org/%zz"));
  }

  @Test
  void showsEverythingElseAsItIs() {
    for (String location : new String[] {"-", "a?b", "who:x@y/z", "s3://bucket/a?b", "/a@b"}) {
      assertEquals(location, shown(location));
    }
  }

  @Test
  void printsNoSecret() {
    Input input = Input.of("http://who:secret@e.org/?secret");
    assertFalse(input.toString().contains("secret"));
    String refusal =
        assertThrows(IllegalArgumentException.class, () -> input.named(" ")).getMessage();
    assertFalse(refusal.contains("secret"), refusal);
  }
}
