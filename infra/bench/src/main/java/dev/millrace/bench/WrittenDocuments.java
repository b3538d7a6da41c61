package dev.millrace.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the first documents of {@link Documents} as JSON Lines. Argument: how many. */
final class WrittenDocuments {
  private WrittenDocuments() {}

  public static void main(String[] arguments) throws IOException {
    Documents documents = new Documents();
    ObjectMapper json = new ObjectMapper();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      out.println(json.writeValueAsString(Map.of("id", "d" + i, "text", documents.text(i))));
    }
    out.flush();
  }
}
