package dev.millrace.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;

/**
 * Any {@code tokenizer.json}, through Hugging Face's own library (native code from the jar).
 *
 * <p>That library takes a special token that is spelled in a text for the token itself. A text
 * where it did so is read again by a copy of the tokenizer whose special tokens have names that no
 * text has; the unknown token keeps its name, since models look it up by it.
 */
final class NativeTokenizer implements Tokenizer {
  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final TokenizerFile file;
  private final HuggingFaceTokenizer tokenizer;
  private final Lazy<HuggingFaceTokenizer> withoutSpecial;
  private final BitSet special = new BitSet();

  NativeTokenizer(TokenizerFile file) {
    this.file = file;
    tokenizer = load(file.json());
    withoutSpecial = new Lazy<>(() -> load(withoutSpecial()));
    file.special()
        .forEach(
            (content, id) -> {
              if (!content.equals(unknown())) special.set(id);
            });
  }

  @Override
  public int[] encode(String text) {
    String encodable = PreTokens.encodable(text);
    int[] ids = encode(tokenizer, encodable);
    boolean spelled = Arrays.stream(ids).anyMatch(special::get);
    return spelled ? encode(withoutSpecial.get(), encodable) : ids;
  }

  /** Only the ids cross over: DJL's own encoding carries an object for every token. */
  private static int[] encode(HuggingFaceTokenizer tokenizer, String text) {
    long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, false);
    try {
      return Arrays.stream(TokenizersLibrary.LIB.getTokenIds(encoding))
          .mapToInt(Math::toIntExact)
          .toArray();
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
      Reference.reachabilityFence(tokenizer); // Its finalizer frees what the handle points to.
    }
  }

  @Override
  public String decode(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= vocabularySize()) throw new IllegalArgumentException("no token " + id);
    }
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), false);
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

  private static HuggingFaceTokenizer load(JsonNode json) {
    try {
      byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), PLAIN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("is not a tokenizer.json: " + e.getMessage(), e);
    }
  }

  private String unknown() {
    JsonNode model = file.json().path("model");
    return model.path("type").asText().equals("Unigram")
        ? model.path("vocab").path(model.path("unk_id").asInt(-1)).path(0).asText()
        : model.path("unk_token").asText();
  }

  /** Ids stay what they are: places in the vocabulary are renamed, none is taken out. */
  private JsonNode withoutSpecial() {
    JsonNode copy = file.json().deepCopy();
    for (JsonNode token : copy.path("added_tokens")) {
      String content = token.path("content").asText();
      if (hidden(content)) ((ObjectNode) token).put("content", nameless(token.path("id").asInt()));
    }
    JsonNode vocab = copy.path("model").path("vocab");
    if (vocab instanceof ArrayNode pieces) {
      for (int id = 0; id < pieces.size(); id++) {
        ArrayNode piece = (ArrayNode) pieces.get(id);
        if (hidden(piece.path(0).asText())) piece.set(0, nameless(id));
      }
    } else {
      ObjectNode pieces = (ObjectNode) vocab;
      file.special()
          .forEach(
              (content, id) -> {
                if (hidden(content) && pieces.remove(content) != null) pieces.put(nameless(id), id);
              });
    }
    return copy;
  }

  private boolean hidden(String content) {
    return file.special().containsKey(content) && !content.equals(unknown());
  }

  /** From a private use plane. */
  private static String nameless(int id) {
    return Character.toString(0x10FFFD) + id + Character.toString(0x10FFFD);
  }
}
