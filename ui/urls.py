"""Addresses of the ground floor: names without a namespace, because every app links to them."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from ui import views

urlpatterns = [
    path("", views.home, name="home"),
    path("plan-du-site/", views.sitemap, name="sitemap"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    # Changes nothing but the language in which the reader reads on: pages that leave no cookie offer it too.
    path("langue/", csrf_exempt(set_language), name="set_language"),
    path("robots.txt", views.robots, name="robots"),
]
