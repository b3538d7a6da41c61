package dev.millrace.refinery.dedup;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import java.util.Optional;

/** A candidate's record for the index. A worker: not for use by two threads at once. */
public final class DocumentSigner {
  private final Signer signer;

  public DocumentSigner(DedupConfig config) {
    signer = new Signer(config);
  }

  /**
   * Signs one candidate.
   *
   * @param place where it is in {@code documents.candidates}
   */
  public DedupSignature sign(Origin place, RefinedDocument candidate) {
    ContentHash content = ContentHash.of(candidate.getContentHash().bytes());
    Optional<String> uri = Optional.ofNullable(candidate.getUri());
    long[] keys = signer.keys(Words.of(candidate.getText()), content, uri);
    return new DedupSignature(place, idHash(candidate.getId()), keys);
  }

  /** 64-bit XXH3 hash of a document id, by which a duplicate names its kept copy. */
  public static long idHash(String id) {
    return Hashing.xxh3_64().hashCharsToLong(id);
  }
}
