package dev.millrace.bench.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph;
import dev.millrace.model.Parameter;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.model.TorchArchive;
import dev.millrace.model.TorchScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the program that trains a model into a file for {@code torch.jit.load}, and what it is
 * called with beside it, as JSON: parameters in order, inputs, rows, FLOPs of a token. Arguments:
 * the file, a size, {@code fp32} or {@code bf16}, and {@code recompute} where that is wanted.
 */
final class ScriptFile {
  private ScriptFile() {}

  public static void main(String[] arguments) throws IOException {
    List<String> words = List.of(arguments);
    Path file = Path.of(words.get(0));
    TrainedSize size = TrainedSize.of(words.get(1));
    Precision precision = Precision.valueOf(words.get(2).toUpperCase(Locale.ROOT));
    Architecture architecture = Architectures.of(size.spec());
    TorchScript.Options options =
        new TorchScript.Options(
            precision, 0, words.contains("recompute"), words.contains("onednn"));
    Files.write(file, TorchArchive.of(TorchScript.of(architecture, options)));
    Files.writeString(Path.of(file + ".json"), description(size, Shapes.of(architecture)));
  }

  private static String description(TrainedSize size, Shapes shapes) throws IOException {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("size", size.word());
    description.put("vocabulary", size.spec().vocabularySize());
    description.put("rows", size.rows());
    description.put("length", size.length());
    description.put("flopsPerToken", shapes.trainingFlopsPerToken(size.length()));
    description.put("inputs", shapes.inputs().stream().sorted().map(Graph.Input::id).toList());
    description.put("parameters", shapes.parameters().stream().map(ScriptFile::entry).toList());
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(description);
  }

  private static Map<String, Object> entry(Parameter parameter) {
    return Map.of(
        "name", parameter.name(), "shape", parameter.shape(), "decays", parameter.isDecayed());
  }
}
