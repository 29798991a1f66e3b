"""What the worker does by the clock: every task that nobody asks for, with its hour or its period in seconds."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox": {"task": "workflow.tasks.sweep_outbox", "schedule": 30.0, "options": {"expires": 30}},
    "clocks": {"task": "workflow.tasks.lapse_due_clocks", "schedule": 300.0, "options": {"expires": 300}},
    "checkpoint": {"task": "workflow.tasks.sign_journal", "schedule": 3600.0, "options": {"expires": 3600}},
    "registry_checkpoint": {"task": "registry.trust.tasks.sign_registry", "schedule": 3600.0, "options": {"expires": 3600}},
    "registry_addresses": {"task": "registry.trust.tasks.forget_addresses", "schedule": crontab(hour=4, minute=25)},
    "projects": {"task": "requests_app.tasks.end_due_projects", "schedule": 3600.0, "options": {"expires": 3600}},
    "suspensions": {"task": "requests_app.tasks.lapse_suspensions", "schedule": 3600.0, "options": {"expires": 3600}},
    "invitations": {"task": "requests_app.team.tasks.close_past_invitations", "schedule": 3600.0, "options": {"expires": 3600}},
    "declarations": {"task": "registry.editing.tasks.forget_abandoned_declarations", "schedule": crontab(hour=4, minute=25)},
    "mandates": {"task": "committee.tasks.settle_members", "schedule": crontab(minute="1,31"), "options": {"expires": 1800}},
    "conflicts": {"task": "committee.tasks.find_conflicts", "schedule": 3600.0, "options": {"expires": 3600}},
    "interests": {"task": "committee.tasks.remind_of_interests", "schedule": crontab(hour=6, minute=10)},
    "productions": {"task": "committee.tasks.tidy_papers", "schedule": crontab(hour=4, minute=50)},
    "tidy": {"task": "workflow.tasks.tidy", "schedule": crontab(hour=4, minute=20)},
    "orphans": {"task": "requests_app.tasks.sweep_orphan_files", "schedule": crontab(hour=4, minute=40)},
    "orphan_enclosures": {"task": "requests_app.talk.tasks.sweep_orphan_enclosures", "schedule": crontab(hour=4, minute=45)},
    "obligations": {"task": "requests_app.cnil.tasks.remind_of_obligations", "schedule": crontab(hour=6, minute=20)},
    "orphan_papers_of_cnil": {"task": "requests_app.cnil.tasks.sweep_orphan_papers", "schedule": crontab(hour=4, minute=50)},
    "report_reminders": {"task": "committee.tasks.remind_of_reports", "schedule": crontab(hour=6, minute=30)},
    "orphan_papers_of_quotes": {"task": "fees.quotes.tasks.sweep_orphan_papers", "schedule": crontab(hour=4, minute=52)},
    "orphan_papers_of_invoices": {"task": "fees.invoices.tasks.sweep_orphan_papers", "schedule": crontab(hour=4, minute=54)},
    "quotes": {"task": "fees.quotes.tasks.remind", "schedule": crontab(hour=6, minute=35)},
    "invoices": {"task": "fees.invoices.tasks.remind", "schedule": crontab(hour=6, minute=45)},
    "conventions": {"task": "contracts.life.tasks.follow_conventions", "schedule": 3600.0, "options": {"expires": 3600}},
    "tickets": {"task": "extractions.tasks.open_tickets", "schedule": 3600.0, "options": {"expires": 3600}},
    "deliveries": {"task": "extractions.delivery.tasks.follow_deliveries", "schedule": crontab(hour=6, minute=55)},
    "convention_ends": {"task": "contracts.life.tasks.remind_of_ends", "schedule": crontab(hour=6, minute=50)},
    "signatures": {"task": "contracts.signing.tasks.expire_due", "schedule": 900.0, "options": {"expires": 900}},
    "signature_reminders": {"task": "contracts.signing.tasks.remind", "schedule": crontab(hour=6, minute=50)},
    "orphan_papers_of_signatures": {"task": "contracts.signing.tasks.sweep_orphan_papers", "schedule": crontab(hour=4, minute=56)},
    "orphan_files_of_conventions": {"task": "contracts.drafting.tasks.sweep_orphan_files", "schedule": crontab(hour=4, minute=58)},
    "results": {"task": "registry.outcomes.tasks.remind_of_results", "schedule": crontab(hour=6, minute=40)},
    "snapshots": {"task": "registry.reuse.tasks.take_snapshot", "schedule": crontab(minute=12), "options": {"expires": 3000}},
    "search": {"task": "registry.tasks.keep_search_ready", "schedule": 900.0, "options": {"expires": 900}},
    "registry_alerts": {"task": "registry.following.tasks.tell_alerts", "schedule": crontab(hour=7, minute=10)},
    "registry_unconfirmed_alerts": {"task": "registry.following.tasks.forget_unconfirmed", "schedule": crontab(hour=4, minute=55)},
    "deposits": {"task": "extractions.deposits.tasks.tell_expired", "schedule": crontab(hour=6, minute=55)},
    "orphan_deposits": {"task": "extractions.deposits.tasks.sweep", "schedule": 3600.0, "options": {"expires": 3600}},
    "exchange": {"task": "extractions.exchange.tasks.tidy", "schedule": crontab(hour=4, minute=35)},
    "heartbeat": {"task": "workflow.tasks.beat", "schedule": 30.0, "options": {"expires": 30}},
}
