package dev.millrace.bench;

import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.text.SourceDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the stages' time goes: the flight recorder's samples of one thread that refines, by the
 * method at the top and by every method of ours on the stack. Arguments: names of stages; without
 * any the filters.
 */
final class ChainProfile {
  private static final int DOCUMENTS = 1_000;
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration RECORDED = Duration.ofSeconds(20);
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final int SHOWN = 25;

  private ChainProfile() {}

  public static void main(String[] arguments) throws IOException {
    Set<StageName> stages =
        arguments.length == 0
            ? Chain.FILTERS
            : Arrays.stream(arguments).map(StageName::named).collect(Collectors.toSet());
    List<SourceDocument> documents = Documents.first(DOCUMENTS);
    RefineryChain chain = Chain.of(stages);
    judge(chain, documents, WARM_UP);
    Path file = Files.createTempFile("chain", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
      recording.start();
      judge(chain, documents, RECORDED);
      recording.stop();
      recording.dump(file);
      print(RecordingFile.readAllEvents(file));
    } finally {
      Files.delete(file);
    }
  }

  private static void judge(RefineryChain chain, List<SourceDocument> documents, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) Chain.judge(chain, documents);
  }

  private static void print(List<RecordedEvent> events) {
    Map<String, Integer> tops = new HashMap<>();
    Map<String, Integer> ours = new HashMap<>();
    int samples = 0;
    for (RecordedEvent event : events) {
      if (!event.getEventType().getName().equals("jdk.ExecutionSample")) continue;
      if (event.getStackTrace() == null) continue;
      samples++;
      List<String> stack =
          event.getStackTrace().getFrames().stream().map(ChainProfile::name).toList();
      tops.merge(stack.get(0), 1, Integer::sum);
      for (String method : new HashSet<>(stack)) {
        if (method.startsWith("dev.millrace.refinery")) ours.merge(method, 1, Integer::sum);
      }
    }
    System.out.println(samples + " samples. At the top of the stack:");
    print(tops, samples);
    System.out.println("\nAnywhere on it, of the refinery:");
    print(ours, samples);
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private static void print(Map<String, Integer> counts, int samples) {
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(SHOWN)
        .forEach(
            count ->
                System.out.printf(
                    Locale.ROOT,
                    "%5.1f %%  %s%n",
                    100.0 * count.getValue() / samples,
                    count.getKey()));
  }
}
