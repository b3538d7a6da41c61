package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.runtime.terminal.Unit;
import dev.millrace.runtime.terminal.WatchedWork;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.Retraction;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes documents back. */
@Command(
    name = "retract",
    mixinStandardHelpOptions = true,
    description =
        "Takes documents back: they are trained and evaluated on no more, and a copy pushed later"
            + " is a new document. Needs a running refinery.")
final class RetractCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Option(
      names = "--document",
      required = true,
      paramLabel = "ID",
      description = "A document's id; may be given several times.")
  Set<String> documents = Set.of();

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description =
          "How long the refinery may take, for example PT30S (default: ${DEFAULT-VALUE}).")
  Duration wait = Duration.ofMinutes(5);

  @Option(names = "--json", description = "Print JSON Lines, one for each released document.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    RunContext context = run.context();
    KafkaConnection kafka = context.kafka();
    context.checkRights(kafka, "retract");
    try (RetractionRequest request = new RetractionRequest(kafka, context.prefix())) {
      request.send(documents);
      print(answers(request));
    }
    return 0;
  }

  private List<Retraction> answers(RetractionRequest request) {
    try (WatchedWork bar = new WatchedWork("retract", Unit.of("answers"))) {
      return request.await(wait, bar);
    }
  }

  private void print(List<Retraction> retractions) {
    for (String id : documents) {
      List<Retraction> own = retractions.stream().filter(r -> r.getId().equals(id)).toList();
      if (json) own.forEach(RetractCommand::printJson);
      else System.out.println(line(id, own));
    }
  }

  private static void printJson(Retraction retraction) {
    retraction
        .getDocuments()
        .forEach(
            document -> {
              ObjectNode line = RecordJson.of(document);
              line.put("id", retraction.getId());
              System.out.println(line);
            });
  }

  private static String line(String id, List<Retraction> retractions) {
    long released = retractions.stream().mapToLong(r -> r.getDocuments().size()).sum();
    long heldOut =
        retractions.stream()
            .flatMap(r -> r.getDocuments().stream())
            .filter(document -> document.getHeldOut())
            .count();
    return released == 0
        ? id + ": nothing of it was released; what was pushed before now never will be"
        : "%s: %,d refined and %,d held out are taken back"
            .formatted(id, released - heldOut, heldOut);
  }
}
