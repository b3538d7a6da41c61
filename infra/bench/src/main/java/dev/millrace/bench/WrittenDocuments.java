package dev.millrace.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes documents as JSON Lines, for other tools to judge: one third those of {@link Documents},
 * one third the same damaged, so that rules find something, one third speeches as they are, joined
 * to a few kilobytes. Argument: how many.
 */
final class WrittenDocuments {
  private WrittenDocuments() {}

  private static final int SPEECHES = 3;

  public static void main(String[] arguments) throws IOException {
    Documents documents = new Documents();
    List<String> speeches = Speeches.english();
    ObjectMapper json = new ObjectMapper();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      String text =
          switch (i % 3) {
            case 0 -> documents.text(i);
            case 1 -> damaged(documents.text(i), new SplittableRandom(i));
            default -> joined(speeches, i);
          };
      out.println(json.writeValueAsString(Map.of("id", "d" + i, "text", text)));
    }
    out.flush();
  }

  private static String joined(List<String> speeches, int from) {
    return IntStream.range(from, from + SPEECHES)
        .mapToObj(i -> speeches.get(i % speeches.size()))
        .collect(Collectors.joining("\n"));
  }

  /** Each kind of damage to a degree that is now above and now below a threshold. */
  private static String damaged(String text, SplittableRandom random) {
    String[] lines = text.split("\n", -1);
    int some = random.nextInt(1, lines.length + 1);
    int kind = random.nextInt(10);
    for (int i = 0; i < some; i++) {
      lines[i] =
          switch (kind) {
            case 0 -> lines[0];
            case 1 -> "- " + lines[i].substring(0, lines[i].length() / 8);
            case 2 -> lines[i] + "...";
            case 3 -> lines[i].replace(" ", " # ");
            case 4 -> lines[i].replaceAll("[a-z]{4,}", "12 345");
            case 5 -> lines[i].replace(".", "");
            case 6 -> lines[i].replace("the ", "the old mill of the town ");
            case 7 -> lines[i].replace(" ", "\n");
            case 8 -> lines[i] + (i % 2 == 0 ? " We use cookies." : " {");
            default -> lines[i].substring(0, Math.min(lines[i].length(), 40)) + ".";
          };
    }
    return String.join(kind == 9 ? "\n\n" : "\n", lines);
  }
}
