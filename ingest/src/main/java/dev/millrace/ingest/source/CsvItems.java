package dev.millrace.ingest.source;

import dev.millrace.ingest.source.TableRows.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One item a row after the first, which names the columns; blank rows are none. Columns are {@link
 * Fields}; an empty cell says nothing, but for an empty text. Without a column for the text there
 * is nothing to read. Only UTF-8 is read, with a byte order mark or without.
 */
final class CsvItems implements Items {
  /** As many as Excel has. */
  private static final int COLUMNS_MAX = 16_384;

  private final Source source;
  private final TableRows rows;
  private List<String> columns = List.of();
  private boolean ended;

  CsvItems(Source source, char separator) {
    this.source = source;
    this.rows = new TableRows(source.bytes(), separator, source.options().documentBytesMax());
  }

  @Override
  public Optional<Item> next() {
    if (ended) return Optional.empty();
    try {
      if (columns.isEmpty()) {
        Optional<Item> damage = readHeader();
        if (damage.isPresent() || ended) return damage;
      }
      return nextRow().map(this::item);
    } catch (IOException e) {
      ended = columns.isEmpty();
      return Optional.of(source.damaged(rows.offset(), String.valueOf(e.getMessage())));
    }
  }

  private Optional<Row> nextRow() throws IOException {
    Optional<Row> row = rows.next();
    while (row.isPresent() && row.get().isBlank()) row = rows.next();
    return row;
  }

  /** Damage where there is no header that can be used, and the end. */
  private Optional<Item> readHeader() throws IOException {
    Optional<Row> row = nextRow();
    ended = true;
    if (row.isEmpty()) return Optional.empty();
    if (row.get().damage().isPresent()) return Optional.of(item(row.get()));
    List<byte[]> cells = rows.cells(row.get(), COLUMNS_MAX);
    if (cells.size() > COLUMNS_MAX) {
      return Optional.of(damaged(row.get(), "has more than %,d columns".formatted(COLUMNS_MAX)));
    }
    List<String> names = new ArrayList<>();
    try {
      for (byte[] cell : cells) names.add(decode(cell).strip());
    } catch (CharacterCodingException e) {
      return Optional.of(damaged(row.get(), "is no UTF-8"));
    }
    String text = source.options().fields().text();
    if (!names.contains(text)) {
      String reason = "has no column \"%s\" but %s".formatted(text, String.join(", ", names));
      return Optional.of(damaged(row.get(), reason));
    }
    columns = names;
    ended = false;
    return Optional.empty();
  }

  private Item item(Row row) {
    if (row.damage().isPresent()) return damaged(row, row.damage().get());
    List<byte[]> cells = rows.cells(row, columns.size());
    if (cells.size() != columns.size()) {
      String more =
          cells.size() > columns.size() ? "more than " + columns.size() : "" + cells.size();
      return damaged(row, "has %s columns, the header %d".formatted(more, columns.size()));
    }
    Fields fields = new Fields(source);
    try {
      for (int i = 0; i < cells.size(); i++) set(fields, columns.get(i), cells.get(i), i);
    } catch (CharacterCodingException e) {
      return damaged(row, "is no UTF-8");
    }
    return fields.document(row.offset(), "L" + row.number());
  }

  private static void set(Fields fields, String column, byte[] cell, int index)
      throws CharacterCodingException {
    String value = decode(cell);
    if (fields.isText(column)) {
      fields.text(cell);
    } else if (cell.length > 0) {
      fields.set(column.isEmpty() ? "column-" + (index + 1) : column, value);
    }
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private Item damaged(Row row, String reason) {
    return source.damaged(row.offset(), "line %,d %s".formatted(row.number(), reason));
  }

  @Override
  public void close() {
    rows.close();
  }
}
