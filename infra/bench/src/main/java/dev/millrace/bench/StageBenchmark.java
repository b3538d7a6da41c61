package dev.millrace.bench;

import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.text.SourceDocument;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One stage alone, a thousand documents of 4 KB an operation, decoding and content hash included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StageBenchmark {
  private static final int DOCUMENTS = 1_000;

  /** By the stage's name. */
  @Param({
    "NORMALISATION",
    "LANGUAGE",
    "GOPHER_QUALITY",
    "GOPHER_REPETITION",
    "C4",
    "FINEWEB",
    "URL",
    "PII"
  })
  public StageName stage = StageName.NORMALISATION;

  private List<SourceDocument> documents = List.of();
  private RefineryChain chain = Chain.of(EnumSet.noneOf(StageName.class));

  @Setup
  public void read() {
    documents = Documents.first(DOCUMENTS);
    chain = Chain.of(EnumSet.of(stage));
  }

  @Benchmark
  public int judge() {
    return Chain.judge(chain, documents);
  }
}
