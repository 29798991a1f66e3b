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
    path("dossiers/", include("requests_app.urls")),
    path("travail/", include("requests_app.urls_work")),
    path("repertoire/", include("registry.urls")),
    path("dossiers/<slug:reference>/repertoire/", fiche_of_dossier, name="dossier_fiche"),
]

handler400 = "ui.views.bad_request"
handler500 = "ui.views.server_error"
