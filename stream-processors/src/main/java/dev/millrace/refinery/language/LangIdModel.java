package dev.millrace.refinery.language;

import com.carrotsearch.labs.langid.Model;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;

/** What langid learnt, laid out for reading fast. Immutable, 5 MB. */
final class LangIdModel {
  private final List<String> languages;
  private final NGramAutomaton automaton;
  private final float[] priors;

  /** By n-gram and language, and a row of zeros for where none ends. */
  private final float[][] likelihoods;

  /**
   * @param languages ISO 639-1 codes
   * @param priors logarithm of each language's probability, in nats
   * @param likelihoods by language and n-gram, logarithms of the n-gram's probability, in nats
   */
  private LangIdModel(
      List<String> languages, float[] priors, float[] likelihoods, short[] next, int[][] outputs) {
    int nGrams = likelihoods.length / languages.size();
    this.languages = languages;
    this.priors = priors;
    this.likelihoods = new float[nGrams + 1][languages.size()];
    for (int i = 0; i < likelihoods.length; i++) {
      this.likelihoods[i % nGrams][i / nGrams] = likelihoods[i];
    }
    automaton = new NGramAutomaton(next, outputs, nGrams);
  }

  /** That of the library's jar. Its fields are not public and have to be opened. */
  static LangIdModel read() {
    Model model = Model.defaultModel();
    return new LangIdModel(
        List.of((String[]) field(model, "langClasses")),
        (float[]) field(model, "nb_pc"),
        (float[]) field(model, "nb_ptc"),
        (short[]) field(model, "dsa"),
        Arrays.stream((int[][]) field(model, "dsaOutput"))
            .map(output -> output == null ? new int[0] : output)
            .toArray(int[][]::new));
  }

  private static Object field(Model model, String name) {
    try {
      Field field = Model.class.getDeclaredField(name);
      field.setAccessible(true);
      return field.get(model);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("langid-java's model has no " + name, e);
    }
  }

  /** ISO 639-1 codes. */
  List<String> languages() {
    return languages;
  }

  NGramAutomaton automaton() {
    return automaton;
  }

  /** For counting its n-grams. */
  NGramCounts counts() {
    return new NGramCounts(likelihoods.length);
  }

  /**
   * Writes the logarithm of every language's probability given these n-grams, in nats and less a
   * constant: the n-grams in the order in which they were first seen, the prior last.
   */
  void weigh(NGramCounts counts, float[] logarithms) {
    Arrays.fill(logarithms, 0);
    int i = 0;
    for (; i + 4 <= counts.distinct(); i += 4) {
      float[] a = likelihoods[counts.nGram(i)];
      float[] b = likelihoods[counts.nGram(i + 1)];
      float[] c = likelihoods[counts.nGram(i + 2)];
      float[] d = likelihoods[counts.nGram(i + 3)];
      add(
          logarithms,
          a,
          b,
          c,
          d,
          counts.of(i),
          counts.of(i + 1),
          counts.of(i + 2),
          counts.of(i + 3));
    }
    for (; i < counts.distinct(); i++) add(logarithms, likelihoods[counts.nGram(i)], counts.of(i));
    add(logarithms, priors, 1);
  }

  /** One after the other, but each sum is read and written once. */
  private static void add(
      float[] sums,
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float na,
      float nb,
      float nc,
      float nd) {
    for (int l = 0; l < sums.length; l++) {
      sums[l] = (((sums[l] + na * a[l]) + nb * b[l]) + nc * c[l]) + nd * d[l];
    }
  }

  private static void add(float[] sums, float[] a, float na) {
    for (int l = 0; l < sums.length; l++) sums[l] += na * a[l];
  }
}
