"""Addresses under /dossiers/: the applicant's screens, then the pages of a dossier."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from requests_app.move_forms import SCREENS
from requests_app.views import applicant, dossier, moves, pieces, questions

app_name = "dossiers"


class MoveConverter(StringConverter):
    """The name of something that can be done; any other word is left to the rooms that have a tab of the dossier."""

    regex = "|".join(sorted(SCREENS, key=len, reverse=True))


register_converter(MoveConverter, "move")

urlpatterns = [
    # the applicant's screens
    path("", applicant.index, name="index"),
    path("nouveau/", applicant.new, name="new"),
    path("<slug:reference>/formulaire/", applicant.form, name="form"),
    path("<slug:reference>/formulaire/questions/changements/", questions.changes, name="questions_changes"),
    path("<slug:reference>/formulaire/questions/<slug:section>/", questions.questions, name="questions"),
    path("<slug:reference>/formulaire/questions/<slug:section>/enregistrer/", questions.autosave, name="questions_autosave"),
    path("<slug:reference>/formulaire/questions/<slug:section>/presence/", questions.presence, name="questions_presence"),
    path("<slug:reference>/formulaire/<slug:section>/", applicant.section, name="section"),
    path("<slug:reference>/formulaire/<slug:section>/enregistrer/", applicant.autosave, name="autosave"),
    path("<slug:reference>/formulaire/<slug:section>/presence/", applicant.presence, name="presence"),
    path("<slug:reference>/pieces/", pieces.listed, name="pieces"),
    path("modeles/<slug:code>/", pieces.template, name="piece_template"),
    path("<slug:reference>/pieces/modeles/<slug:code>/", pieces.template_of_dossier, name="piece_template_of"),
    path("<slug:reference>/pieces/<int:pk>/", pieces.handed_over, name="piece"),
    path("<slug:reference>/pieces/<int:pk>/retirer/", pieces.removed, name="piece_remove"),
    path("<slug:reference>/apercu/", applicant.preview, name="preview"),
    path("<slug:reference>/procedure/", applicant.procedure, name="procedure"),
    path("<slug:reference>/deposer/", applicant.file, name="file"),
    path("<slug:reference>/restaurer/", applicant.restore, name="restore"),
    path("<slug:reference>/supprimer/", applicant.delete, name="delete"),
    # the pages of a dossier, for everybody who may see it
    path("<slug:reference>/", dossier.page, name="page"),
    path("<slug:reference>/contenu/", dossier.content, name="content"),
    path("<slug:reference>/actes/", dossier.acts, name="acts"),
    path("<slug:reference>/journal/", dossier.journal, name="journal"),
    path("<slug:reference>/<move:move>/", moves.move, name="move"),
]
