package dev.millrace.runtime.artifacts;

import dev.millrace.runtime.s3.S3Environment;
import dev.millrace.runtime.terminal.Onlooker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Stores below a place in an object store that speaks S3, and what is fetched from there in a
 * folder of this machine.
 */
public final class S3Artifacts implements Artifacts {
  private final S3Client client;
  private final S3Location place;
  private final ArtifactCache cache;
  private final Onlooker fetching;

  private S3Artifacts(S3Client client, S3Location place, ArtifactCache cache, Onlooker fetching) {
    this.client = client;
    this.place = place;
    this.cache = cache;
    this.fetching = fetching;
  }

  /**
   * In the store that the environment names, with the keys that it has.
   *
   * @param cache what is fetched or published goes through this folder, and stays for a while
   * @param cacheBytes of the files in it, about
   * @throws IOException where the environment says too little
   */
  public static S3Artifacts of(S3Location place, Path cache, long cacheBytes) throws IOException {
    try {
      return of(S3Environment.client(), place, cache, cacheBytes);
    } catch (SdkException e) {
      throw new ArtifactStoreAwayException(place.toString(), S3Environment.line(e), e);
    }
  }

  /** As above, in the store that a client knows. */
  public static S3Artifacts of(S3Client client, S3Location place, Path cache, long cacheBytes) {
    ArtifactCache kept = new ArtifactCache(FolderStore.at(cache), cacheBytes);
    return new S3Artifacts(client, place, kept, Onlooker.NOBODY);
  }

  /**
   * The same, watched.
   *
   * @param onlooker sees bytes that come into the cache, of those of an artifact; from one thread
   *     at a time
   */
  public S3Artifacts fetchingBefore(Onlooker onlooker) {
    return new S3Artifacts(client, place, cache, onlooker);
  }

  @Override
  public ArtifactStore store(String... path) {
    return new S3Store(client, place.below(path), cache, fetching);
  }

  /** In any bucket that these keys open, and in any folder: a run's artifacts may move. */
  @Override
  public Artifact at(URI uri) {
    if (!S3Location.isMeant(uri.toString())) return FolderArtifacts.artifact(uri);
    S3Location artifact = S3Location.of(uri.toString());
    if (artifact.prefix().isEmpty()) throw new IllegalArgumentException("a whole bucket: " + uri);
    return new Artifact(new S3Store(client, artifact.parent(), cache, fetching), artifact.name());
  }
}
