"""Addresses of accounts, under /compte/."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import api_clients, organisations, own, roles

app_name = "accounts"

urlpatterns = [
    path("", own.profile, name="profile"),
    path("inscription/", own.SignUpView.as_view(), name="sign_up"),
    path("inscription/envoye/", own.LinkSentView.as_view(), name="link_sent"),
    path("inscription/renvoyer/", own.ResendView.as_view(), name="resend"),
    path("inscription/confirmer/<str:token>/", own.VerifyView.as_view(), name="verify"),
    path("deconnexion/", LogoutView.as_view(), name="logout"),
    path("accueil/", own.after_login, name="after_login"),
    path("mot-de-passe/", own.ChangePasswordView.as_view(), name="password_change"),
    path("mot-de-passe/oublie/", own.ForgottenPasswordView.as_view(), name="password_reset"),
    path("mot-de-passe/choisir/<str:uidb64>/<str:token>/", own.NewPasswordView.as_view(), name="password_reset_confirm"),
    path("profil/", own.EditProfileView.as_view(), name="edit_profile"),
    path("organisations/", organisations.memberships, name="memberships"),
    path("organisations/demandes/<int:pk>/", organisations.decide, name="decide_membership"),
    path("organisations/rejoindre/", organisations.search, name="organisation_search"),
    path("organisations/rejoindre/<int:pk>/", organisations.join, name="organisation_join"),
    path("organisations/nouvelle/", organisations.NewOrganisationView.as_view(), name="organisation_new"),
    path("organisations/quitter/<int:pk>/", organisations.leave, name="organisation_leave"),
    path("roles/", roles.RolesView.as_view(), name="roles"),
    path("roles/<int:pk>/terminer/", roles.end, name="end_role"),
    path("clients/", api_clients.ApiClientsView.as_view(), name="api_clients"),
    path("clients/<int:pk>/", api_clients.one, name="api_client"),
    path("clients/<int:pk>/jeton/", api_clients.make_token, name="api_token_new"),
    path("clients/<int:pk>/terminer/", api_clients.end, name="api_client_end"),
    path("clients/jetons/<int:pk>/revoquer/", api_clients.revoke, name="api_token_revoke"),
]
