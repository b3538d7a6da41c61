package dev.millrace.refinery.lines;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The latest lines of every domain. Of the first {@value #DOMAINS_MAX} domains each has a window of
 * its own; all others share one, so that no stream of made-up domains takes all memory. Not for use
 * by two threads at once: who looks while lines are added, as a document does that was given up,
 * may see anything, and its answer must not count.
 */
public final class LineWindows implements SeenLines {
  private static final int DOMAINS_MAX = 64;
  private static final String OTHERS = "\0"; // No domain.

  private final ToIntFunction<String> size;
  private final Pages pages;
  private final Map<String, LineWindow> windows = new HashMap<>();

  /** Where windows are kept, page by page. */
  @FunctionalInterface
  public interface Pages {
    /** Writes a page in place of what it was. */
    void write(String key, byte[] page);
  }

  /**
   * @param size lines that a domain's window has
   */
  public LineWindows(ToIntFunction<String> size, Pages pages) {
    this.size = size;
    this.pages = pages;
  }

  @Override
  public int count(String domain, long line) {
    LineWindow window = windows.get(domain);
    if (window == null) window = windows.get(OTHERS);
    return window == null ? 0 : window.count(line);
  }

  /** Takes in a document's different lines. */
  public void add(String domain, long[] lines) {
    if (lines.length == 0) return;
    String name = windows.containsKey(domain) || windows.size() < DOMAINS_MAX ? domain : OTHERS;
    LineWindow window = window(name);
    int page = window.page();
    for (long line : lines) {
      if (window.page() != page) pages.write(key(name, page), window.write(page));
      page = window.page();
      window.add(line);
    }
    pages.write(key(name, page), window.write(page));
  }

  private LineWindow window(String name) {
    return windows.computeIfAbsent(name, n -> new LineWindow(size.applyAsInt(n)));
  }

  private static String key(String name, int page) {
    return name + "/" + page;
  }

  /** Takes in a page that was written; {@link #recount} when all are there. */
  public void read(String key, byte[] page) {
    int slash = key.lastIndexOf('/');
    window(key.substring(0, slash)).read(Integer.parseInt(key.substring(slash + 1)), page);
  }

  /** Counts what was read. */
  public void recount() {
    windows.values().forEach(LineWindow::recount);
  }

  /** Memory taken. */
  public long bytes() {
    return windows.values().stream().mapToLong(LineWindow::bytes).sum();
  }
}
