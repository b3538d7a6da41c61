package dev.millrace.ingest.source;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The licences of the folders of an archive, by SPDX's short names, as far as their licence files
 * have been seen. They are told by the headings and first sentences of the best known licences;
 * what else a file says is not weighed.
 */
final class Licences {
  /** More of a licence file is not looked at, for an entry that streams by shows no more. */
  static final int BYTES_MAX = PeekedInput.HEAD_BYTES_MAX;

  private static final int HEADING_CHARACTERS = 600;

  private static final Pattern FILE =
      Pattern.compile("(?i)(un)?licen[cs]e([-.][a-z0-9.-]{1,20})?|copying([-.][a-z0-9.]{1,20})?");

  private final Map<String, String> byFolder = new TreeMap<>();

  /** Whether a file of this path says what the others are licensed by. */
  static boolean isLicence(String path) {
    return FILE.matcher(path.substring(path.lastIndexOf('/') + 1)).matches();
  }

  /** A licence file, for all in its folder and below; those of META-INF are for the whole. */
  void add(String path, String text) {
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    String root = folder.endsWith("META-INF/") ? folder.substring(0, folder.length() - 9) : folder;
    of(text).ifPresent(id -> byFolder.merge(root, id, (a, b) -> a.contains(b) ? a : a + ", " + b));
  }

  /** Of a file, by the nearest folder around it that has one. */
  Optional<String> ofPath(String path) {
    for (int end = path.lastIndexOf('/'); ; end = path.lastIndexOf('/', end - 1)) {
      String licence = byFolder.get(path.substring(0, end + 1));
      if (licence != null) return Optional.of(licence);
      if (end < 0) return Optional.empty();
    }
  }

  /** Which licence a text is. */
  static Optional<String> of(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", " ").strip();
    String heading = plain.substring(0, Math.min(plain.length(), HEADING_CHARACTERS));
    if (heading.contains("apache license version 2.0")) return Optional.of("Apache-2.0");
    if (heading.contains("mozilla public license version 2.0")) return Optional.of("MPL-2.0");
    Optional<String> gnu = gnu(heading);
    if (gnu.isPresent()) return gnu;
    if (plain.contains("this is free and unencumbered software released into the public domain")) {
      return Optional.of("Unlicense");
    }
    if (plain.contains(
        "permission is hereby granted free of charge to any person obtaining a copy")) {
      return Optional.of("MIT");
    }
    if (plain.contains("use copy modify and or distribute this software for any purpose")
        || plain.contains("use copy modify and distribute this software for any purpose")) {
      return Optional.of("ISC");
    }
    if (!plain.contains("redistribution and use in source and binary forms")) {
      return Optional.empty();
    }
    if (plain.contains("all advertising materials")) return Optional.of("BSD-4-Clause");
    return Optional.of(
        plain.contains("may be used to endorse or promote") ? "BSD-3-Clause" : "BSD-2-Clause");
  }

  private static Optional<String> gnu(String heading) {
    Optional<String> family = Optional.empty();
    int first = heading.length();
    for (String[] name :
        new String[][] {
          {"gnu general public license version ", "GPL"},
          {"gnu lesser general public license version ", "LGPL"},
          {"gnu affero general public license version ", "AGPL"}
        }) {
      int at = heading.indexOf(name[0]);
      if (at < 0 || at >= first) continue;
      first = at;
      String version = heading.substring(at + name[0].length()).split(" ", 2)[0];
      String number = version.replaceAll("\\.$", "");
      family = Optional.of(name[1] + "-" + (number.contains(".") ? number : number + ".0"));
    }
    return family;
  }
}
