package dev.millrace.ingest;

import dev.millrace.ingest.source.Item;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps everything it is told. */
final class Heard implements IngestListener {
  final List<Snapshot> snapshots = new CopyOnWriteArrayList<>();
  final List<Item.Damaged> damage = new CopyOnWriteArrayList<>();
  final List<String> unsupported = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();
  final List<String> notes = new CopyOnWriteArrayList<>();

  @Override
  public void progress(Snapshot snapshot) {
    snapshots.add(snapshot);
  }

  @Override
  public void damaged(Item.Damaged item) {
    damage.add(item);
  }

  @Override
  public void unsupported(Item.Unsupported item) {
    unsupported.add(item.where());
  }

  @Override
  public void failed(String file, String reason) {
    failures.add(file + ": " + reason);
  }

  @Override
  public void note(String line) {
    notes.add(line);
  }

  @Override
  public String toString() {
    return "notes " + notes + ", failures " + failures + ", snapshots " + snapshots.size();
  }
}
