"""Addresses of the room `tracking`; none of them holds a code."""

from django.urls import path

from rights.tracking import views

app_name = "tracking"
urlpatterns = [
    path("droits/suivi/", views.home, name="home"),
    path("droits/suivi/retrait/", views.withdraw, name="withdraw"),
    path("droits/suivi/fin-opposition/", views.lift, name="lift"),
    path("droits/suivi/complement/", views.complement, name="complement"),
    path("droits/suivi/message/", views.message, name="message"),
    path("droits/suivi/recepisse/", views.receipt, name="receipt"),
    path("droits/suivi/lettres/", views.letters, name="letters"),
    path("travail/droits/oublis/", views.reports, name="reports"),
    path("travail/droits/oublis/<int:number>/rapport.json", views.report, name="report"),
    path("droits/verifier/", views.verify, name="verify"),
]
