"""Writes the Parquet files of ParquetItemsTest beside itself: pip install pyarrow==26.0.1; python make.py"""

import datetime
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
ROWS = 10

TABLE = pa.table(
    {
        "id": [f"d{i}" for i in range(ROWS)],
        "text": [None if i == 4 else f"Grüße {i}" for i in range(ROWS)],
        "url": [f"http://e.org/{i}" if i % 2 else None for i in range(ROWS)],
        "n": list(range(ROWS)),
        "score": [i / 4 for i in range(ROWS)],
        "ok": [i % 2 == 0 for i in range(ROWS)],
        "at": [datetime.datetime(2026, 1, 1 + i) for i in range(ROWS)],
        "image": [b"\x00\xff"] * ROWS,
        "tags": [["x", "y"]] * ROWS,
        "metadata": [{"source": "web", "year": 2000 + i} for i in range(ROWS)],
        "other": [{"a": 1}] * ROWS,
    }
)

for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
    pq.write_table(TABLE, HERE / f"{codec}.parquet", compression=codec, row_group_size=4,
                   write_page_checksum=True)

pq.write_table(TABLE.select(["id", "text"]), HERE / "pages-v2.parquet", row_group_size=4,
               data_page_version="2.0", use_dictionary=False,
               column_encoding={"text": "DELTA_LENGTH_BYTE_ARRAY", "id": "DELTA_BYTE_ARRAY"})
