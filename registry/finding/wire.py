"""How many numbers come from PostgreSQL at once: as the bytes of an array, in the binary format, straight into numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from django.db import connection
from psycopg.pq import Format


def binary_cursor() -> Any:
    """A cursor of the present connection whose answers come in the binary format; it is logged like any other."""
    connection.ensure_connection()
    cursor: Any = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


def numbers(raw: bytes | None) -> npt.NDArray[np.int32]:
    """An array of int4 without NULL, as `array_send` gives it: a header of 20 bytes, then length and value of each."""
    return np.frombuffer(raw, ">i4", offset=20)[1::2].astype(np.int32) if raw and len(raw) > 20 else np.zeros(0, np.int32)
