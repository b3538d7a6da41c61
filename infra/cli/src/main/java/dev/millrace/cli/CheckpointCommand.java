package dev.millrace.cli;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Looks at checkpoints. */
@Command(
    name = "checkpoint",
    mixinStandardHelpOptions = true,
    description = "Lists the checkpoints of a run, or verifies one.")
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
              if (checkpoint.getRun().equals(context.settings().name())) {
                System.out.println(RecordJson.of(checkpoint));
              }
            });
    return 0;
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "Hashes every file again and parses it.")
  int verify(@Parameters(paramLabel = "DIR") Path directory) throws IOException {
    if (!Files.isDirectory(directory)) throw new UserError(directory + " is no directory");
    CheckpointDirectory checkpoint = new CheckpointDirectory(directory);
    Manifest manifest = Manifest.read(directory);
    manifest.verify(directory);
    try (Safetensors model = checkpoint.model();
        Safetensors optimizer = checkpoint.optimizer()) {
      System.out.printf(
          "%s: step %,d, %d weights, %d optimizer tensors, %d files as published%n",
          directory,
          checkpoint.state().step(),
          model.names().size(),
          optimizer.names().size(),
          manifest.files().size());
    }
    return 0;
  }
}
