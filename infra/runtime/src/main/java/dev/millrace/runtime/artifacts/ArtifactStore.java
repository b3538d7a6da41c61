package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;

/**
 * Artifacts, each a directory of files under a name. An artifact appears whole or not at all, and
 * is never changed or overwritten. Any number of processes may share a store.
 *
 * <p>Names that could not be a plain directory's are refused with an {@link
 * IllegalArgumentException}; where the store does not answer, all throw {@link
 * ArtifactStoreAwayException}.
 */
public interface ArtifactStore {

  /** Writes the files of an artifact. */
  @FunctionalInterface
  interface Contents {
    /** Into an empty directory that has another name for now. */
    void write(Path directory) throws IOException;
  }

  /**
   * Publishes an artifact; when this returns it survives a power cut.
   *
   * @throws FileAlreadyExistsException if the name is taken
   * @throws ArtifactStoreFullException if a disk is full
   */
  Published publish(String name, Contents contents) throws IOException;

  /**
   * The files of an artifact, in a directory on this machine that nobody may write to.
   *
   * @throws DamagedArtifactException if it is missing, or known not to be what was published
   */
  Path fetch(String name) throws IOException;

  /**
   * One file of an artifact, a small one.
   *
   * @throws DamagedArtifactException if it is missing, or known not to be what was published
   */
  byte[] read(String name, String file) throws IOException;

  /** Whether there is an artifact of this name. */
  boolean has(String name) throws IOException;

  /** The names of all artifacts, sorted. */
  List<String> names() throws IOException;

  /**
   * Removes an artifact; nobody ever sees half of it.
   *
   * @return whether there was one
   */
  boolean delete(String name) throws IOException;

  /**
   * Removes what others have begun to publish and never ended. Only for whom nobody else lives that
   * may publish here: not every store can tell the killed from the living.
   */
  void clear() throws IOException;
}
