package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows a run on a web page. */
@Command(
    name = "dashboard",
    mixinStandardHelpOptions = true,
    description =
        "Serves one web page that shows the run live, from its topics. Runs until it is told to"
            + " stop.")
final class DashboardCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    return ServiceHost.run("dashboard", run.context(), Services::dashboard);
  }
}
