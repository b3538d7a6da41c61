package dev.millrace.refinery.stream;

import dev.millrace.refinery.HeldOutConfig;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.dedup.Signer;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every setting that decides what becomes of a document, by its path in the run file. They belong
 * to the topic prefix: the first refinery records them there, and one that brings others is
 * refused, because an index filled under one set of thresholds means nothing under another.
 *
 * @param values by path, for example {@code refinery.dedup.bands}
 */
public record RefinerySettings(SortedMap<String, String> values) {
  private static final String KEY = "refinery";
  private static final Pattern LISTED =
      Pattern.compile("refinery\\.(domains\\..+\\.)?stages\\[\\d+]");
  private static final String ASSIGNS = " = ";

  /** Evaluation sets may be added while a prefix lives. */
  private static final Predicate<String> EVALUATION_SETS =
      Pattern.compile("refinery\\.(domains\\..+\\.)?contamination\\.sets\\..*").asMatchPredicate();

  /** They size memory and decide nothing. */
  private static final Set<String> OPERATIONAL = Set.of("refinery.dedup.expectedDocuments");

  /**
   * Settings of later versions, with the value that makes everything as it was before there was
   * such a setting: they are recorded only where they have another.
   */
  private static final Map<String, String> AS_BEFORE =
      Map.of("refinery.dedup.uris", "false", "refinery.dedup.similarityMin", "0.0");

  public RefinerySettings {
    TreeMap<String, String> deciding = new TreeMap<>(values);
    AS_BEFORE.forEach(deciding::remove);
    deciding.keySet().removeIf(ofStages(unlisted(values)).or(EVALUATION_SETS));
    values = Collections.unmodifiableSortedMap(deciding);
  }

  /**
   * Stages that no list has: their thresholds decide nothing, and a newer version may bring some.
   */
  private static List<String> unlisted(Map<String, String> values) {
    List<String> listed =
        values.entrySet().stream()
            .filter(e -> LISTED.matcher(e.getKey()).matches())
            .map(Map.Entry::getValue)
            .toList();
    return Stream.of(StageName.values())
        .filter(stage -> !listed.contains(stage.toString()))
        .map(StageName::key)
        .toList();
  }

  /** Of the settings of these stages, common and per domain. */
  private static Predicate<String> ofStages(List<String> keys) {
    String any = String.join("|", keys);
    return Pattern.compile("refinery\\.(domains\\..+\\.)?(%s)\\..*".formatted(any))
        .asMatchPredicate();
  }

  /** Of a run file's sections. */
  public static RefinerySettings of(RefineryConfig refinery, HeldOutConfig heldOut) {
    return of(Map.of("refinery", refinery, "heldOut", heldOut));
  }

  /** Of any sections, by their names. */
  static RefinerySettings of(Map<String, ? extends Record> sections) {
    TreeMap<String, String> values = new TreeMap<>();
    sections.forEach((name, section) -> flatten(name, section, values));
    values.keySet().removeAll(OPERATIONAL);
    values.put("(signature scheme)", Signer.SCHEME);
    return new RefinerySettings(values);
  }

  private static void flatten(String path, Object value, Map<String, String> into) {
    if (value instanceof Record settings) {
      for (RecordComponent component : settings.getClass().getRecordComponents()) {
        flatten(path + "." + component.getName(), read(component, settings), into);
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, element) -> flatten(path + "." + key, element, into));
    } else if (value instanceof Collection<?> elements) {
      int i = 0;
      for (Object element : ordered(elements)) flatten(path + "[" + i++ + "]", element, into);
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(present -> flatten(path, present, into));
    } else if (value instanceof Path file) {
      into.put(path, "SHA-256 " + contentHash(file));
    } else {
      into.put(path, String.valueOf(value));
    }
  }

  /** A file's content decides, not where it lies. */
  static String contentHash(Path file) {
    try {
      return hash(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static List<?> ordered(Collection<?> elements) {
    List<Object> ordered = new ArrayList<>(elements);
    if (elements instanceof Set) ordered.sort((a, b) -> a.toString().compareTo(b.toString()));
    return ordered;
  }

  private static Object read(RecordComponent component, Record settings) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(settings);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /** Sixteen hexadecimal digits of the SHA-256 hash of all settings. */
  public String fingerprint() {
    return hash(text().getBytes(StandardCharsets.UTF_8));
  }

  static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String text() {
    return values.entrySet().stream()
        .map(e -> e.getKey() + ASSIGNS + e.getValue().replace("\n", "\\n") + "\n")
        .collect(Collectors.joining());
  }

  private static RefinerySettings parse(String text) {
    TreeMap<String, String> values = new TreeMap<>();
    text.lines()
        .forEach(
            line -> {
              int assigns = line.indexOf(ASSIGNS);
              values.put(line.substring(0, assigns), line.substring(assigns + ASSIGNS.length()));
            });
    return new RefinerySettings(values);
  }

  /** The settings that the prefix's documents are refined with; empty before the first refinery. */
  public static Optional<RefinerySettings> recorded(KafkaConnection connection, Topics topics) {
    List<String> records = new ArrayList<>(1);
    connection.scan(topics.refinerySettings(), record -> records.add(record.value()));
    return records.stream().findFirst().map(RefinerySettings::parse);
  }

  /** Records these settings. Where several refineries do so at once, the first record counts. */
  void record(KafkaConnection connection, Topics topics) {
    Topic<String, String> topic = topics.refinerySettings();
    connection.writeTogether(topic.name() + "-", List.of(topic.record(KEY, text())));
  }

  /**
   * Compares with what is recorded.
   *
   * @throws OtherSettingsException where anything differs
   */
  void mustEqual(RefinerySettings recorded, Topics topics) {
    if (parse(text()).equals(recorded)) return;
    TreeSet<String> paths = new TreeSet<>(values.keySet());
    paths.addAll(recorded.values().keySet());
    String differences =
        paths.stream()
            .filter(path -> !Objects.equals(values.get(path), recorded.values().get(path)))
            .map(path -> difference(path, recorded))
            .collect(Collectors.joining("; "));
    throw new OtherSettingsException(
        "topic prefix %s was refined with other settings (%s): use another topicPrefix for these"
            .formatted(topics.prefix(), differences));
  }

  private String difference(String path, RefinerySettings recorded) {
    return "%s was %s, is %s"
        .formatted(
            path,
            recorded.values().getOrDefault(path, "absent"),
            values.getOrDefault(path, "absent"));
  }

  /** A refinery brings settings that its prefix's documents were not refined with. */
  public static final class OtherSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OtherSettingsException(String message) {
      super(message);
    }
  }
}
