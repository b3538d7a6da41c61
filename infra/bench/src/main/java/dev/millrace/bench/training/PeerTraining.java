package dev.millrace.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.model.StoredWeights;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.WeightFiles;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.Microbatch;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchDevice;
import dev.millrace.trainer.torch.TorchOptions;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Our side of {@code infra/bench/peers/training}. Arguments: a Hugging Face directory with {@code
 * batches.jsonl} and {@code training.json} beside the weights, {@code fp32} or {@code bf16}, and
 * threads. For every line of standard input, a number of steps, it takes as many and prints one
 * line: losses, seconds and seconds of processor time of each. So both sides can take turns.
 */
final class PeerTraining {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PeerTraining() {}

  public static void main(String[] arguments) throws IOException {
    Path path = Path.of(arguments[0]);
    Precision precision = Precision.valueOf(arguments[1].toUpperCase(Locale.ROOT));
    int threads = Integer.parseInt(arguments[2]);
    JsonNode training = JSON.readTree(path.resolve("training.json").toFile());
    List<Microbatch> batches = batches(path.resolve("batches.jsonl"));
    CheckpointDirectory directory = new CheckpointDirectory(path);
    Architecture architecture = Architectures.of(directory.spec());
    TorchOptions options = new TorchOptions(precision, 0, false, TorchDevice.CPU, threads);
    try (ScriptedModel model = ScriptedModel.load(architecture, options, adamW(training));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      try (WeightFiles files = WeightFiles.open(directory)) {
        model.write(TrainedTensor.WEIGHT, StoredWeights.of(files, Shapes.of(architecture)));
      }
      int step = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        StepTimes times = new StepTimes();
        List<Double> losses = new ArrayList<>();
        for (int end = step + Integer.parseInt(line.strip()); step < end; step++) {
          Microbatch batch = batches.get(step % batches.size());
          times.time(() -> losses.add(step(model, batch, training)));
        }
        print(losses, times);
      }
    }
  }

  private static double step(ScriptedModel model, Microbatch batch, JsonNode training) {
    double targets = (double) batch.targetTokens();
    double loss = 0;
    for (float row : model.accumulate(batch, targets, 1)) loss += row / targets;
    model.update(
        training.get("maxGradNorm").doubleValue(), training.get("learningRate").doubleValue());
    return loss;
  }

  private static AdamW adamW(JsonNode training) {
    return new AdamW(
        training.get("beta1").doubleValue(),
        training.get("beta2").doubleValue(),
        training.get("epsilon").doubleValue(),
        training.get("weightDecay").doubleValue());
  }

  private static List<Microbatch> batches(Path file) throws IOException {
    List<Microbatch> batches = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      JsonNode batch = JSON.readTree(line);
      long[] ids = integers(batch.get("inputIds"));
      int rows = batch.get("rows").intValue();
      batches.add(
          new Microbatch(
              ids, integers(batch.get("labels")), Optional.empty(), rows, ids.length / rows));
    }
    return batches;
  }

  private static long[] integers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToLong(JsonNode::longValue).toArray();
  }

  private static void print(List<Double> losses, StepTimes times) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("losses", losses);
    line.put("seconds", times.seconds());
    line.put("cpuSeconds", times.cpuSeconds());
    System.out.println(JSON.writeValueAsString(line));
  }
}
