"""The site's map: addresses are for people and stay stable."""

from django.conf.urls.i18n import i18n_patterns  # noqa: F401
from django.urls import include, path

from config.health import health
from registry.views import fiche_of_dossier

urlpatterns = [
    path("", include("ui.urls")),
    path("sante/", health, name="health"),
    path("compte/", include("accounts.urls")),
    path("compte/", include("accounts.two_factor_urls")),
    path("catalogue/", include("catalogue.urls")),
    path("orientation/", include("requests_app.finder.urls")),
    path("questionnaires/", include("questionnaires.urls")),
    # what the rooms of the dossier serve: /dossiers/…/ and /travail/…/
    path("", include("requests_app.team.urls")),
    path("", include("requests_app.talk.urls")),
    path("", include("requests_app.checking.urls")),
    path("", include("requests_app.amendments.urls")),
    path("", include("requests_app.exports.urls")),
    path("", include("requests_app.cnil.urls")),
    path("", include("requests_app.letters.urls")),
    path("", include("requests_app.desks.urls")),
    path("dossiers/", include("requests_app.urls")),
    path("", include("committee.urls")),
    # grids and simulator: /redevances/…/; quotes and invoices: /dossiers/…/, /travail/redevances/…/
    path("", include("fees.urls")),
    path("", include("fees.simulator.urls")),
    path("", include("fees.invoices.urls")),
    path("", include("fees.quotes.urls")),
    path("", include("fees.impact.urls")),
    path("", include("contracts.library.urls")),
    path("", include("contracts.drafting.urls")),
    path("", include("contracts.negotiating.urls")),
    path("", include("contracts.signing.urls")),
    path("", include("contracts.life.urls")),
    path("", include("contracts.urls")),
    # rights of citizens: /droits/…, /travail/droits/…, /api/rights/v1/
    path("", include("rights.entitlements.urls")),
    path("", include("rights.envelopes.urls")),
    path("", include("rights.asking.urls")),
    path("", include("rights.tracking.urls")),
    path("", include("rights.answering.urls")),
    path("", include("rights.oppositions.urls")),
    path("", include("rights.assisted.urls")),
    path("", include("rights.measures.urls")),
    # tickets: /dossiers/…/extractions/, /tickets/…/, /travail/tickets/, /api/tickets/v1/
    path("", include("extractions.needs.urls")),
    path("", include("extractions.deposits.urls")),
    path("", include("extractions.matching.urls")),
    path("", include("extractions.delivery.urls")),
    path("", include("extractions.exchange.urls")),
    path("", include("extractions.urls")),
    # what the rooms of the registry serve: /repertoire/…/ before any number of a fiche, and /travail/repertoire/…/
    path("", include("registry.trust.urls")),
    path("", include("registry.editing.urls")),
    path("", include("registry.outcomes.urls")),
    path("", include("registry.reuse.urls")),
    path("", include("registry.harvest.urls")),
    path("", include("registry.following.urls")),
    path("repertoire/", include("registry.urls")),
    path("dossiers/<slug:reference>/repertoire/", fiche_of_dossier, name="dossier_fiche"),
]

handler400 = "ui.views.bad_request"
handler500 = "ui.views.server_error"
