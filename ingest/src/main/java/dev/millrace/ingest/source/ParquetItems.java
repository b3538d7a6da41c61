package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/**
 * One item a row of Parquet, whose columns are {@link Fields}. In memory is the packed part of one
 * row group, of the columns that are read. A damaged file ends where its damage is found; its
 * directory being at its end, one that is no file by itself is first copied to one.
 */
final class ParquetItems implements Items {
  private static final Pattern UNNAMED = Pattern.compile("[\\w.]+@[0-9a-f]+");

  private final Source source;
  private Optional<Path> copy = Optional.empty();
  private Optional<ParquetFileReader> reader = Optional.empty();
  private Optional<RecordReader<Fields>> rows = Optional.empty();
  private MessageType wanted = new MessageType("none", List.of());
  private int group;
  private long rowsLeft;
  private long row;
  private long offset;
  private boolean ended;

  ParquetItems(Source source) {
    this.source = source;
  }

  @Override
  public Optional<Item> next() {
    if (ended) return Optional.empty();
    try {
      if (reader.isEmpty()) open();
      if (rowsLeft == 0) nextGroup();
      if (ended) return Optional.empty();
      rowsLeft--;
      row++;
      return Optional.of(item(rows.orElseThrow().read()));
    } catch (IOException | RuntimeException e) {
      throwDeviceFailure(e);
      ended = true;
      return Optional.of(
          source.damaged(offset, row > 0 ? "after row %,d: %s".formatted(row, line(e)) : line(e)));
    }
  }

  /** The reader wraps what it does not know. */
  private static void throwDeviceFailure(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UncheckedIOException device) throw device;
    }
  }

  private static String line(Exception e) {
    Throwable last = e;
    while (last.getCause() != null) last = last.getCause();
    String said = last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
    String message = UNNAMED.matcher(said).replaceAll("it"); // The same line each time.
    return "the Parquet file is damaged or cannot be read: " + message;
  }

  private void open() throws IOException {
    ParquetBytes bytes =
        new ParquetBytes(file(), copy.isEmpty() ? source.scope().meter() : new Meter());
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new ParquetCodecs())
            .usePageChecksumVerification()
            .build();
    ParquetFileReader opened = ParquetFileReader.open(bytes, options);
    reader = Optional.of(opened);
    MessageType schema = opened.getFooter().getFileMetaData().getSchema();
    String text = source.options().fields().text();
    if (!schema.containsField(text) || !ParquetRow.isText(schema.getType(text))) {
      throw new IOException(
          "it has no column \"%s\" of text but %s".formatted(text, names(schema)));
    }
    for (BlockMetaData group : opened.getRowGroups()) check(group, bytes.getLength());
    wanted = ParquetRow.wanted(schema, text);
    opened.setRequestedSchema(wanted);
  }

  private static String names(MessageType schema) {
    return String.join(", ", schema.getFields().stream().map(f -> f.getName()).toList());
  }

  /** The directory may lie, and memory is allotted by what it says. */
  private static void check(BlockMetaData group, long length) throws IOException {
    for (ColumnChunkMetaData column : group.getColumns()) {
      long start = column.getStartingPos();
      long size = column.getTotalSize();
      if (start < 0 || size < 0 || start > length - size) throw new IOException("it ends early");
    }
  }

  private void nextGroup() throws IOException {
    ParquetFileReader groups = reader.orElseThrow();
    PageReadStore pages = groups.readNextRowGroup();
    ended = pages == null;
    if (pages == null) return;
    MessageColumnIO columns =
        new ColumnIOFactory().getColumnIO(wanted, groups.getFooter().getFileMetaData().getSchema());
    rows = Optional.of(columns.getRecordReader(pages, new ParquetRow(source, wanted)));
    rowsLeft = pages.getRowCount();
    offset = groups.getRowGroups().get(group++).getStartingPos();
  }

  private Item item(Fields fields) {
    Optional<ByteBuffer> text = fields.text();
    if (text.isEmpty()) return damaged("has no " + source.options().fields().text());
    if (text.get().remaining() > source.options().documentBytesMax()) {
      return source.tooLarge(offset, "row %,d".formatted(row));
    }
    if (!ParquetRow.isUtf8(text.get())) return damaged("is no UTF-8");
    return fields.document(offset, "R" + row);
  }

  private Item damaged(String reason) {
    return source.damaged(offset, "row %,d %s".formatted(row, reason));
  }

  private Path file() throws IOException {
    if (source.file().isPresent()) return source.file().get();
    Path temporary = temporary();
    copy = Optional.of(temporary);
    try {
      Files.copy(source.bytes(), temporary, StandardCopyOption.REPLACE_EXISTING);
      return temporary;
    } catch (DamageException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // The disk's fault.
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempFile("millrace-", ".parquet");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    reader.ifPresent(Sources::close);
    copy.ifPresent(path -> Sources.close(() -> Files.deleteIfExists(path)));
    Sources.close(source.bytes());
  }
}
