package dev.millrace.schemas;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.common.KafkaException;

/**
 * Who holds a transactional id, as its coordinator has it. A producer that takes the id over gets
 * the next epoch, and so does the same producer with the end of each transaction (KIP-890).
 */
public record Incarnation(long producerId, int epoch) {
  /** Where that is not known. */
  public static final Incarnation NOBODY = new Incarnation(-1, -1);

  /**
   * Who holds it now.
   *
   * @throws KafkaException where Kafka refuses or does not answer
   */
  public static Incarnation of(KafkaConnection kafka, String transactionalId) {
    try (Admin admin = kafka.admin()) {
      TransactionDescription now =
          admin.describeTransactions(List.of(transactionalId)).description(transactionalId).get();
      return new Incarnation(now.producerId(), now.producerEpoch());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking who holds " + transactionalId, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException refused) throw refused;
      throw new KafkaException(e.getCause());
    }
  }

  /** The same producer after the end of a transaction. */
  public Incarnation next() {
    return equals(NOBODY) ? NOBODY : new Incarnation(producerId, epoch + 1);
  }

  /**
   * Whether it may go on under another producer's id, once its transaction ends: epochs have 15
   * bits.
   */
  boolean isLast() {
    return epoch >= Short.MAX_VALUE - 1;
  }

  /**
   * Whether another producer has the id: one epoch ahead may be the end of this one's transaction,
   * whoever takes over a transaction that is open is two ahead. In doubt, false: whoever is behind
   * is this one in a cluster that counts no transactions (transaction.version below 2), and another
   * producer's id may be what a broker gave to this one when its epochs had run out.
   */
  public boolean isReplacedBy(Incarnation holder) {
    return holder.producerId() == producerId && holder.epoch() > epoch + 1;
  }

  /**
   * Whether a producer that was this one failed without being fenced: a broker took its transaction
   * for invalid, which it also tells a fenced one, and yet nobody else holds the id. In doubt,
   * false.
   *
   * @param holder asked who holds it after the failure, where that decides: Kafka may be away
   */
  public boolean isUnfenced(KafkaException failure, Supplier<Incarnation> holder) {
    if (!KafkaConnection.isOnlyInvalid(failure)) return false;
    Incarnation now = holder.get();
    return !now.equals(NOBODY) && now.equals(this);
  }
}
