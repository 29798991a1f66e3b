"""Addresses of sign-in and second factor, under the namespace that django-two-factor-auth expects."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.views import sign_in as views

app_name = "two_factor"

urlpatterns = [
    path("connexion/", views.SignInView.as_view(), name="login"),
    path("second-facteur/", RedirectView.as_view(pattern_name="accounts:profile"), name="profile"),
    path("second-facteur/installer/", views.SetUpView.as_view(), name="setup"),
    path("second-facteur/image/", views.SquareCodeView.as_view(), name="qr"),
    path("second-facteur/installe/", views.SetUpCompleteView.as_view(), name="setup_complete"),
    path("second-facteur/codes-de-secours/", views.BackupCodesView.as_view(), name="backup_tokens"),
    path("second-facteur/retirer/", views.RemoveView.as_view(), name="disable"),
]
