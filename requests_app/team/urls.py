"""Addresses of a dossier's team, of its signature and of invitations."""

from django.urls import path

from requests_app.team.views import invitation, signature, team

app_name = "team"

urlpatterns = [
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("dossiers/<slug:reference>/equipe/", team.page, name="page"),
    path("dossiers/<slug:reference>/equipe/quitter/", team.leave, name="leave"),
    path("dossiers/<slug:reference>/equipe/<int:pk>/", team.role, name="role"),
    path("dossiers/<slug:reference>/equipe/<int:pk>/retirer/", team.remove, name="remove"),
    path("dossiers/<slug:reference>/equipe/<int:pk>/transmettre/", team.hand_over, name="hand_over"),
    path("dossiers/<slug:reference>/equipe/invitations/<int:pk>/renvoyer/", team.send_again, name="send_again"),
    path("dossiers/<slug:reference>/equipe/invitations/<int:pk>/annuler/", team.revoke, name="revoke"),
    path("dossiers/<slug:reference>/signature/", signature.page, name="signature"),
    path("dossiers/<slug:reference>/signature/attester/", signature.declare, name="declare"),
    path("dossiers/<slug:reference>/signature/demander/", signature.ask, name="ask"),
    path("dossiers/<slug:reference>/signature/reprendre/", signature.withdraw, name="withdraw"),
    path("dossiers/<slug:reference>/signature/refuser/", signature.refuse, name="refuse"),
]
