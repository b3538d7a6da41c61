package dev.millrace.cli;

import dev.millrace.evaluator.PortableModel;
import dev.millrace.runtime.terminal.Unit;
import dev.millrace.runtime.terminal.WatchedWork;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.Safetensors;
import dev.millrace.trainer.ImportedModel;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at checkpoints. */
@Command(
    name = "checkpoint",
    mixinStandardHelpOptions = true,
    description =
        "Lists the checkpoints of a run, verifies or exports one, or imports a model to begin with.")
final class CheckpointCommand {
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "The announced checkpoints of the run as JSON Lines.")
  int list(@Mixin RunOptions run) {
    RunContext context = run.context();
    context
        .kafka()
        .scan(
            context.prefix().checkpoints(),
            record -> {
              CheckpointPublished checkpoint = record.value();
              if (checkpoint != null && checkpoint.getRun().equals(context.settings().name())) {
                System.out.println(RecordJson.of(checkpoint));
              }
            });
    return 0;
  }

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description =
          "Makes a model from elsewhere the beginning of the run, which must not have begun:"
              + " config.json, tokenizer.json and model.safetensors, or its shards and their index.")
  int importModel(
      @Mixin RunOptions run,
      @Parameters(paramLabel = "HF_DIR", description = "A Hugging Face directory.") Path directory)
      throws IOException {
    if (!Files.isDirectory(directory)) throw new UserError(directory + " is no directory");
    CheckpointDirectory source = new CheckpointDirectory(directory);
    RunContext context = run.context();
    boolean without = !Files.exists(context.tokenizer());
    Path tokenizer = without ? source.file(CheckpointDirectory.TOKENIZER) : context.tokenizer();
    try {
      ImportedModel model = take(source, context, tokenizer);
      if (without) {
        Path whole = Files.createTempFile(context.base(), "tokenizer", ".json");
        Files.copy(tokenizer, whole, StandardCopyOption.REPLACE_EXISTING);
        Files.move(whole, context.tokenizer(), StandardCopyOption.ATOMIC_MOVE);
        System.out.println("tokenizer: " + context.tokenizer());
      }
      System.out.printf(
          "run %s begins with this %s: %s%n",
          context.settings().name(), model.spec().family(), model.directory().path());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new UserError(e.getMessage());
    }
    return 0;
  }

  private static ImportedModel take(CheckpointDirectory source, RunContext run, Path tokenizer)
      throws IOException {
    try (WatchedWork bar = new WatchedWork("import", Unit.bytes())) {
      return ImportedModel.take(
          source, Services.trainerRun(run, tokenizer), run.settings().model(), bar);
    }
  }

  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description =
          "Writes a checkpoint or a Hugging Face model as ONNX: a new directory with model.onnx,"
              + " config.json and the tokenizer's files, as optimum opens it.")
  int export(
      @Mixin FetchOptions fetch,
      @Parameters(paramLabel = "DIR", description = "The model, or its place in an object store.")
          String model,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "DIR",
              description = "What to write; it must not exist.")
          Path out,
      @Option(
              names = "--split",
              description =
                  "Of a BART: encoder_model.onnx and decoder_model.onnx in place of model.onnx, as"
                      + " optimum's ORTModelForSeq2SeqLM opens them.")
          boolean split)
      throws IOException {
    Path directory = fetch.fetch(model);
    PortableModel.Layout layout = split ? PortableModel.Layout.SPLIT : PortableModel.Layout.WHOLE;
    try {
      PortableModel portable = write(new CheckpointDirectory(directory), out, layout);
      for (Path onnx : portable.files()) {
        System.out.printf("%s: this %s as ONNX%n", onnx, portable.spec().family());
      }
    } catch (FileAlreadyExistsException | IllegalArgumentException e) {
      throw new UserError(e.getMessage());
    }
    return 0;
  }

  private static PortableModel write(
      CheckpointDirectory source, Path out, PortableModel.Layout layout) throws IOException {
    try (WatchedWork bar = new WatchedWork("export", Unit.bytes())) {
      return PortableModel.write(source, out, layout, bar);
    }
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "Hashes every file again and parses it.")
  int verify(
      @Mixin FetchOptions fetch,
      @Parameters(paramLabel = "DIR", description = "It, or its place in an object store.")
          String place)
      throws IOException {
    Path directory = fetch.fetch(place);
    CheckpointDirectory checkpoint = new CheckpointDirectory(directory);
    Manifest manifest = Manifest.read(directory);
    try (WatchedWork bar = new WatchedWork("verify", Unit.bytes())) {
      manifest.verify(directory, bar.adding(manifest.bytes()));
    }
    try (Safetensors model = checkpoint.model();
        Safetensors optimizer = checkpoint.optimizer()) {
      System.out.printf(
          "%s: step %,d, %d weights, %d optimizer tensors, %d files as published%n",
          place,
          checkpoint.state().step(),
          model.names().size(),
          optimizer.names().size(),
          manifest.files().size());
    }
    return 0;
  }
}
