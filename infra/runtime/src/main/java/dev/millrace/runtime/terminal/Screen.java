package dev.millrace.runtime.terminal;

import java.io.PrintStream;
import java.util.List;

/**
 * A few lines at the bottom of a terminal that are drawn over and over, below lines that stay.
 * Where there is no terminal only those that stay are printed. Safe for several threads.
 */
public final class Screen implements AutoCloseable {
  private static final String ERASE_LINE = "\033[2K";
  private static final String ERASE_BELOW = "\033[J";

  private final PrintStream out;
  private final boolean terminal;
  private final int columns;
  private List<String> shown = List.of();

  Screen(PrintStream out, boolean terminal, int columns) {
    this.out = out;
    this.terminal = terminal;
    this.columns = columns;
  }

  /** On standard error. */
  public static Screen onStandardError() {
    boolean terminal = Terminal.isStandardError();
    return new Screen(System.err, terminal, terminal ? Terminal.columns() : Terminal.COLUMNS);
  }

  /**
   * As above, unless standard output is a terminal too: what is printed there would be drawn over.
   */
  static Screen besideOutput() {
    return Terminal.isStandardOutput()
        ? new Screen(System.err, false, Terminal.COLUMNS)
        : onStandardError();
  }

  /** Whether anybody sees what {@link #show} draws. */
  public boolean isTerminal() {
    return terminal;
  }

  /** Draws these lines in place of the ones before; what is too long is cut. */
  public synchronized void show(List<String> lines) {
    if (!terminal || lines.equals(shown)) return;
    StringBuilder text = new StringBuilder(toTop());
    for (String line : lines) text.append(ERASE_LINE).append(fit(line)).append('\n');
    draw(text.append(ERASE_BELOW));
    shown = List.copyOf(lines);
  }

  /** Prints a line that stays. */
  public synchronized void println(String line) {
    if (!terminal) {
      out.println(line);
      return;
    }
    StringBuilder text = new StringBuilder(toTop()).append(ERASE_BELOW).append(line).append('\n');
    for (String below : shown) text.append(fit(below)).append('\n');
    draw(text);
  }

  /** Takes the drawn lines away. */
  @Override
  public synchronized void close() {
    show(List.of());
  }

  private String toTop() {
    return shown.isEmpty() ? "\r" : "\r\033[" + shown.size() + "A";
  }

  private void draw(CharSequence text) {
    out.print(text);
    out.flush();
  }

  /** One row of the terminal exactly, or the way back to the top would be wrong. */
  private String fit(String line) {
    String plain = line.replaceAll("\\p{Cntrl}", " ");
    return plain.length() < columns ? plain : plain.substring(0, columns - 1);
  }
}
