"""Who read what: written once, forgotten in time."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from workflow.models import AccessRead
from workflow.tasks import tidy

pytestmark = pytest.mark.django_db


def a_read(days: int) -> AccessRead:
    return AccessRead.objects.create(
        reader_id=1, page="content", subject_type="dossier", subject_id=1, at=timezone.now() - timedelta(days=days)
    )


def test_the_daily_tidying_forgets_what_was_read_longer_ago_than_the_setting_says(settings) -> None:
    settings.ACCESS_LOG_DAYS = 30
    recent, _old = a_read(29), a_read(31)
    tidy()
    assert list(AccessRead.objects.all()) == [recent]


def test_a_line_is_never_changed() -> None:
    line = a_read(1)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        AccessRead.objects.filter(pk=line.pk).update(page="acts")
    line.refresh_from_db()
    assert line.page == "content"
