package dev.millrace.cli;

import dev.millrace.schemas.Topic;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Creates the topics of a run, shows how they stand, or gives them more partitions. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "Creates, checks or grows the topics of a run.")
final class TopicsCommand {
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description =
          "Creates what is missing; refuses a topic whose partitions, cleanup policy, retention or"
              + " timestamps would lose records.")
  int create(@Mixin RunOptions run) {
    return show(run);
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the topics of the run with their partitions and records.")
  int list(@Mixin RunOptions run) {
    RunContext context = run.context();
    for (TopicSize size : TopicSize.of(context.kafka(), context.topics())) {
      System.out.println(size.json());
    }
    return 0;
  }

  @Command(
      name = "grow",
      mixinStandardHelpOptions = true,
      description =
          "Gives a topic more partitions where no law forbids it: dead letters and dropped"
              + " documents. Of every other topic it says why not.")
  int grow(
      @Mixin RunOptions run,
      @Parameters(paramLabel = "TOPIC", description = "With or without the prefix and run.NAME.")
          String name,
      @Parameters(paramLabel = "N", description = "How many partitions it is to have.")
          int partitions) {
    RunContext context = run.context();
    Topic<?, ?> topic = context.topic(name);
    int before = context.topicSetup(context.kafka()).grow(topic, partitions);
    System.out.printf("%s had %d partitions and has %d%n", topic.name(), before, partitions);
    return 0;
  }

  private static int show(RunOptions run) {
    RunContext context = run.context();
    List<TopicSetup.Outcome> outcomes =
        context.topicSetup(context.kafka()).create(context.topics());
    for (TopicSetup.Outcome outcome : outcomes) {
      System.out.printf(
          "%-44s %2d partition%s %s%n",
          outcome.topic(),
          outcome.partitions(),
          outcome.partitions() == 1 ? " " : "s",
          outcome.created() ? "created" : "there");
    }
    List<String> problems = outcomes.stream().flatMap(o -> o.problems().stream()).toList();
    if (!problems.isEmpty()) throw new UserError(String.join("\n", problems));
    return 0;
  }
}
