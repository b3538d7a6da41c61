package dev.millrace.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A parsed {@code tokenizer.json}.
 *
 * @param id first 16 hex digits of the SHA-256 of the file
 * @param vocabulary ids of the model's own pieces
 * @param special ids of the added tokens that are marked special
 * @param plain whether every added token is special, so that plain text is the model's alone
 */
record TokenizerFile(
    String id,
    JsonNode json,
    Map<String, Integer> vocabulary,
    Map<String, Integer> special,
    boolean plain,
    int vocabularySize,
    int endOfText) {
  /** The file does not say which token ends a text; these are the names in use. */
  private static final List<String> ENDS_OF_TEXT =
      List.of("<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>", "[SEP]");

  /** Throws {@link IllegalArgumentException} that completes a sentence about the file. */
  static TokenizerFile of(byte[] bytes) {
    try {
      return of(id(bytes), new ObjectMapper().readTree(bytes));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("from memory", e);
    }
  }

  private static TokenizerFile of(String id, JsonNode json) {
    Map<String, Integer> vocabulary = vocabulary(json.path("model").path("vocab"));
    Map<String, Integer> added = new HashMap<>();
    Map<String, Integer> special = new HashMap<>();
    for (JsonNode token : json.path("added_tokens")) {
      String content = token.path("content").asText();
      added.put(content, token.path("id").asInt());
      if (token.path("special").asBoolean()) special.put(content, token.path("id").asInt());
    }
    if (vocabulary.isEmpty()) throw new IllegalArgumentException("has no model.vocab");
    Map<String, Integer> all = new HashMap<>(vocabulary);
    all.putAll(added);
    int size = all.values().stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
    boolean plain = special.size() == added.size();
    return new TokenizerFile(id, json, vocabulary, special, plain, size, endOfText(all));
  }

  private static int endOfText(Map<String, Integer> all) {
    return ENDS_OF_TEXT.stream()
        .flatMap(name -> Optional.ofNullable(all.get(name)).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException("has no end-of-text token: none of " + ENDS_OF_TEXT));
  }

  /** An object of ids by piece (BPE, WordPiece, WordLevel) or an array of pieces (Unigram). */
  private static Map<String, Integer> vocabulary(JsonNode vocab) {
    Map<String, Integer> ids = new HashMap<>();
    if (vocab.isArray()) {
      for (JsonNode piece : vocab) ids.put(piece.path(0).asText(), ids.size());
    } else {
      vocab.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    }
    return ids;
  }

  static String id(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(Arrays.copyOf(hash, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
