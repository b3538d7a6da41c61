package dev.millrace.tokenizer;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A trained byte-level BPE vocabulary. Ids: the 256 bytes in the order of {@link ByteAlphabet}'s
 * characters (as GPT-2's file has them), one for each merge in order, then the special tokens.
 */
public final class BpeVocabulary {
  /** The one special token of models that say what comes next. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  private final List<String> pieces;
  private final List<String> merges = new ArrayList<>();
  private final List<String> special;

  BpeVocabulary(List<MergeLearner.Pair> pairs, List<String> special) {
    this.special = List.copyOf(special);
    pieces = new ArrayList<>(bytes());
    for (MergeLearner.Pair pair : pairs) {
      String left = pieces.get(pair.left());
      String right = pieces.get(pair.right());
      merges.add(left + " " + right);
      pieces.add(left + right);
    }
    pieces.addAll(special);
  }

  /** The pieces of the first 256 ids. */
  static List<String> bytes() {
    List<String> bytes = new ArrayList<>();
    for (int b = 0; b < 256; b++) bytes.add(String.valueOf(ByteAlphabet.character(b)));
    bytes.sort(null);
    return bytes;
  }

  /** Ids, those of special tokens included. */
  public int size() {
    return pieces.size();
  }

  /** Pairs in the order in which they merge, spelled {@code "left right"}. */
  public List<String> merges() {
    return List.copyOf(merges);
  }

  /**
   * Writes a {@code tokenizer.json} that Hugging Face's library loads, in one move: the file is
   * there in whole or not at all.
   */
  public void write(Path tokenizerJson) throws IOException {
    // No temporary file of the JDK's: those are for their owner's eyes only.
    Path unfinished = tokenizerJson.resolveSibling("." + UUID.randomUUID() + ".tokenizer.json");
    try {
      try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
        JsonGenerator json = new JsonFactory().createGenerator(out, JsonEncoding.UTF8);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.useDefaultPrettyPrinter();
        write(json);
        json.close();
        out.getFD().sync();
      }
      Files.move(unfinished, tokenizerJson, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("version", "1.0");
    json.writeNullField("truncation");
    json.writeNullField("padding");
    json.writeArrayFieldStart("added_tokens");
    for (String token : special) writeSpecial(json, token);
    json.writeEndArray();
    json.writeNullField("normalizer");
    writeByteLevel(json, "pre_tokenizer");
    json.writeNullField("post_processor");
    writeByteLevel(json, "decoder");
    writeModel(json);
    json.writeEndObject();
  }

  private void writeSpecial(JsonGenerator json, String token) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", size() - special.size() + special.indexOf(token));
    json.writeStringField("content", token);
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
      json.writeBooleanField(flag, false);
    }
    json.writeBooleanField("special", true);
    json.writeEndObject();
  }

  private static void writeByteLevel(JsonGenerator json, String field) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeStringField("type", "ByteLevel");
    json.writeBooleanField("add_prefix_space", false);
    json.writeBooleanField("trim_offsets", true);
    json.writeBooleanField("use_regex", true);
    json.writeEndObject();
  }

  private void writeModel(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("model");
    json.writeStringField("type", "BPE");
    for (String unused :
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
      json.writeNullField(unused);
    }
    for (String flag : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
      json.writeBooleanField(flag, false);
    }
    json.writeObjectFieldStart("vocab");
    for (int id = 0; id < size(); id++) json.writeNumberField(pieces.get(id), id);
    json.writeEndObject();
    json.writeArrayFieldStart("merges");
    for (String merge : merges) json.writeString(merge);
    json.writeEndArray();
    json.writeEndObject();
  }
}
