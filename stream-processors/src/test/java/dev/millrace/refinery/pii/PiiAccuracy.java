package dev.millrace.refinery.pii;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.Redaction;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Precision and recall per kind on texts whose personal data is labelled, in the format of
 * microsoft/presidio-research: the file, then regions for telephone numbers. A label is right where
 * something of its kind that was found overlaps it, and exact where the two are the same code
 * points.
 */
final class PiiAccuracy {
  private static final Map<String, Set<Kind>> KINDS =
      Map.of(
          "EMAIL_ADDRESS", EnumSet.of(Kind.EMAIL),
          "IP_ADDRESS", EnumSet.of(Kind.IPV4, Kind.IPV6),
          "PHONE_NUMBER", EnumSet.of(Kind.PHONE),
          "CREDIT_CARD", EnumSet.of(Kind.PAYMENT_CARD),
          "IBAN_CODE", EnumSet.of(Kind.IBAN),
          "US_SSN", EnumSet.of(Kind.US_SSN),
          "API_KEY", EnumSet.of(Kind.API_KEY),
          "PRIVATE_KEY", EnumSet.of(Kind.PRIVATE_KEY));

  private PiiAccuracy() {}

  public static void main(String[] arguments) throws IOException {
    JsonNode documents = new ObjectMapper().readTree(new File(arguments[0]));
    List<String> regions = List.of(arguments).subList(1, arguments.length);
    Pii stage = new Pii(List.of(Kind.values()), regions);
    System.out.printf("%d texts, regions %s%n", documents.size(), regions);
    System.out.println(
        "| label | labelled | found | right | exact | missed | precision | recall |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    List<String> remarks = new ArrayList<>();
    KINDS.keySet().stream().sorted().forEach(label -> row(stage, documents, label, remarks));
    remarks.forEach(System.out::println);
  }

  private static void row(Pii stage, JsonNode documents, String label, List<String> remarks) {
    int labelled = 0;
    int found = 0;
    int foundRight = 0;
    int right = 0;
    int exact = 0;
    for (JsonNode document : documents) {
      String text = document.path("full_text").asText();
      List<Redaction> labels = labels(document, label);
      List<Redaction> redactions = redactions(stage, text, KINDS.get(label));
      labelled += labels.size();
      found += redactions.size();
      for (Redaction redaction : redactions) {
        if (overlapsAny(redaction, labels)) foundRight++;
        else remarks.add("wrong " + label + ": " + words(text, redaction));
      }
      for (Redaction wanted : labels) {
        if (overlapsAny(wanted, redactions)) right++;
        else remarks.add("missed " + label + ": " + words(text, wanted));
        if (redactions.stream().anyMatch(redaction -> isSame(redaction, wanted))) exact++;
      }
    }
    System.out.printf(
        "| %s | %d | %d | %d | %d | %d | %s | %s |%n",
        label,
        labelled,
        found,
        right,
        exact,
        labelled - right,
        share(foundRight, found),
        share(right, labelled));
  }

  private static List<Redaction> labels(JsonNode document, String label) {
    List<Redaction> labels = new ArrayList<>();
    for (JsonNode span : document.path("spans")) {
      if (!span.path("entity_type").asText().equals(label)) continue;
      int start = span.path("start_position").asInt();
      labels.add(new Redaction(label, start, span.path("end_position").asInt()));
    }
    return labels;
  }

  private static List<Redaction> redactions(Pii stage, String text, Set<Kind> kinds) {
    Verdict verdict = stage.judge(RefinedText.of(SourceDocument.ofText("", "", text), text));
    if (!(verdict instanceof Verdict.KeepChanged changed)) return List.of();
    List<String> wanted = kinds.stream().map(Kind::label).toList();
    return changed.text().redactions().stream()
        .filter(redaction -> wanted.contains(redaction.kind()))
        .toList();
  }

  private static boolean overlapsAny(Redaction one, List<Redaction> others) {
    return others.stream()
        .anyMatch(other -> one.start() < other.end() && other.start() < one.end());
  }

  private static boolean isSame(Redaction one, Redaction other) {
    return one.start() == other.start() && one.end() == other.end();
  }

  private static String words(String text, Redaction span) {
    int start = text.offsetByCodePoints(0, span.start());
    return text.substring(start, text.offsetByCodePoints(start, span.end() - span.start()));
  }

  private static String share(int part, int all) {
    return all == 0 ? "-" : "%.2f".formatted((double) part / all);
  }
}
