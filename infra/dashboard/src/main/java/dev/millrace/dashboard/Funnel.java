package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.stream.DomainCounts;
import dev.millrace.refinery.stream.RefineryCounts;

/** What became of every document, as {@code status --json} and the page tell it. */
public final class Funnel {
  private Funnel() {}

  /** By domain: raw, refined, heldOut, retracted, deadLetters, inFlight, and dropped by rule. */
  public static ObjectNode json(RefineryCounts counts) {
    ObjectNode domains = Json.object();
    counts.domains().forEach((name, domain) -> domains.set(name, json(domain)));
    return domains;
  }

  private static ObjectNode json(DomainCounts counts) {
    ObjectNode domain = Json.object();
    domain.put("raw", counts.raw()).put("refined", counts.refined());
    domain.put("heldOut", counts.heldOut()).put("retracted", counts.retracted());
    domain.put("deadLetters", counts.deadLetters()).put("inFlight", counts.inFlight());
    ObjectNode dropped = domain.putObject("dropped");
    counts.dropped().forEach(dropped::put);
    return domain;
  }
}
