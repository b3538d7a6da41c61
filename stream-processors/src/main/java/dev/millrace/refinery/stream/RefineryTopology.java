package dev.millrace.refinery.stream;

import dev.millrace.schemas.Topics;
import org.apache.kafka.streams.Topology;

/** The refinery's stages in order. They meet in topics only, so each scales by itself. */
final class RefineryTopology {
  private final JsonStage json;
  private final RulesStage rules;
  private final SignStage sign;
  private final IndexStage index;
  private final ReleaseStage release;

  RefineryTopology(
      JsonStage json, RulesStage rules, SignStage sign, IndexStage index, ReleaseStage release) {
    this.json = json;
    this.rules = rules;
    this.sign = sign;
    this.index = index;
    this.release = release;
  }

  /** Kafka Streams' name of the refinery of a topic prefix: its group and its inner topics. */
  static String applicationId(Topics topics) {
    return topics.prefix() + "refinery";
  }

  Topology topology() {
    Topology topology = new Topology();
    json.addTo(topology);
    rules.addTo(topology);
    sign.addTo(topology);
    index.addTo(topology);
    release.addTo(topology);
    return topology;
  }
}
