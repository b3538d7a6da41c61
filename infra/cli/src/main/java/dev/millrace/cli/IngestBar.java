package dev.millrace.cli;

import dev.millrace.ingest.IngestListener;
import dev.millrace.ingest.source.Item;
import dev.millrace.runtime.terminal.Progress;
import dev.millrace.runtime.terminal.Unit;
import org.jspecify.annotations.Nullable;

/** A push on the terminal: a bar, and a line for whatever could not be read. */
final class IngestBar implements IngestListener, AutoCloseable {
  private volatile @Nullable Progress bar; // Who stops a push speaks on another thread.
  private long shown;

  @Override
  public void progress(Snapshot snapshot) {
    if (bar == null) bar = Progress.start("ingest", Unit.bytes(), snapshot.bytesTotal());
    bar.add(snapshot.bytesRead() - shown);
    shown = snapshot.bytesRead();
  }

  @Override
  public void damaged(Item.Damaged damage) {
    say("damaged: " + damage);
  }

  @Override
  public void failed(String file, String reason) {
    say("failed: " + file + ": " + reason);
  }

  @Override
  public void note(String line) {
    say(line);
  }

  private void say(String line) {
    if (bar == null) System.err.println(line);
    else bar.println(line);
  }

  @Override
  public void close() {
    if (bar != null) bar.close();
  }
}
