package dev.millrace.evaluator.heldout;

import dev.millrace.evaluator.metrics.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Held-out documents from which a set can be frozen. Of each domain the first {@code tokensMax}
 * tokens are taken, in order of offset and then of partition, so that no partition is preferred and
 * what is chosen depends on the log alone, not on how it was read. The last document taken is cut
 * where it has more than what was still wanted.
 *
 * <p>Memory is bounded: a partition's documents of a domain that has its tokens from that partition
 * alone can never be chosen and are not kept.
 */
public final class HeldOutPool {
  private static final Comparator<Counted> ORDER =
      Comparator.comparingLong((Counted c) -> c.document().offset())
          .thenComparingInt(c -> c.document().partition());

  private final SortedMap<String, Map<Integer, List<Counted>>> domains = new TreeMap<>();
  private final int tokensMax;
  private final ToIntFunction<String> tokens;

  private record Counted(HeldOutDocument document, int tokens) {}

  /**
   * @param domains documents of others are ignored
   * @param tokens how many tokens a text has
   */
  public HeldOutPool(Collection<String> domains, int tokensMax, ToIntFunction<String> tokens) {
    for (String domain : new TreeSet<>(domains)) this.domains.put(domain, new HashMap<>());
    this.tokensMax = tokensMax;
    this.tokens = tokens;
  }

  /** Takes a document; those of one partition in the order of their offsets. */
  public void add(HeldOutDocument document) {
    if (!domains.containsKey(document.domain())) return;
    List<Counted> partition =
        domains
            .get(document.domain())
            .computeIfAbsent(document.partition(), p -> new ArrayList<>());
    if (sum(partition) >= tokensMax) return;
    partition.add(new Counted(document, tokens.applyAsInt(document.text())));
  }

  /** Whether every domain has all the tokens that are wanted. */
  public boolean isFull() {
    return domains.keySet().stream().allMatch(domain -> sum(inOrder(domain)) >= tokensMax);
  }

  /** Domains of which there is not a single document with a token in it. */
  public List<String> missing() {
    return domains.keySet().stream().filter(domain -> sum(inOrder(domain)) == 0).toList();
  }

  /** How many tokens of each domain are wanted. */
  public int tokensMax() {
    return tokensMax;
  }

  /** How many tokens there are of each domain, up to the number wanted. */
  public Map<String, Long> tokens() {
    Map<String, Long> counts = new TreeMap<>();
    domains.keySet().forEach(d -> counts.put(d, Math.min(tokensMax, sum(inOrder(d)))));
    return counts;
  }

  /** The set that the documents at hand make, with the texts to be scored. */
  public HeldOutTexts freeze() {
    SortedMap<String, List<HeldOutSet.Member>> members = new TreeMap<>();
    SortedMap<String, List<String>> texts = new TreeMap<>();
    for (String domain : domains.keySet()) {
      members.put(domain, new ArrayList<>());
      texts.put(domain, new ArrayList<>());
      int wanted = tokensMax;
      for (Counted counted : inOrder(domain)) {
        if (wanted == 0) break;
        String text = Prefix.of(counted.document().text(), wanted, tokens);
        int used = Math.min(wanted, counted.tokens());
        if (!text.isEmpty()) {
          members.get(domain).add(member(counted.document(), text));
          texts.get(domain).add(text);
        }
        wanted -= used; // Of a cut document all: nothing more is wanted after it.
      }
    }
    return new HeldOutTexts(new HeldOutSet(tokensMax, members), texts);
  }

  private HeldOutSet.Member member(HeldOutDocument document, String text) {
    return new HeldOutSet.Member(
        document.partition(),
        document.offset(),
        document.contentHash(),
        Text.bytes(text),
        tokens.applyAsInt(text));
  }

  private List<Counted> inOrder(String domain) {
    return domains.get(domain).values().stream().flatMap(List::stream).sorted(ORDER).toList();
  }

  private static long sum(List<Counted> documents) {
    return documents.stream().mapToLong(Counted::tokens).sum();
  }
}
