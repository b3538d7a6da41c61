package dev.millrace.bench.training;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What rounds of the same work took: in time, and in processor time of the whole process, which
 * what else the machine does changes little.
 */
final class StepTimes {
  private final List<Double> seconds = new ArrayList<>();
  private final List<Double> cpuSeconds = new ArrayList<>();

  /** Does the work once. */
  void time(Runnable work) {
    long cpu = cpuNanos();
    long start = System.nanoTime();
    work.run();
    seconds.add((System.nanoTime() - start) / 1e9);
    cpuSeconds.add((cpuNanos() - cpu) / 1e9);
  }

  private static long cpuNanos() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return ((com.sun.management.OperatingSystemMXBean) system).getProcessCpuTime();
  }

  List<Double> seconds() {
    return List.copyOf(seconds);
  }

  List<Double> cpuSeconds() {
    return List.copyOf(cpuSeconds);
  }

  /** Of an odd number of values, the middle one. */
  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  /** {@code median (least to most)}. */
  static String spread(List<Double> values, String format) {
    return String.format(
        Locale.ROOT,
        "%s (%s to %s)".replace("%s", format),
        median(values),
        Collections.min(values),
        Collections.max(values));
  }
}
