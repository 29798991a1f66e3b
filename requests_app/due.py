"""The nearest due day of each dossier: a view of the database, so that a list of thousands joins and sorts in one query."""

from __future__ import annotations

from django.db import models

#: The clock of the catalogue's data holders runs beside the committee's: it is nobody's deadline on a work-list.
#: Whoever changes a column of `workflow_clock` that the view names drops the view first and creates it again.
VIEW = """
CREATE VIEW requests_app_nextdue AS
SELECT DISTINCT ON (c.subject_id)
    c.subject_id AS dossier_id, c.code, c.due_on, c.extended_at IS NOT NULL AS extended,
    c.id IN (SELECT p.clock_id FROM workflow_clockpause p WHERE p.until IS NULL) AS paused
FROM workflow_clock c
WHERE c.subject_type = 'dossier' AND c.outcome = 'running' AND c.code <> 'K-DATA'
ORDER BY c.subject_id, c.due_on, c.id
"""


class NextDue(models.Model):
    """The running clock of a dossier that is due first; no row when none runs."""

    dossier = models.OneToOneField("requests_app.Dossier", models.DO_NOTHING, primary_key=True, related_name="next_due")
    code = models.CharField(max_length=20)
    due_on = models.DateField()
    extended = models.BooleanField()
    paused = models.BooleanField()

    class Meta:
        managed = False
        db_table = "requests_app_nextdue"

    def __str__(self) -> str:
        return f"{self.code} {self.dossier_id} → {self.due_on}"
