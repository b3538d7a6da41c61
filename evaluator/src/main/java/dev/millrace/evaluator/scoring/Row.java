package dev.millrace.evaluator.scoring;

/**
 * One row as a model is fed with it.
 *
 * @param inputs token ids, of the encoder where there are two sides
 * @param decoderInputs token ids of the decoder, empty where there is none
 * @param labels the token to foretell at each place, or {@link TokenNll#IGNORED}; as many as the
 *     decoder's inputs where there is one, else as the inputs
 */
public record Row(int[] inputs, int[] decoderInputs, int[] labels) {
  private static final int[] NONE = {};

  public Row {
    int places = decoderInputs.length == 0 ? inputs.length : decoderInputs.length;
    if (labels.length != places) {
      throw new IllegalArgumentException(labels.length + " labels for " + places + " places");
    }
  }

  /** A row of a model with one side. */
  public static Row of(int[] inputs, int[] labels) {
    return new Row(inputs, NONE, labels);
  }
}
