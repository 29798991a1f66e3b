"""Addresses of the ground floor: names without a namespace, because every app links to them."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from ui import views

urlpatterns = [
    path("", views.home, name="home"),
    path("plan-du-site/", views.sitemap, name="sitemap"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    # Without the token of a form, since pages that leave no cookie offer it too. Judged safe: all that a foreign site could do with it is
    # to choose the language of one more page (one cookie of this site, no account, no row of the database), and Django leads on only to an
    # address of this host (`next`, then the Referer, else the home page). POST only, so that no link of ours can be made to lead anywhere.
    path("langue/", csrf_exempt(require_POST(set_language)), name="set_language"),
    path("robots.txt", views.robots, name="robots"),
]
