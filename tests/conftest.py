"""What every test stands on: the flush that the journal's guard lets pass, and the guard on undefined template variables."""

from django.conf import settings
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations

from tests.templates_guard import Guard

_flush = DatabaseOperations.execute_sql_flush


def _flush_past_the_guards(self: DatabaseOperations, sql_list: list[str]) -> None:
    """The journal refuses TRUNCATE, by a trigger: a test's tear-down is the one that may, as a replica may."""
    _flush(self, ["SET LOCAL session_replication_role = replica;", *sql_list, "SET LOCAL session_replication_role = origin;"])


DatabaseOperations.execute_sql_flush = _flush_past_the_guards  # type: ignore[method-assign]


_restore = BaseDatabaseCreation.deserialize_db_from_string


def _restore_past_the_guards(self: BaseDatabaseCreation, data: str) -> None:
    """Rows that a migration brought and a guard has frozen since are put back as they were, as a replica may."""
    with self.connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        _restore(self, data)
        cursor.execute("SET session_replication_role = origin")


BaseDatabaseCreation.deserialize_db_from_string = _restore_past_the_guards  # type: ignore[method-assign]


# In the settings and not on the engine: an engine is made anew whenever a test overrides DEBUG or INSTALLED_APPS.
settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Guard()
