package dev.millrace.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.GptBytePairEncodingParams;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Byte-level BPE in Java, through jtokkit.
 *
 * <p>jtokkit merges by rank of the merged bytes, a {@code tokenizer.json} by a list of pairs;
 * {@link MergeRanks} proves for each file that both come to the same. A text with characters that
 * this Java is too old to class goes through Hugging Face's library, so that ids do not depend on
 * the version of Java.
 */
final class ByteLevelBpe implements Tokenizer {
  private final TokenizerFile file;
  private final Encoding encoding;
  private final Map<Integer, byte[]> pieces = new HashMap<>();
  private final Lazy<NativeTokenizer> newerUnicode;

  /** Empty where the file is something else than plain byte-level BPE with GPT-2's pattern. */
  static Optional<Tokenizer> of(TokenizerFile file) {
    if (!isByteLevel(file)) return Optional.empty();
    return MergeRanks.of(file).map(ranks -> new ByteLevelBpe(file, ranks));
  }

  private ByteLevelBpe(TokenizerFile file, MergeRanks ranks) {
    this.file = file;
    this.newerUnicode = new Lazy<>(() -> new NativeTokenizer(file));
    file.special().forEach((text, id) -> pieces.put(id, text.getBytes(StandardCharsets.UTF_8)));
    ranks.ids().forEach((spelled, id) -> pieces.put(id, ByteAlphabet.bytes(spelled)));
    EncodingRegistry registry = Encodings.newLazyEncodingRegistry();
    registry.registerGptBytePairEncoding(
        new GptBytePairEncodingParams(file.id(), PreTokens.PATTERN, bytes(ranks), Map.of()));
    encoding = registry.getEncoding(file.id()).orElseThrow();
  }

  @SuppressWarnings("ArrayAsKeyOfSetOrMap") // jtokkit asks for this map and only iterates it.
  private static Map<byte[], Integer> bytes(MergeRanks ranks) {
    Map<byte[], Integer> bytes = new HashMap<>();
    ranks.ids().forEach((spelled, id) -> bytes.put(ByteAlphabet.bytes(spelled), id));
    return bytes;
  }

  private static boolean isByteLevel(TokenizerFile file) {
    JsonNode model = file.json().path("model");
    JsonNode split = file.json().path("pre_tokenizer");
    return file.plain()
        && model.path("type").asText().equals("BPE")
        && model.path("dropout").asDouble() == 0
        && model.path("continuing_subword_prefix").asText("").isEmpty()
        && model.path("end_of_word_suffix").asText("").isEmpty()
        && !model.path("byte_fallback").asBoolean()
        && file.json().path("normalizer").isEmpty()
        && split.path("type").asText().equals("ByteLevel")
        && !split.path("add_prefix_space").asBoolean(true)
        && split.path("use_regex").asBoolean(true);
  }

  @Override
  public int[] encode(String text) {
    String encodable = PreTokens.encodable(text);
    return PreTokens.knowsEveryCharacterOf(encodable)
        ? encoding.encodeOrdinary(encodable).toArray()
        : newerUnicode.get().encode(encodable);
  }

  @Override
  public String decode(int[] ids) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int id : ids) {
      byte[] piece = pieces.get(id);
      if (piece == null) throw new IllegalArgumentException("no token " + id);
      text.writeBytes(piece);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  @Override
  public int vocabularySize() {
    return file.vocabularySize();
  }

  @Override
  public int endOfText() {
    return file.endOfText();
  }

  @Override
  public Map<String, Integer> special() {
    return Map.copyOf(file.special());
  }

  @Override
  public String id() {
    return file.id();
  }
}
